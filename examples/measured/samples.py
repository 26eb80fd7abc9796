"""Three functions to try measure_yours.py on: one waits, one computes, one computes in C."""

import hashlib
import time

DATA = bytes(4_000_000)


def wait() -> None:
    time.sleep(0.01)


def compute() -> None:
    total = 0
    for number in range(200_000):
        total += number


def digest() -> None:
    hashlib.sha256(DATA).hexdigest()
