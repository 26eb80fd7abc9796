"""The anchors that others may have linked to: tests/anchors.txt. Adds the new, removes none."""

import sys

from built import ROOT, SITE, moved, pages, soup

LIST = ROOT / "tests/site/anchors.txt"


def known():
    return LIST.read_text("utf-8").split() if LIST.exists() else []


def now():
    """Return "page/#anchor" of every heading of the built site."""
    return {
        f"{page.parent.relative_to(SITE).as_posix()}/#{heading['id']}".removeprefix("./")
        for page in pages(SITE)
        for heading in soup(page).select("article :is(h1, h2, h3)[id]")
    }


def lost():
    """Return those that lead nowhere: a heading may be renamed if its old id stays on the page."""
    return [
        link
        for link in known()
        for page, _, anchor in [link.partition("#")]
        if not (SITE / page / "index.html").exists()
        or not (
            soup(SITE / page / "index.html").find(id=anchor) or moved(SITE / page / "index.html")
        )
    ]


if __name__ == "__main__":
    if not SITE.exists():
        sys.exit("site/ is not built: run make site")
    LIST.write_text("\n".join(sorted({*known(), *now()})) + "\n", "utf-8")
