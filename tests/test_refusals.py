"""Bad input: one clear line for each fault, status 1, no traceback, and nothing lost."""

import shutil
from pathlib import Path

import pytest
from bad_inputs import FILES, Bad
from checkout import Checkout, training
from inside import command_line
from linux import needs_linux, no_file_beyond
from refused import TEXT

from stages.common import script


@pytest.fixture
def folder(small: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the results of a small pipeline and the parameters as they are."""
    shutil.copytree(small.path / "data", tmp_path / "data")
    (tmp_path / "params.yaml").write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def lines_of(stage: str) -> list[str]:
    """Run a stage's command here as Python does; return the lines with which it ends."""
    with command_line(stage) as main, pytest.raises(SystemExit) as end:
        script.run(main)
    assert isinstance(end.value.code, str)  # which Python prints, to end with status 1
    return end.value.code.splitlines()


@pytest.mark.parametrize("bad", FILES, ids=lambda bad: bad.line[:60])
def test_a_bad_file_is_refused_in_one_line(bad: Bad, folder: Path) -> None:
    bad.damage(folder)
    before = files(folder)
    assert lines_of(bad.stage) == [bad.line]
    assert files(folder) == before


@needs_linux
def test_a_full_disk_is_told_in_one_line(folder: Path) -> None:
    """A limit on the size of files, as a disk that is full; test_faults.py fills a real one."""
    before = files(folder)
    with no_file_beyond(1000):
        told = lines_of("plot")
    assert told == ["data/plot/learning_curves.svg: File too large"]
    assert files(folder) == before


def test_bad_parameters_stop_the_pipeline_before_any_result_is_touched(scratch: Checkout) -> None:
    before, lock = scratch.results(), (scratch.path / "dvc.lock").read_bytes()
    faulty = [
        ("learning_rate: 0.02", "learning_rate: 2"),
        ("steps_per_frame: 1 ", "step_per_frame: 1 "),
        ("finalists: 4  #", "finalist: 4  #"),
    ]
    with scratch.edited("params.yaml", *faulty):
        told = scratch.run("dvc", "repro", status=255)
        alone = scratch.run(*training("search", "x"), status=1)
    assert "cartpole.train_policy.learning_rate: is 2; give a number > 0 and <= 1\n" in told.stderr
    assert "render_gif.step_per_frame: unknown key; did you mean steps_per_frame?\n" in told.stderr
    assert "Traceback" not in told.stderr
    assert len(alone.stderr.splitlines()) == 1  # of its own keys alone
    assert not (scratch.path / "x").exists()
    with scratch.edited("params.yaml", ("environment: cartpole", "environment: carpole")):
        told = scratch.run("dvc", "repro", status=255)
    assert 'environment: is "carpole" (text); give one of acrobot, cartpole, ' in told.stderr
    assert "Traceback" not in told.stderr
    assert scratch.results() == before
    assert (scratch.path / "dvc.lock").read_bytes() == lock
    assert scratch.repro() == []


@pytest.mark.parametrize("given", ["0", "-1", "two", "1.5", "", "99999"])
def test_workers_is_a_count(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKERS", given)
    with pytest.raises(script.InputError) as refusal:
        script.workers()
    line = f"environment: WORKERS: is {given!r}; give a whole number from 1 to 1024"
    assert str(refusal.value) == line


def test_a_bad_variable_ends_a_stage_in_one_line(folder: Path) -> None:
    before = files(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKERS", "two")
        assert len(lines_of("check_params")) == 1
    assert files(folder) == before
