"""Matplotlib, lxml, Pillow, joblib and tqdm, shared by four threads."""

import io
from typing import Any

import stress
from stress import Stress, Wrong, expect


def matplotlib_pyplot(run: Stress) -> None:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    def draw() -> None:
        mine = pyplot.figure()
        try:
            if pyplot.gcf() is not mine:
                raise Wrong("the current figure is that of another thread")
        finally:
            pyplot.close(mine)

    run(draw, most=50)


def figure() -> Any:
    """Return a figure of Matplotlib that belongs to no window."""
    from matplotlib.figure import Figure

    made = Figure(figsize=(2, 2))
    axes = made.subplots()
    axes.plot([1, 2])
    axes.set_title("$x_1$")
    return made


def matplotlib_figure_own(run: Stress) -> None:
    def draw() -> None:
        target = io.BytesIO()
        figure().savefig(target)
        if not target.getvalue().startswith(b"\x89PNG"):
            raise Wrong("no picture")

    figure().savefig(io.BytesIO())
    run(draw, least=5, most=10)


def matplotlib_figure_shared(run: Stress) -> None:
    shared = figure()
    shared.savefig(io.BytesIO())
    run(
        lambda: shared.savefig(io.BytesIO()),
        lambda: shared.axes[0].plot([2, 1]),
        least=5,
        most=10,
    )


XML = "<a>" + "<b><c>text</c></b>" * 50 + "</a>"


def lxml_parse(run: Stress) -> None:
    from lxml import etree

    run(lambda: expect(len(etree.fromstring(XML)) == 50, "another tree"), most=2000)


def lxml_read(run: Stress) -> None:
    from lxml import etree

    shared = etree.fromstring(XML)
    run(lambda: expect(len(shared.xpath("b/c")) == 50, "another tree"), most=2000)


def lxml_write_read(run: Stress) -> None:
    from lxml import etree

    shared = etree.fromstring(XML)

    def write() -> None:
        shared.remove(etree.SubElement(shared, "d"))

    def read() -> None:
        if len([one for one in shared if one.tag == "b"]) != 50:
            raise Wrong("elements missing that nobody removes")

    run(write, read, most=1000)


def lxml_xslt(run: Stress) -> None:
    from lxml import etree

    sheet = (
        '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
        '<xsl:template match="/"><n><xsl:value-of select="count(//c)"/></n></xsl:template>'
        "</xsl:stylesheet>"
    )
    shared = etree.XSLT(etree.fromstring(sheet))

    def use() -> None:
        if shared(etree.fromstring(XML)).getroot().text != "50":
            raise Wrong("another count")

    run(use, most=1000)


def picture() -> bytes:
    """Return a PNG of 100 by 100 red pixels."""
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (100, 100), "red").save(target, "PNG")
    return target.getvalue()


def pillow_load(run: Stress) -> None:
    from PIL import Image

    data = picture()

    def check(_: object, results: list[Any]) -> None:
        if not all(found in ((255, 0, 0), None) for found in results):
            raise Wrong("another color than the file's")

    run.rounds(
        lambda: Image.open(io.BytesIO(data)),
        lambda shared: shared.getpixel((99, 99)),
        check=check,
        most=500,
    )


def pillow_write_read(run: Stress) -> None:
    from PIL import Image

    shared = Image.new("RGB", (300, 300))

    def write(color: str) -> Any:
        return lambda: shared.paste(color, (0, 0, 300, 300))

    def read() -> None:
        if len(shared.copy().getcolors(1000) or ()) != 1:
            raise Wrong("half of one write and half of another")

    run(write("red"), read, write("blue"), read, most=500)


def pillow_own(run: Stress) -> None:
    from PIL import Image

    data = picture()

    def use() -> None:
        with Image.open(io.BytesIO(data)) as own:
            if own.resize((50, 50)).getpixel((25, 25)) != (255, 0, 0):
                raise Wrong("another color than the file's")

    run(use, most=500)


def joblib_parallel_own(run: Stress) -> None:
    import joblib

    def use() -> None:
        own = joblib.Parallel(n_jobs=2, prefer="threads")
        if own(joblib.delayed(abs)(n) for n in range(5)) != [0, 1, 2, 3, 4]:
            raise Wrong("another result")

    run(use, least=10, most=20)


def joblib_parallel_shared(run: Stress) -> None:
    import joblib

    shared = joblib.Parallel(n_jobs=2, prefer="threads")

    def use() -> None:
        if shared(joblib.delayed(abs)(n) for n in range(5)) != [0, 1, 2, 3, 4]:
            raise Wrong("another result")

    run(use, least=10, most=20)


def tqdm_update(run: Stress) -> None:
    import tqdm

    with tqdm.tqdm(file=io.StringIO()) as bar:
        (done,) = run(bar.update, most=20_000)
        run.lost(bar.n, done)


def tqdm_write(run: Stress) -> None:
    import tqdm

    target = io.StringIO()
    (done,) = run(lambda: tqdm.tqdm.write("a" * 60, file=target), most=2000)
    run.lost(target.getvalue().splitlines().count("a" * 60), done)


if __name__ == "__main__":
    stress.main(globals())
