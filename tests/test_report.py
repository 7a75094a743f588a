"""The report as a reader sees it: in a real browser, on a screen, a phone and paper."""

import io
from importlib import metadata
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import opened
from checkout import ROOT, Checkout
from graph import AGENTS
from PIL import Image
from playwright.sync_api import Page

from stages.pictures.page.page import FIGURES, animation

ANIMATIONS = len(AGENTS)


@pytest.fixture(scope="module")
def report(small: Checkout) -> Path:
    return small.path / "data" / "report" / "index.html"


@pytest.mark.parametrize("width", [360, 1400])
def test_the_page_shows_every_picture_within_its_width_and_asks_for_nothing(
    report: Path, width: int
) -> None:
    with opened(report, width) as visit:
        assert visit.errors == []
        (first, *others) = visit.requests
        assert first == report.as_uri()
        assert all(address.startswith("data:") for address in others)
        assert visit.page.evaluate("document.documentElement.scrollWidth") == width
        sizes = visit.page.eval_on_selector_all(
            "img:not(.still)", "all => all.map(one => [one.naturalWidth, one.offsetWidth])"
        )
        assert len(sizes) == len(FIGURES) + ANIMATIONS
        assert all(natural > 400 and shown > 250 for natural, shown in sizes)
    assert report.stat().st_size < 2_000_000


@pytest.mark.parametrize("dark", [False, True])
def test_contrast_and_alternative_texts_pass_axe(report: Path, dark: bool) -> None:
    with opened(report, 360, dark=dark) as visit:
        found = Axe().run(visit.page)
        assert found.violations_count == 0, found.generate_report()
        passed = {rule["id"] for rule in found.response["passes"]}
    assert {"color-contrast", "image-alt", "html-has-lang", "scrollable-region-focusable"} <= passed


def moving_and_still(page: Page) -> tuple[int, int]:
    return tuple(page.locator(f".{kind}:visible").count() for kind in ("moving", "still"))  # type: ignore[return-value]


def test_animations_stand_still_on_request_and_on_paper(report: Path) -> None:
    with opened(report) as visit:
        page = visit.page
        assert moving_and_still(page) == (ANIMATIONS, 0)
        page.get_by_label("pause all animations").check()
        assert moving_and_still(page) == (0, ANIMATIONS)
        page.get_by_label("pause all animations").uncheck()
        page.emulate_media(reduced_motion="reduce")
        assert moving_and_still(page) == (0, ANIMATIONS)
        page.emulate_media(reduced_motion="no-preference", media="print")
        assert moving_and_still(page) == (0, ANIMATIONS)


def test_a_still_picture_is_the_end_of_the_animation() -> None:
    moving, still = animation((ROOT / "data/render_gif/reinforce.gif").read_bytes())
    with Image.open(io.BytesIO(moving)) as frames, Image.open(io.BytesIO(still)) as end:
        frames.seek(frames.n_frames - 1)  # type: ignore[attr-defined]
        assert end.convert("RGB").tobytes() == frames.convert("RGB").tobytes()
        assert not getattr(end, "is_animated", False)


def test_without_a_script_all_but_the_live_section_reads_the_same(report: Path) -> None:
    read = []
    for script in (True, False):
        with opened(report, script=script) as visit:
            parts = visit.page.locator("header, main > :not(#live)")
            read.append((parts.all_inner_texts(), moving_and_still(visit.page)))
    assert read[0] == read[1]
    assert len("".join(read[0][0])) > 5000
    assert f"numpy {metadata.version('numpy')}, numba" in "".join(read[0][0])
