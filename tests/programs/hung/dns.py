"""The name server does not answer. It is imitated: a C function that never returns.

Cause: dns
"""

import ctypes
import socket
import threading
import types

real = socket._socket
silent = types.SimpleNamespace(getaddrinfo=ctypes.CDLL(None).pause)


def fetch():
    socket._socket = silent
    print("hanging", flush=True)
    socket.create_connection(("example.com", 443), timeout=5)


thread = threading.Thread(target=fetch)
thread.start()
thread.join()
