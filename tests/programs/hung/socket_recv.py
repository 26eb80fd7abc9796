"""The peer sends nothing.

Cause: socket
"""

import socket
import threading

ours, peer = socket.socketpair()


def read():
    print("hanging", flush=True)
    return ours.recv(1024)


thread = threading.Thread(target=read)
thread.start()
thread.join()
