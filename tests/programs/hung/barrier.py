"""A Barrier for three, and two threads.

Cause: barrier
"""

import threading

together = threading.Barrier(3)


def work():
    print("hanging", flush=True)
    together.wait()


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
