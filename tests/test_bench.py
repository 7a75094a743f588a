"""The benchmark: what of it can be checked without measuring."""

import sys
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench.growth import Size, exponent
from bench.tables import spread


def run(patch: pytest.MonkeyPatch, results: Path, *parts: str) -> None:
    patch.setattr(bench, "PARTS", {"one": lambda: ["first"], "two": lambda: ["second"]})
    patch.setattr(bench, "RESULTS", results)
    patch.setattr(sys, "argv", ["bench", *parts])
    bench.main()


def test_all_parts_are_written_down_and_named_ones_only_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results = tmp_path / "results.md"
    run(monkeypatch, results, "two")
    assert not results.exists()
    assert capsys.readouterr().out.endswith("\n\nsecond\n")
    run(monkeypatch, results)
    assert results.read_text() == capsys.readouterr().out
    assert results.read_text().endswith("\n\nfirst\n\nsecond\n")


def test_an_unknown_part_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, tmp_path / "results.md", "three")
    assert "unknown: three; parts are one, two" in capsys.readouterr().err


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_of_a_known_growth_is_recovered(power: float) -> None:
    sizes = [Size(1, 0.7, 0.0), *(Size(n, 0.7 + 1e-3 * n**power, 0.0) for n in (10, 100, 1000))]
    assert exponent(sizes) == pytest.approx(power, rel=1e-9)


def test_a_spread_is_median_lowest_highest() -> None:
    assert spread([3.0, 1000.0, 2.04], 1) == "3.0 (2.0-1,000.0)"
