"""The tour, docs/tour.ipynb, executed from its first cell to its last.

python tests/tour.py          writes its outputs into it (`make tour-outputs`)
python tests/tour.py NOTEBOOK writes it to another place; test_tour.py compares.

What is written depends on what the cells do alone: neither on when and where they were run, nor on
how their output came in.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

TOUR = Path(__file__).parents[1] / "docs" / "tour.ipynb"
OWN = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")


def executed() -> str:
    """Execute the notebook, without what a user has set up for their own; return it."""
    notebook = nbformat.read(TOUR, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= dict.fromkeys(OWN, folder)
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            resources={"metadata": {"path": TOUR.parent}},
            record_timing=False,
            coalesce_streams=True,
        )
        client.execute(stderr=subprocess.DEVNULL)  # which kernels warn on that nobody listens in
    for cell in notebook.cells:
        cell.metadata.clear()
    notebook.metadata.language_info = {"name": "python"}  # without the version
    return nbformat.writes(notebook) + "\n"


def main() -> None:
    """Write it."""
    place = Path(sys.argv[1]) if sys.argv[1:] else TOUR
    place.write_text(executed(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
