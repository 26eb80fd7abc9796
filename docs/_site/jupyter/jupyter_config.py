# ruff: noqa: F821
import atexit
import shutil
import tempfile

# Seconds: a cell that hangs must fail the build. A cell may run programs on every build in
# turn, and measuring.py gives each run its own deadline, which must come first: it says more.
c.NotebookClient.timeout = 3600

# Sockets in a folder, not open ports; the default folder is relative, and kernels change theirs.
sockets = tempfile.mkdtemp(prefix="kernel-")
atexit.register(shutil.rmtree, sockets, ignore_errors=True)
c.KernelManager.transport = "ipc"
c.KernelManager.ip = f"{sockets}/socket"
