"""Makes a piped run behave as in a reader's terminal, with the guide's internet.

CPython imports this by itself at the start of every block, and of every process
that a block starts, because tests/engine/reader.py puts its folder on PYTHONPATH.
"""

import os
import sys

# A terminal shows each line when it is complete; a pipe would keep them all back.
for stream in sys.stdout, sys.stderr:
    if stream is not None:
        stream.reconfigure(line_buffering=True)

internet = os.environ.get("GUIDE_INTERNET")
if internet:
    # The C module, because importing `socket` would pull in a dozen others first.
    import _socket

    port, *names = internet.split()
    look_up = _socket.getaddrinfo
    this_machine = {None, "", "localhost", "::1", "0.0.0.0", "::"}

    def getaddrinfo(host, service, *rest, **options):
        name = host.decode() if isinstance(host, bytes) else host
        if name in names and service in {443, "443", "https"}:
            return look_up("127.0.0.1", port, *rest, **options)
        if name in this_machine or name.startswith("127."):
            return look_up(host, service, *rest, **options)
        raise _socket.gaierror(
            _socket.EAI_NONAME,
            f"{name}:{service} is not in the guide's local internet: add it to "
            "tests/engine/internet.py, or run with --live",
        )

    _socket.getaddrinfo = getaddrinfo
