"""The README is short, and tells what the pipeline found."""

import hashlib

from checkout import ROOT
from readme_table import BEGIN, END, README, table
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


def test_every_page_can_be_found_from_it() -> None:
    pages = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
    assert {page for page in pages if f"| [{page}]({page}) |" not in TEXT} == set()
