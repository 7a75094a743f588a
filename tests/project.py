"""The project as `make` meets it, with one package to install: a stand-in for DVC.

make, Python, its venv and pip, and Git are the real ones.
"""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

from checkout import ROOT, Checkout

# Notes how it is run; a second one at the same time finds the folder that the first one made.
STAND_IN = """
import json, os, pathlib, sys, time
busy = pathlib.Path("busy")
busy.mkdir()
time.sleep(0.2)
with open("runs.jsonl", "a") as runs:
    print(json.dumps([sys.argv[1:], os.environ["SHELL"], os.environ["PATH"]]), file=runs)
busy.rmdir()
"""


def stand_in(folder: Path) -> str:
    """Build the package; return the line of a requirements file that locks it."""
    folder.mkdir()
    wheel = folder / "dvc-3-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("dvc.py", STAND_IN)
        file.writestr("dvc-3.data/scripts/dvc", "#!python\nimport dvc\n")
        file.writestr("dvc-3.dist-info/METADATA", "Metadata-Version: 2.1\nName: dvc\nVersion: 3\n")
        file.writestr(
            "dvc-3.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        file.writestr("dvc-3.dist-info/RECORD", "")
    return f"dvc==3 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


class Project(Checkout):
    """The Makefile and what it needs, in a repository of its own."""

    def fill(self) -> "Project":
        self.path.mkdir(parents=True)
        for name in ("Makefile", "dvc.yaml", ".gitignore"):
            shutil.copy2(ROOT / name, self.path / name)
        (self.path / "data/report").mkdir(parents=True)
        (self.path / "data/report/index.html").write_text("the report")
        (self.path / "stages").mkdir()
        (self.path / "stages/results.py").write_text("")  # which shows the results at the end
        (self.path / "requirements.txt").write_text(stand_in(self.path / "wheels"))
        self.git("init", "--quiet")
        self.commit()
        return self

    def make(self, *goals: str, **variables: str) -> str:
        """Return what make tells."""
        done = self.run("make", "--silent", *goals, status=0, **variables)
        return (done.stdout + done.stderr).strip()

    def refusal(self, *goals: str, **variables: str) -> str:
        """Return what make tells when it fails, but for its own last line."""
        done = self.attempt("make", "--silent", *goals, **variables)
        assert done.returncode == 2
        *told, last = done.stderr.splitlines()
        assert last.startswith("make: ***")
        return "\n".join(told)

    def sets_up(self) -> bool:
        return "-m venv --clear" in self.run("make", "--dry-run", "repro").stdout

    def runs(self) -> list[tuple[list[str], str, str]]:
        """Take the notes of the stand-in: its arguments, and its variables SHELL and PATH."""
        notes = self.path / "runs.jsonl"
        lines = notes.read_text().splitlines()
        notes.unlink()
        return [tuple(json.loads(line)) for line in lines]
