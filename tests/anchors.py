"""The anchors that others may have linked to: tests/anchors.txt. Adds the new, removes none."""

from built import ROOT, SITE, pages, soup

LIST = ROOT / "tests/anchors.txt"


def known():
    return LIST.read_text("utf-8").split() if LIST.exists() else []


def now():
    """Return "page/#anchor" of every heading of the built site."""
    return {
        f"{page.parent.relative_to(SITE).as_posix()}/#{heading['id']}".removeprefix("./")
        for page in pages(SITE)
        if page.name == "index.html"
        for heading in soup(page).select("article :is(h1, h2, h3)[id]")
    }


def lost():
    """Return those that lead nowhere: a heading may be renamed if its old id stays on the page."""
    return [
        link
        for link in known()
        for page, _, anchor in [link.partition("#")]
        if not (SITE / page / "index.html").exists()
        or not (soup(SITE / page / "index.html").find(id=anchor) or _moved(page))
    ]


def _moved(page):
    return soup(SITE / page / "index.html").select_one("meta[http-equiv=refresh]")


if __name__ == "__main__":
    LIST.write_text("\n".join(sorted({*known(), *now()})) + "\n", "utf-8")
