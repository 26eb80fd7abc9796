"""What must hold of the built site and of its offline copy."""

import re
from urllib.parse import unquote, urlsplit

import pytest

import anchors
from built import OFFLINE, ROOT, SITE, ids, pages, soup

COPIES = pytest.mark.parametrize("site", [SITE, OFFLINE], ids=["site", "offline"])


@COPIES
def test_every_link_leads_to_a_file_and_an_anchor(site):
    dead = []
    for page in pages(site):
        for tag in soup(page).select("[href], [src]"):
            href = tag.get("href") or tag.get("src") or ""
            parts = urlsplit(href)
            if parts.scheme or parts.netloc:
                continue
            path = unquote(parts.path)
            target = (page.parent / path).resolve() if path else page
            target = target / "index.html" if target.is_dir() else target
            anchored = parts.fragment and target.suffix == ".html"
            if not target.exists() or (anchored and unquote(parts.fragment) not in ids(target)):
                dead.append(f"{page.relative_to(ROOT)}:{tag.sourceline}: {href}")
    assert dead == []


@COPIES
def test_nothing_is_loaded_from_elsewhere(site):
    loads = "script[src], img[src], iframe[src], source[src], link:not([rel=canonical])[href]"
    foreign = [
        f"{page.relative_to(ROOT)}:{tag.sourceline}: {tag}"
        for page in pages(site)
        for tag in soup(page).select(loads)
        if urlsplit(tag.get("src") or tag.get("href")).netloc
    ]
    assert foreign == []


def test_a_notebook_page_is_as_light_as_any_other():
    page = SITE / "measured/io_and_cpu/index.html"
    assert "jp-" not in page.read_text("utf-8")
    assert not soup(page).select("article style, article script")


def test_every_page_is_there_as_markdown_without_marks():
    names = re.findall(r"\]\(([^)]+\.md)\)", (SITE / "llms.txt").read_text("utf-8"))
    sources = {page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")}
    assert {*names} == sources
    for name in names:
        text = (SITE / name).read_text("utf-8")
        assert "<!--" not in text, name
        assert "--8<--" not in text, name
        prose = re.sub(r"^( *)```[\s\S]*?^\1```$", "", text, flags=re.M)
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", prose):
            assert "://" in link or ((SITE / name).parent / link).exists(), f"{name}: {link}"


def test_every_program_that_a_page_shows_can_be_downloaded():
    for page in pages(SITE):
        shown = [tag.get_text() for tag in soup(page).select("article .filename")]
        programs = [name for name in shown if name.startswith("examples/")]
        links = [tag["href"] for tag in soup(page).select("a.ran[download]")]
        alone = [tag["href"] for tag in soup(page).select("a[download]:not(.ran)")]
        assert all((page.parent / link).is_file() for link in alone)
        if page.parent.parent.name != "measured":
            assert [link.lstrip("./") for link in links] == programs
            assert all((page.parent / link).is_file() for link in links)


def test_every_output_stands_under_its_block():
    outputs = [(p, tag) for p in pages(SITE) for tag in soup(p).select("article div.output")]
    assert outputs
    for page, output in outputs:
        several = output.find_parent(class_="outputs")  # one for each that builds printed
        block = (several or output).find_previous_sibling()
        assert "highlight" in block.get("class", []), f"{page}:{output.sourceline}"


def test_what_stands_in_a_paragraph_or_figure_is_allowed_there():
    for page in pages(SITE):
        html = soup(page)
        wrong = html.select("p :is(figure, details, table, div, ul, pre)")
        wrong += [
            figure
            for figure in html.select("figure:has(> figcaption)")
            if figure.figcaption not in (figure.contents[0], figure.contents[-1])
        ]
        assert not wrong, f"{page}:{wrong[0].sourceline}: <{wrong[0].name}>"


def test_every_link_that_was_ever_published_still_leads_to_its_section():
    assert anchors.lost() == [], (
        "leave the old id on the page, as in <a id='old'></a>, or `moved` it"
    )


def test_the_list_of_published_anchors_is_complete():
    assert anchors.now() - {*anchors.known()} == set(), "run make anchors"
