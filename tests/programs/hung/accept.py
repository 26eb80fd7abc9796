"""A server waits for a client, and main for the server.

Cause: accept
"""

import socket
import threading

server = socket.create_server(("127.0.0.1", 0))


def serve():
    print("hanging", flush=True)
    connection, _ = server.accept()
    connection.close()


thread = threading.Thread(target=serve)
thread.start()
thread.join()
