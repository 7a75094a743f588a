"""What users' machines bring along changes no result; other packages than pinned are refused."""

from pathlib import Path

import pytest
from checkout import ROOT, Checkout
from inside import LOCK

from stages.common import versions

MODULES = ("numpy", "yaml", "sitecustomize")  # as ROS and others leave them on PYTHONPATH
# What Jupyter, ROS, clusters and a user's home folder really set, all at once.
AROUND = {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "NUMBA_NUM_THREADS": "1"}


def command(stage: str, folder: Path) -> list[str]:
    """Return a stage's command with its outputs in another folder than data/."""
    words = LOCK[stage]["cmd"].split()
    outputs = {out["path"] for out in LOCK[stage]["outs"]}
    if stage == "plot":  # which is told the folder of its outputs
        outputs.add("data/plot")
    return [str(folder / word) if word in outputs else word for word in words]


@pytest.mark.parametrize("stage", ["search", "plot"])
def test_what_users_machines_set_changes_no_byte(
    stage: str, small: Checkout, tmp_path: Path
) -> None:
    for module in MODULES:
        (tmp_path / f"{module}.py").write_text("raise SystemExit('not the one that is pinned')")
    (tmp_path / "matplotlibrc").write_text("xtick.labelsize: 40\nbackend: svg\n")
    own = {"PYTHONPATH": str(tmp_path), "MPLCONFIGDIR": str(tmp_path)}
    done = small.run(*command(stage, tmp_path), status=0, **AROUND, **own)
    assert done.stderr == ""
    for out in LOCK[stage]["outs"]:
        path = small.path / out["path"]
        for file in path.iterdir() if path.is_dir() else [path]:
            written = tmp_path / file.relative_to(small.path)
            assert written.read_bytes() == file.read_bytes()


def test_packages_that_differ_are_refused_before_any_result_is_touched(scratch: Checkout) -> None:
    """As after a `git pull` that changes requirements.txt, with nothing installed anew."""
    before = scratch.results()
    with scratch.edited("requirements.txt", ("\nnumpy==2.4.6 ", "\nnumpy==2.4.5 ")):
        refused = scratch.run("dvc", "repro", status=255).stderr
    assert refused.splitlines()[0] == (
        "requirements.txt: numpy: 2.4.6 is installed, not 2.4.5; `make repro`, or "
        "`pip install --require-hashes -r requirements.txt -r requirements-dvc.txt`"
    )
    assert scratch.results() == before


@pytest.mark.parametrize(
    ("pins", "line"),
    [
        ("numpy==2.4.6 \\\n    --hash=sha256:0\n    # via nothing==9\n", None),
        ("numpy==1.0 ; python_version < '3.12'\nnumpy==2.4.6 ; python_version >= '3'\n", None),
        ("pywin32==3 ; sys_platform == 'win32'\n", None),
        ("PyYAML==5\n", "PyYAML: 6.0.3 is installed, not 5"),
        ("pywin32==3\n", "pywin32: none is installed, not 3"),
        ("numpy==2 ; a\nnumpy==1 ; b\n", "numpy: 2.4.6 is installed, not 1 or 2"),
    ],
)
def test_a_pin_under_a_condition_holds_if_the_package_is_installed(
    pins: str, line: str | None
) -> None:
    assert versions.difference(pins) == line


def test_everything_pinned_is_installed_here() -> None:
    assert versions.difference((ROOT / "requirements.txt").read_text()) is None


def test_without_pip_the_remedy_is_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "find_spec", lambda _: None)
    assert versions.install() == "uv pip sync requirements.txt requirements-dvc.txt"


@pytest.mark.slow
def test_an_experiment_that_dvc_would_lose_is_refused(scratch: Checkout, tmp_path: Path) -> None:
    clone = scratch.shallow_clone(tmp_path / "shallow")
    refused = clone.run("dvc", "exp", "run", "--temp", "-S", "seed=1", status=255).stderr
    assert "shallow: DVC would lose the experiment; `git fetch --unshallow`\n" in refused
    assert "Traceback" not in refused


def test_a_fault_of_ours_keeps_its_traceback(scratch: Checkout, tmp_path: Path) -> None:
    with scratch.edited("stages/plot.py", ("    prepare(", "    1 / 0\n    prepare(")):
        shown = scratch.run(*command("plot", tmp_path), status=1).stderr
    assert "ZeroDivisionError" in shown
