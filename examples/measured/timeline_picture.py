"""Draw the lanes that timeline.py recorded as SVG, and tell them in words."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from html import escape
from itertools import pairwise
from typing import NamedTuple

RUNS, LOCK, THREAD, IO = "runs", "waits for a lock", "waits for a thread", "sleeps or waits for I/O"

LOOKS = {  # height, color; tall is busy, so that the lanes read in black and white too
    RUNS: (16, "#0b7a75"),
    IO: (8, "#c2621b"),
    LOCK: (3, "#b03a6b"),
    THREAD: (1.5, "#4a6785"),
}
INK, PALE = "#010203", ' fill-opacity=".25"'
ON_A_CORE, OFF = "on a core", "not on a core"
ENDLESS, HOLDS = "has not ended", "leads to who holds the lock"
WIDTH, LEFT, RIGHT, LANE, BAR = 420, 8, 12, 42, 28  # BAR: the middle of a lane's bar


class Lane(NamedTuple):
    """What one thread did, in seconds from the start of the record."""

    thread: str
    ended: bool
    spans: list[tuple[str, float, float]]  # state, start, end
    cpu: list[tuple[float, float, float]] | None  # start, end, share of a core; None: no clock
    lock: str | None = None  # the lock it still waits for, as the place that made it
    holder: int | None = None  # the number of the lane that holds it


def tell(lanes: list[Lane]) -> str:
    """Return the lanes in words: who waited for what, how often, and what it got of a core."""
    sentences = [_sentence(lane, lanes) for lane in lanes]
    if circle := deadlock(lanes):
        names = [lanes[number].thread for number in [*circle, circle[0]]]
        waits = [f"{one} waits for {other}" for one, other in pairwise(names)]
        sentences.append(f"Deadlock: {', '.join(waits)}.")
    return " ".join(sentences)


def _sentence(lane: Lane, lanes: list[Lane]) -> str:
    counts = Counter(state for state, *_ in lane.spans if state != RUNS)
    parts = [f"{state} {count} time{'s' * (count > 1)}" for state, count in counts.items()]
    words = f"{lane.thread} {', '.join(parts) or 'runs without waiting'}"
    ready = sum(end - start for start, end, _ in lane.cpu or [])
    if ready:
        got = sum((end - start) * share for start, end, share in lane.cpu or []) / ready
        words += f", has a core for {got:.0%} of the time it could use one"
    if lane.holder is not None:
        words += f", waits for the lock of {lane.lock}, which {lanes[lane.holder].thread} holds"
    return f"{words}{'' if lane.ended else ', has not ended'}."


def deadlock(lanes: list[Lane]) -> list[int]:
    """Return the numbers of lanes that wait for each other in a circle; [] if none do."""
    for first in range(len(lanes)):
        path, at = [first], lanes[first].holder
        while at is not None and at not in path:
            path.append(at)
            at = lanes[at].holder
        if at == first:
            return path
    return []


def used(lanes: list[Lane]) -> float | None:
    """Return how many cores the threads had on average while they are drawn; None: no clock."""
    if any(lane.cpu is None for lane in lanes):
        return None
    begun, ended = window(lanes)
    busy = [
        max(0.0, end - max(start, begun)) * share
        for lane in lanes
        for start, end, share in lane.cpu or []
    ]
    return sum(busy) / max(ended - begun, 1e-6)


def window(lanes: list[Lane]) -> tuple[float, float]:
    """Return what is drawn: from shortly before the second thread starts to the last end."""
    starts = [start for lane in lanes for _, start, _ in lane.spans[:1]]
    ended = max((end for lane in lanes for *_, end in lane.spans), default=0.0)
    begun = max(0, starts[1] - (ended - starts[1]) / 20) if len(starts) > 1 else min(starts)
    return begun, ended


def draw(lanes: list[Lane]) -> str:
    """Return the lanes as SVG."""
    begun, ended = window(lanes)
    held = [(number, lane.holder) for number, lane in enumerate(lanes) if lane.holder is not None]
    right = RIGHT + 14 * len(held)
    scale = (WIDTH - LEFT - right) / max(ended - begun, 1e-6)

    def bar(start: float, end: float, top: float, height: float, color: str, more: str = "") -> str:
        start, end = max(start, begun), max(end, begun)
        if end == begun or height <= 0:
            return ""
        return _bar(LEFT + (start - begun) * scale, top, (end - start) * scale, height, color, more)

    parts: list[str] = []
    seen: set[str] = set()
    for number, lane in enumerate(lanes):
        middle = number * LANE + BAR
        parts.append(text(LEFT, middle - 13, lane.thread))
        for state, start, end in lane.spans:
            height, color = LOOKS[state]
            pale = PALE if state == RUNS and lane.cpu is not None else ""
            parts.append(bar(start, end, middle - height / 2, height, color, pale))
            seen.add(OFF if pale else state)
        height, color = LOOKS[RUNS]
        for start, end, share in lane.cpu or []:
            parts.append(
                bar(start, end, middle + height / 2 - height * share, height * share, color)
            )
            seen.add(ON_A_CORE)
        if not lane.ended:
            parts.append(_endless(WIDTH - right + 3, middle))
            seen.add(ENDLESS)
    for place, (waits, holds) in enumerate(held):
        x = WIDTH - right + 16 + 14 * place
        parts.append(_arrow(x, waits * LANE + BAR, holds * LANE + BAR))
    bottom = len(lanes) * LANE + 2
    parts.append(f'<path d="M{LEFT} {bottom}H{WIDTH - right}" stroke="{INK}" fill="none"/>')
    parts.append(text(LEFT, bottom + 16, "0"))
    parts.append(text(WIDTH - right, bottom + 16, duration(ended - begun), "end"))
    if held:
        seen.add(HOLDS)
    legend, height = _legend(seen, bottom + 36)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="sans-serif" font-size="13" style="max-width:520px">'
        f"{''.join(parts)}{legend}</svg>"
    )


def _legend(seen: set[str], middle: float) -> tuple[str, float]:
    """Return rows that explain what was `seen`, and the height of the whole drawing."""
    run, color = LOOKS[RUNS]
    signs: dict[str, Callable[[float, float], str]] = {
        ON_A_CORE: lambda x, y: _bar(x, y - run / 2, 22, run, color),
        OFF: lambda x, y: _bar(x, y - run / 2, 22, run, color, PALE),
        **{state: partial(_sign, *look) for state, look in LOOKS.items()},
        ENDLESS: lambda x, y: _endless(x + 8, y),
        HOLDS: lambda x, y: _arrow(x + 11, y - 8, y + 8),
    }
    parts, x = [], float(LEFT)
    for words, sign in signs.items():
        if words in seen:
            width = 28 + 7 * len(words)
            if x + width > WIDTH:
                x, middle = LEFT, middle + 24
            parts += [sign(x, middle), text(x + 28, middle + 4, words)]
            x += width + 12
    return "".join(parts), middle + 14


def _sign(height: float, color: str, x: float, y: float) -> str:
    return _bar(x, y - height / 2, 22, height, color)


def _bar(x: float, y: float, width: float, height: float, color: str, more: str = "") -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.6):.1f}" height="{height:.1f}" '
        f'fill="{color}"{more}/>'
    )


def _endless(x: float, y: float) -> str:
    return f'<path d="M{x:g} {y - 5:g}l6 5l-6 5z" fill="{INK}"/>'


def _arrow(x: float, start: float, end: float) -> str:
    """Return an arrow down or up from one lane to another, or back to the same one."""
    back = 5 if end < start else -5
    if start == end:
        start, back = end + 8, 5
    return (
        f'<path d="M{x:g} {start:g}V{end:g}m-4 {back}l4 {-back}l4 {back}" '
        f'stroke="{LOOKS[LOCK][1]}" stroke-width="2" fill="none"/>'
    )


def text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{INK}">{escape(words)}</text>'


def duration(seconds: float) -> str:
    return f"{seconds:.2g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"
