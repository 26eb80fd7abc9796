"""wait() before the output is read: the pipe is full.

Cause: pipe-full
"""

import subprocess
import sys

child = subprocess.Popen(
    [sys.executable, "-c", "print('x' * 1_000_000)"], stdout=subprocess.PIPE, text=True
)
print("hanging", flush=True)
child.wait()
print(len(child.stdout.read()))
