"""Figures for dark screens."""

import io
from pathlib import Path

import pytest
from browser import opened
from matplotlib.colors import to_rgb
from pictured import LAKE, learner
from PIL import Image

from stages.pictures.agent_style import COLOURS
from stages.pictures.figures import policies, style
from stages.pictures.figures.dark import PAPER, colours, dark


def brightness(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour))
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def test_every_agent_can_be_told_from_either_paper() -> None:
    counterparts = dict(colours())
    for colour in COLOURS:
        other = counterparts[colour]
        assert (brightness(other) + 0.05) / (brightness(PAPER) + 0.05) >= 4.5


def test_no_colour_has_two_counterparts() -> None:
    pairs = list(colours())
    assert len(dict(pairs)) == len(set(pairs))


@pytest.mark.slow
def test_on_a_dark_screen_a_figure_is_dark_and_else_it_is_as_it_was(tmp_path: Path) -> None:
    svg = style.encode(policies.policies([learner(LAKE, 0.0, 1.0)], LAKE))
    turned = dark(svg)
    start, end = turned.index(b"@media screen and (prefers-color-scheme: dark)"), len(turned)
    rules = turned[start : end - len(svg) + start]
    assert turned.replace(rules, b"") == svg
    page = tmp_path / "page.html"
    (tmp_path / "figure.svg").write_bytes(turned)
    page.write_text('<meta name="color-scheme" content="light dark"><img src="figure.svg">')
    for on_dark in (False, True):
        with opened(page, dark=on_dark) as visit:
            shot = Image.open(io.BytesIO(visit.page.locator("img").screenshot())).convert("L")
        paper = shot.getpixel((shot.width - 2, shot.height - 2))
        assert paper == (24 if on_dark else 255)
