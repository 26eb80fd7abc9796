"""Two stages send each other more than their queues hold.

Cause: queues-crossed
"""

import queue
import threading

requests, answers = queue.Queue(1), queue.Queue(1)


def server():
    while True:
        number = requests.get()
        for part in range(3):
            answers.put((number, part))


threading.Thread(target=server, daemon=True).start()
for number in range(4):
    if number == 2:
        print("hanging", flush=True)
    requests.put(number)
while True:
    answers.get()
