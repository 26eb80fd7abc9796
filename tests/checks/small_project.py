"""A project of one page, with the real checks and configuration, that a check may break."""

import os
import shutil
import subprocess
import sys

from engine import ROOT

GOOD = """\
# A page

```python
print("one")
```

<!--pytest-codeblocks:expected-output-->
```text
one
```
"""

START = "# Start\n"
EVIDENCE = "---\ndescription: What ran\n---\n\n# Evidence\n\n![What ran](made:evidence)\n"


class SmallProject:
    """Copies what checks pages and builds the site; its only page is docs/guide/good.md."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("tests", "docs/_theme", "docs/_site"):
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        for name in (".pytest.ini", "mkdocs.yml", "requirements.txt", "CHANGES.md"):
            shutil.copy(ROOT / name, folder)
        (ROOT / ".cache/builds").mkdir(parents=True, exist_ok=True)
        (folder / ".cache").mkdir()
        (folder / ".cache/builds").symlink_to(ROOT / ".cache/builds")
        (folder / "examples").mkdir()
        self.write("docs/guide/good.md", GOOD)
        self.write("docs/reference/thread-safety.toml", "")

    def write(self, path, text):
        """Write a file and return its path."""
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def run(self, *command):
        """Run a Python module in the project; return (exit status, what it printed)."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
        answer = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
            env=environment | {"NO_MKDOCS_2_WARNING": "1"},
        )
        return answer.returncode, answer.stdout + answer.stderr

    def build(self, pages):
        """Build a site of exactly `pages` ({path below docs/: text}) into site-small."""
        shutil.rmtree(self.folder / "site-docs", ignore_errors=True)
        pages = {"index.md": START, "reference/evidence.md": EVIDENCE} | pages
        for name, text in pages.items():
            self.write(f"site-docs/{name}", text)
        nav = "".join(f"  - {name}\n" for name in pages)
        self.write("small.yml", f"INHERIT: mkdocs.yml\ndocs_dir: site-docs\nnav:\n{nav}")
        return self.run("mkdocs", "build", "-f", "small.yml", "-d", "site-small")
