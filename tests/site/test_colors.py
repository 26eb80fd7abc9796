"""The colors of plots: told apart by color-blind readers, and from the page, in both schemes."""

import re
from itertools import combinations

import numpy as np
import pytest

import drawing
from built import ROOT

STYLES = (ROOT / "docs/_theme/assets/style.css").read_text("utf-8")
LINES = 4  # as many series as a plot has, at most

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
SIGHT = {
    "full": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
WHITE = [0.9505, 1.0, 1.089]


@pytest.fixture(params=["default", "slate"])
def colors(request):
    """The variables of a scheme."""
    (rule,) = re.findall(rf'scheme="{request.param}"\] {{([^}}]*--paper[^}}]*)}}', STYLES)
    return dict(re.findall(r"--([\w-]+): (#\w{6})", rule))


def linear(color):
    values = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    x, y, z = np.cbrt(np.clip(TO_XYZ @ rgb / WHITE, 0.001, None))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHT)
def test_the_lines_of_a_plot_differ_for_every_sight(colors, sight):
    series = [colors[f"series-{number}"] for number in range(1, LINES + 1)]
    seen = {color: lab(np.clip(SIGHT[sight] @ linear(color), 0, 1)) for color in series}
    near = [
        pair
        for pair in combinations(series, 2)
        if np.linalg.norm(np.subtract(*map(seen.get, pair))) < 20
    ]
    assert near == []


def test_every_color_differs_from_the_page(colors):
    for name in drawing.SERIES.values():
        light, dark = sorted(
            (TO_XYZ[1] @ linear(colors[name[2:]]), TO_XYZ[1] @ linear(colors["paper"]))
        )[::-1]
        assert (light + 0.05) / (dark + 0.05) >= 3, name
