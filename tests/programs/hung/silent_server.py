"""A server takes the request and does not answer.

Cause: http
"""

import socket
import urllib.request

server = socket.create_server(("127.0.0.1", 0))
print("hanging", flush=True)
urllib.request.urlopen(f"http://127.0.0.1:{server.getsockname()[1]}/")
