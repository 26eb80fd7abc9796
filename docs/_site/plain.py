"""The site for programs that read: llms.txt, and each page as Markdown beside its HTML."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMENT = re.compile(r"^[ \t]*<!--[\s\S]*?-->\n", re.MULTILINE)
INCLUDE = re.compile(r'^([ \t]*)--8<-- "([^"]+)"$', re.MULTILINE)
NOTEBOOK = re.compile(r"(?<=\]\()([\w/.]*measured/\w+)\.py")  # has no Markdown: its page
AFTER = re.compile(r"!\[([^\]]+)\]\(made:after(?:/look-up)?\)")
MADE = re.compile(r"!\[([^\]]+)\]\(made:[\w/-]+\)")


def markdown(source):
    """Return a page's source with its programs and outputs, and without marks."""
    source = AFTER.sub(r"After this page: \1", COMMENT.sub("", source))
    source = MADE.sub(r"(Shown on the page: \1.)", source)
    return INCLUDE.sub(_included, source).strip() + "\n"


def _included(match):
    indent, path = match.groups()
    lines = (ROOT / path).read_text("utf-8").rstrip("\n").splitlines()
    return "\n".join(f"{indent}{line}".rstrip() for line in lines)


def write(config, pages, summary):
    """Write llms.txt, and the Markdown of every page that has a Markdown source."""
    base = config.site_url or ""
    lines = [f"# {config.site_name}", "", f"> {config.site_description}", "", summary, ""]
    for page, source in pages:
        address = page.url or "index.html"
        if source is not None:
            address = page.file.src_path
            target = Path(config.site_dir, address)
            target.parent.mkdir(parents=True, exist_ok=True)
            end = "/" if config.use_directory_urls else ".html"
            target.write_text(NOTEBOOK.sub(rf"\1{end}", source), "utf-8")
        about = page.meta.get("description", "")
        title = page.meta.get("title", page.title)
        lines.append(f"- [{title}]({base}{address}): {about}".removesuffix(": "))
    Path(config.site_dir, "llms.txt").write_text("\n".join(lines) + "\n", "utf-8")
