"""The README is short, and tells what the pipeline found."""

import hashlib

import pytest
from checkout import ROOT
from readme_table import BEGIN, END, README, cells, line, table
from ruamel.yaml import YAML

from stages import results

TEXT = README.read_text()


def test_the_results_are_those_of_the_pipeline() -> None:
    """The table is that of the metrics; of the sentences dvc.lock knows the MD5."""
    sentences, rest = TEXT.split(BEGIN)[1].split(END)[0].split("\n\n")
    outs = YAML(typ="safe").load(ROOT / "dvc.lock")["stages"]["report"]["outs"]
    (md5,) = (out["md5"] for out in outs if out["path"] == results.FINDINGS)
    told = hashlib.md5(f"{sentences}\n".encode(), usedforsecurity=False).hexdigest()
    assert (told, rest) == (md5, table()), "run `make readme`"


def test_it_is_read_in_one_go() -> None:
    assert TEXT.count("\n") <= 180


def test_the_table_of_results_fits_100_columns() -> None:
    shown = TEXT.split(BEGIN)[1].split(END)[0]
    rows = [row for row in shown.splitlines() if row.startswith("|")]
    assert len(rows) >= 4
    assert max(map(len, rows)) <= 100


@pytest.mark.parametrize("mean", [-1243.84, -200.0, 0.0123])
def test_so_does_that_of_any_environment(mean: float) -> None:
    of = {
        "runs": 100,
        "return": {"mean": mean, "low": mean, "high": mean, "worst": mean},
        "fraction": {"solved": 0.99, "solved_low": 0.95, "solved_high": 1.0},
        "train": {"steps_to_solve": 12_345_678},
    }
    assert len(line("random search", *cells(of).values())) <= 101  # with its end


def test_the_picture_and_the_command_come_first() -> None:
    heads = [row for row in TEXT.splitlines() if row.startswith(("<img", "## "))]
    assert heads[0].startswith('<img src="data/render_gif/q_learning.gif" ')
    assert heads[1:6] == [
        "## One command",
        "## What it finds",
        "## Change something",
        "## Another environment",
        "## An environment or an agent of your own",
    ]


def test_every_page_can_be_found_from_it() -> None:
    pages = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
    assert {page for page in pages if f"| [{page}]({page}) |" not in TEXT} == set()
