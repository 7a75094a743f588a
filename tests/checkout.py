"""A checkout in a temporary folder, where the real pipeline runs."""

import copy
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# As little to do as the schema allows while every stage still does all of its work. What has a
# comment stands in the section of CartPole.
SMALL = {
    "runs: 30": "runs: 3",
    "candidates: 500  #": "candidates: 40  #",
    "finalists: 10  #": "finalists: 4  #",
    "validation_episodes: 100  #": "validation_episodes: 5  #",
    "episodes: 1200  #": "episodes: 80  #",
    "episodes: 600  #": "episodes: 100  #",
    "  episodes: 100  # test": "  episodes: 10  # test",
    "resamples: 10000  #": "resamples: 200  #",
    "episodes: 10  # of each run in": "episodes: 2  # of each run in",
}


def installed(*names: str) -> str:
    """Find a program by one of its names; without it the test is skipped, but fails in CI."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        without = pytest.fail if os.environ.get("CI") else pytest.skip
        without(f"{names[0]} is not installed")
    return found


def unless_there(file: str) -> pytest.MarkDecorator:
    """Skip a test in a fork that has typed in the page's example already."""
    return pytest.mark.skipif((ROOT / file).exists(), reason=f"{file} is there")


without_catch = unless_there("stages/rl/environments/catch.py")
without_sarsa = unless_there("stages/rl/agents/sarsa.py")


def unshare(*spaces: str) -> list[str]:
    """Return the command that runs another in namespaces of its own.

    Where that is forbidden, it is [], and tests go without; but in CI on Linux they fail.
    """
    command = ["unshare", "--map-root-user", *spaces]
    allowed = shutil.which("unshare") is not None and (
        subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    )
    if not allowed and sys.platform == "linux" and os.environ.get("CI"):
        raise PermissionError(f"{' '.join(command)} is forbidden here, and CI skips no test")
    return command if allowed else []


def training(stage: str, folder: str) -> list[str]:
    """Return the command that trains outside the graph, with its outputs in a folder."""
    return [sys.executable, "-m", f"stages.{stage}", folder]


# Where the work runs, which a test says itself, and what `make test` would tell another make.
NOT_INHERITED = {"WORKERS", "RAY_ADDRESS", "MAKELEVEL", "MAKEFLAGS", "MFLAGS"}


class Checkout:
    """A copy of the project in a Git repository of its own, where commands run.

    Machine code is shared with the project and other checkouts, unless it has to be `cold`.
    """

    def __init__(self, path: Path, *, cold: bool = False) -> None:
        self.path = path
        above = path if cold else ROOT
        self.machine_code = str(above / ".cache" / "numba")

    def fill(self) -> "Checkout":
        """Copy the project as it stands."""
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for name in filter(None, names.split("\0")):
            if (ROOT / name).is_file():
                (self.path / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.path / name)
        self.git("init", "--quiet")
        self.commit()
        return self

    def copied(self, path: Path) -> "Checkout":
        """Copy the checkout with all that was made in it."""
        shutil.copytree(self.path, path, symlinks=True)
        return self.moved(path)

    def moved(self, path: Path) -> "Checkout":
        """Run commands in another folder as in this one."""
        other = copy.copy(self)
        other.path = path
        return other

    def shallow_clone(self, path: Path) -> "Checkout":
        """Clone the checkout, the last commit alone."""
        self.commit()  # so that there is an earlier one
        self.git("clone", "--quiet", "--depth=1", f"file://{self.path}", str(path))
        return self.moved(path)

    def environment(self, **more: str) -> dict[str, str]:
        """Return the variables of a shell with the virtual environment activated."""
        activated = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        own = {"PATH": activated, "DVC_NO_ANALYTICS": "1", "NUMBA_CACHE_DIR": self.machine_code}
        return {**inherited, **own, **more}

    def run(
        self, *command: str, status: int = 0, given: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the checkout; fail unless it ends with the status."""
        done = self.attempt(*command, given=given, **variables)
        assert done.returncode == status, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def attempt(
        self, *command: str, given: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the checkout, however it ends."""
        return subprocess.run(
            command,
            cwd=self.path,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            check=False,
            input=given,
        )

    def git(self, *arguments: str) -> str:
        return str(self.run("git", *arguments).stdout)

    def commit(self) -> None:
        """Record everything as it stands, also when nothing has changed."""
        self.git("add", "--all")
        identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
        self.git(*identity, "commit", "--quiet", "--allow-empty", "--message=as it stands")

    def dvc(self, *arguments: str, status: int = 0, **variables: str) -> str:
        command = [sys.executable, "-m", "dvc", *arguments]
        return str(self.run(*command, status=status, **variables).stdout)

    def repro(self, *arguments: str, **variables: str) -> list[str]:
        """Run `dvc repro`; return the names of the stages that ran."""
        told = self.dvc("repro", *arguments, status=0, **variables)
        return [line.split("'")[1] for line in told.splitlines() if line.startswith("Running")]

    def edit(self, file: str, *replacements: tuple[str, str]) -> None:
        """Replace text that stands in a file once or more."""
        text = (self.path / file).read_text()
        for old, new in replacements:
            assert old in text, f"{old!r} is not in {file}"
            text = text.replace(old, new)
        (self.path / file).write_text(text)

    @contextmanager
    def edited(self, file: str, *replacements: tuple[str, str]) -> Iterator[None]:
        """Replace text in a file as long as the block lasts."""
        before = (self.path / file).read_text()
        self.edit(file, *replacements)
        try:
            yield
        finally:
            (self.path / file).write_text(before)

    def results(self) -> dict[str, bytes]:
        """Read every file that the stages wrote."""
        files = (path for path in (self.path / "data").rglob("*") if path.is_file())
        return {str(path.relative_to(self.path)): path.read_bytes() for path in files}
