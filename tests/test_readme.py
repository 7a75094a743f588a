"""The README shows what the pipeline found, and leads to every page."""

import hashlib

from checkout import ROOT
from readme_table import BEGIN, END, README, RESULTS
from ruamel.yaml import YAML

TEXT = README.read_text()


def test_the_results_are_those_of_the_pipeline() -> None:
    """DVC keeps the file; dvc.lock has its MD5."""
    shown = TEXT.split(BEGIN)[1].split(END)[0]
    outs = YAML(typ="safe").load(ROOT / "dvc.lock")["stages"]["report"]["outs"]
    (md5,) = (out["md5"] for out in outs if out["path"] == RESULTS)
    found = hashlib.md5(shown.encode(), usedforsecurity=False).hexdigest()
    assert found == md5, "run `make readme`"


def test_every_page_can_be_found_from_it() -> None:
    pages = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
    assert {page for page in pages if f"| [{page}]({page}) |" not in TEXT} == set()
