"""What stands around a stage (variables, files, packages): it is not felt, or refused in one line.

docs/surroundings.md lists what was tried beside these.
"""

import sys
from functools import partial
from pathlib import Path

import pytest
from checkout import ROOT, Checkout
from inside import LOCK

from stages.common import surroundings

BACK = "; to have back the results that DVC removed: `dvc checkout` and `git checkout data`\n"


def command(stage: str, folder: Path) -> list[str]:
    """Return a stage's command with its outputs in another folder than data/."""
    words = LOCK[stage]["cmd"].split()
    outputs = {out["path"] for out in LOCK[stage]["outs"]}
    if stage == "plot":  # which is told the folder of its outputs
        outputs.add("data/plot")
    return [str(folder / word) if word in outputs else word for word in words]


def unfelt(stage: str, small: Checkout, folder: Path, **variables: str) -> None:
    """Run a stage in these surroundings; it must write the same bytes, and tell nothing."""
    told = small.run(*command(stage, folder), status=0, **variables)
    assert told.stderr == ""
    for out in LOCK[stage]["outs"]:
        assert (folder / out["path"]).read_bytes() == (small.path / out["path"]).read_bytes()


NONSENSE = {
    "search": {
        "NUMBA_NUM_THREADS": "many",
        "NUMBA_OPT": "x",
        "NUMBA_DUMP_IR": "1",
        "NUMBA_CACHE_LOCATOR_CLASSES": "nowhere.Locator",
        "NUMBA_THREADING_LAYER": "nothing",
        "NUMBA_CPU_FEATURES": "nonsense",  # which ends LLVM in an abort
        "NUMBA_DISABLE_JIT": "perhaps",
        "TQDM_MININTERVAL": "soon",
    },
    "plot": {
        "MPLBACKEND": "module://nowhere",
        "FREETYPE_PROPERTIES": "truetype:interpreter-version=35",  # other letters
        "MATPLOTLIBRC": "/nowhere",
        "PYTHONSAFEPATH": "1",
        "PYTHONWARNINGS": "error",
        "PYTHONHASHSEED": "7",
        "PYTHONINSPECT": "",
        "PYTHONIOENCODING": "nothing",
        "LC_ALL": "C",
        "SOURCE_DATE_EPOCH": "x",
    },
    "evaluate@search": {"PYTHONDEVMODE": "1", "PYTHONHOME": "/nowhere", "LANG": "xx_XX.nothing"},
}


@pytest.mark.parametrize("stage", NONSENSE)
def test_variables_are_not_felt(stage: str, small: Checkout, tmp_path: Path) -> None:
    unfelt(stage, small, tmp_path, **NONSENSE[stage])


def test_a_matplotlibrc_of_the_user_is_not_felt(small: Checkout, tmp_path: Path) -> None:
    """Here one that would be felt, were it UTF-8."""
    (tmp_path / "matplotlibrc").write_bytes(b"font.size: 40\n\xff\xfe")
    unfelt("plot", small, tmp_path, MPLCONFIGDIR=str(tmp_path))


def test_a_closed_terminal_is_not_felt(small: Checkout, tmp_path: Path) -> None:
    closed = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
    small.run(*closed, *command("search", tmp_path), status=0)
    small.run(*closed, *command("report", tmp_path), status=0)
    page = "data/report/index.html"
    assert (tmp_path / page).read_bytes() == (small.path / page).read_bytes()


def test_what_stops_a_library_as_it_is_imported_is_told_in_one_line(
    small: Checkout, tmp_path: Path
) -> None:
    """Here too little memory; a library that is broken, or a variable, may do the same."""
    limited = ["sh", "-c", 'ulimit -v 300000; exec "$@"', "sh"]
    told = small.run(*limited, *command("search", tmp_path), status=1).stderr
    assert len(told.splitlines()) == 1
    assert told.startswith("stages/rl/engine/compiling.py: line ")
    assert ": cannot import: " in told


def test_packages_on_pythonpath_are_not_felt(small: Checkout, tmp_path: Path) -> None:
    for module in ("numpy", "yaml", "sitecustomize"):
        (tmp_path / f"{module}.py").write_text("raise SystemExit('not the one that is pinned')")
    unfelt("evaluate@search", small, tmp_path, PYTHONPATH=str(tmp_path))


def test_modules_beside_the_stages_stand_in_for_none(small: Checkout, tmp_path: Path) -> None:
    strays = [small.path / f"{name}.py" for name in ("numpy", "yaml", "enum", "pathlib", "stages")]
    for stray in strays:
        stray.write_text("raise SystemExit('not the one that is pinned')")
    try:
        unfelt("evaluate@search", small, tmp_path)
    finally:
        for stray in strays:
            stray.unlink()


@pytest.mark.parametrize(("name", "reader"), surroundings.READ_HERE.items())
def test_a_file_here_that_a_library_would_obey_is_refused(
    name: str, reader: str, small: Checkout, tmp_path: Path
) -> None:
    (small.path / name).write_text("disable_jit: 1\n")
    try:
        told = small.run(*command("search", tmp_path), status=1).stderr
    finally:
        (small.path / name).unlink()
    assert told == f"{name}: {reader} would read it; move it out of this folder\n"
    assert list(tmp_path.iterdir()) == []


# Packages


def test_what_is_not_installed_as_pinned_is_refused_before_any_result_is_touched(
    small: Checkout,
) -> None:
    """As after a `git pull` that changes requirements.txt, with nothing installed anew."""
    before = small.results()
    with small.edited("requirements.txt", ("\nnumpy==2.4.6 ", "\nnumpy==2.4.5 ")):
        told = small.run("dvc", "repro", status=255).stderr
    assert told.splitlines()[0] == (
        "requirements.txt: numpy: 2.4.6 is installed, not 2.4.5; "
        "`make`, or `pip install --require-hashes -r requirements.txt`"
    )
    assert small.results() == before
    assert small.repro() == []


def test_the_installed_version_is_the_one_that_python_imports(tmp_path: Path) -> None:
    """That of the first folder; names in all the ways in which they are written."""
    for entry in (
        "first/numpy-1.0.dist-info",
        "second/numpy-2.0.dist-info",
        "second/vl_Convert.x-3.dist-info",
    ):
        (tmp_path / entry).mkdir(parents=True)
    (tmp_path / "second" / "six-1.16.0-py3.11.egg-info").touch()
    (tmp_path / "second" / "README.md").touch()
    for version in ("2.0", "1.0"):  # as an upgrade leaves it that was broken off
        (tmp_path / "second" / f"pyyaml-{version}.dist-info").mkdir()
    folders = [str(tmp_path / name) for name in ("none", "first", "second")]
    assert surroundings.installed(folders) == {
        "numpy": "1.0",
        "vl-convert-x": "3",
        "six": "1.16.0",
        "pyyaml": "1.0 and 2.0",
    }


def test_a_pin_for_some_pythons_holds_where_the_package_is_installed(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(
        "a==1 \\\n    --hash=sha256:0\n    # via b==9\n"
        "b==1 ; python_full_version < '3.12' \\\nb==2 ; python_full_version >= '3.12' \\\n"
        "c==3 ; sys_platform == 'win32' \\\n"
    )
    pins = surroundings.pinned(file)
    for installed, package in (
        ({"a": "1", "b": "1"}, None),
        ({"a": "1", "b": "2", "c": "3"}, None),
        ({"a": "1"}, None),
        ({"b": "1"}, "a: none is installed, not 1"),
        ({"a": "1", "b": "3"}, "b: 3 is installed, not 1 or 2"),
        ({"a": "1", "c": "4"}, "c: 4 is installed, not 3"),
    ):
        told = surroundings.difference(pins, installed)
        assert told is None if package is None else f"requirements.txt: {package};" in str(told)


def test_all_that_is_pinned_is_installed_here() -> None:
    pins = surroundings.pinned(ROOT / "requirements.txt")
    assert len(pins) > 100
    assert surroundings.difference(pins, surroundings.installed(sys.path)) is None


def test_an_experiment_that_dvc_would_lose_is_refused(small: Checkout, tmp_path: Path) -> None:
    clone = small.shallow_clone(tmp_path / "shallow")
    told = clone.run("dvc", "exp", "run", "--temp", "-S", "seed=1", status=255).stderr
    assert "shallow: DVC would lose the experiment; first `git fetch --unshallow`\n" in told
    assert "Traceback" not in told


# Faults that are found after DVC has removed the results of a stage


FAULTS = {
    "a bad place to work": (
        "stages/search.py",
        ("main = ", "# edited\nmain = "),
        "environment: WORKERS: is 'x'; give a whole number from 1 to 1024",
    ),
    "a source that does not parse": (
        "stages/evaluate.py",
        ("def main()", "def main("),
        "stages/evaluate.py: line 9: does not parse: ",  # in words that differ between Pythons
    ),
    "an import that fails": (
        "stages/rl/judge/statistics.py",
        ("import math", "import maths"),
        "stages/rl/judge/statistics.py: line 11: cannot import: No module named 'maths'",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_costs_no_result(fault: str, small: Checkout) -> None:
    """The first line tells how to have back what DVC removed, and that is so."""
    file, edit, line = FAULTS[fault]
    before = small.results()
    small.commit()
    with small.edited(file, edit):
        told = small.run("dvc", "repro", status=255, WORKERS="x").stderr
        assert told.startswith(line)
        assert told[: told.index("\n") + 1].endswith(BACK)
        assert small.results() != before
        small.attempt("dvc", "checkout")
        small.git("checkout", "data")
        assert small.results() == before
    assert small.repro() == []


def test_other_faults_are_told_in_the_same_way(small: Checkout, tmp_path: Path) -> None:
    run = partial(small.run, *command("search", tmp_path), status=1, DVC_STAGE="search")
    told = run(RAY_ADDRESS="x").stderr
    assert told == f"environment: RAY_ADDRESS: is 'x'; give host:port, or unset it{BACK}"
    with small.edited("stages/rl/policies/linear.py", ("import kernel", "import colonel")):
        told = run().stderr
    begin = "stages/rl/policies/linear.py: line 13: cannot import: cannot import name 'colonel' "
    assert told.startswith(begin)
    assert told.endswith(BACK)
    assert len(told.splitlines()) == 1


def test_a_fault_of_ours_keeps_its_traceback(small: Checkout, tmp_path: Path) -> None:
    with small.edited("stages/plot.py", ("    prepare(", "    1 / 0\n    prepare(")):
        told = small.run(*command("plot", tmp_path), status=1, DVC_STAGE="plot").stderr
    assert "ZeroDivisionError" in told
    assert told.endswith(BACK.removeprefix("; "))
