# ruff: noqa: F821
import atexit
import shutil
import tempfile

c.NotebookClient.timeout = 120  # seconds: a cell that hangs must fail the build

# Sockets in a folder, not open ports; the default folder is relative, and kernels change theirs.
sockets = tempfile.mkdtemp(prefix="kernel-")
atexit.register(shutil.rmtree, sockets, ignore_errors=True)
c.KernelManager.transport = "ipc"
c.KernelManager.ip = f"{sockets}/socket"
