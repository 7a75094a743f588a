"""The real pipeline in fresh checkouts: the same bytes, only what is needed, nothing half-done."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from checkout import ROOT, Checkout, training
from graph import AGENTS, to_do
from inside import LOCK
from linux import needs_linux, open_terminal


def tracked_results() -> dict[str, bytes]:
    """Read the results that Git holds."""
    listed = subprocess.run(
        ["git", "ls-files", "data"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return {name: (ROOT / name).read_bytes() for name in listed.stdout.splitlines()}


@pytest.fixture(scope="module")
def reproduced(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Reproduce the whole pipeline from nothing, in one thread; tests leave it as they find it."""
    fresh = Checkout(tmp_path_factory.mktemp("reproduced"), cold=True).fill()
    fresh.repro(WORKERS="1")
    return fresh


@pytest.mark.slow
def test_a_fresh_clone_derives_the_committed_lock_and_results(reproduced: Checkout) -> None:
    """In one thread, with nothing compiled or cached."""
    assert (reproduced.path / "dvc.lock").read_text() == (ROOT / "dvc.lock").read_text()
    derived = reproduced.results()
    committed = tracked_results()
    assert {name: derived.get(name) for name in committed} == committed
    assert reproduced.git("status", "--short") == ""


@pytest.mark.slow
def test_a_forced_run_with_four_threads_changes_no_byte(reproduced: Checkout) -> None:
    before = reproduced.results()
    reproduced.repro("--force", WORKERS="4")
    assert reproduced.results() == before
    assert (reproduced.path / "dvc.lock").read_text() == (ROOT / "dvc.lock").read_text()


@pytest.mark.slow
def test_every_run_of_every_agent_solves_the_environment(reproduced: Checkout) -> None:
    for agent in AGENTS:
        metrics = json.loads((reproduced.path / f"data/metrics/{agent}.json").read_text())[agent]
        assert metrics["solved"] == metrics["runs"] == 30, agent


def test_a_change_runs_only_what_depends_on_it_and_the_way_back_runs_nothing(
    scratch: Checkout,
) -> None:
    before = scratch.results()
    with scratch.edited("params.yaml", ("learning_rate: 0.02  #", "learning_rate: 0.03  #")):
        ran = {"check_params", "train_policy", "evaluate@reinforce", "render_gif@reinforce"}
        assert set(scratch.repro("render_gif")) == ran
        changed = {name for name, content in scratch.results().items() if content != before[name]}
        assert "data/train/reinforce/policies.npz" in changed
        assert not {name for name in changed if "search" in name or "q_learning" in name}
    # What ran before is restored from the run-cache; only the check runs.
    assert scratch.repro() == ["check_params"]
    assert scratch.results() == before


def test_a_change_of_code_runs_the_stages_that_import_it(scratch: Checkout) -> None:
    """Of each file test_imports.py finds it in dvc.yaml; here DVC says so itself."""
    for file, expected in (
        ("rl/policies/linear.py", set(LOCK)),
        ("pictures/figures/reference_lines.py", {"plot", "report"}),
        ("pictures/page/findings.py", {"report"}),
    ):
        with scratch.edited(f"stages/{file}", ('"""\n', '"""  # a remark\n')):
            assert to_do(scratch) == expected, file


def test_comments_and_order_run_nothing(scratch: Checkout) -> None:
    before = (scratch.path / "params.yaml").read_text()
    head, tail = before.split("\nacrobot:")
    (scratch.path / "params.yaml").write_text(f"acrobot:{tail}\n# a remark\n{head}\n")
    assert to_do(scratch) == set()
    (scratch.path / "params.yaml").write_text(before)


def test_the_module_of_another_environment_runs_nothing_but_the_check(scratch: Checkout) -> None:
    new = scratch.path / "stages/rl/environments/custom.py"
    new.write_text('"""Custom."""\n')
    assert to_do(scratch) == {"check_params"}
    new.unlink()


def test_a_stray_folder_among_the_agents_makes_nothing_stale(scratch: Checkout) -> None:
    for folder in ("train", "evaluate"):
        stray = scratch.path / "data" / folder / "earlier"
        stray.mkdir()
        (stray / "policies.npz").write_bytes(b"of another branch")
    assert to_do(scratch) == set()
    for folder in ("train", "evaluate"):
        shutil.rmtree(scratch.path / "data" / folder / "earlier")


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@needs_linux
@pytest.mark.parametrize(
    "name",
    ["SIGINT", *(pytest.param(name, marks=pytest.mark.slow) for name in ("SIGTERM", "SIGKILL"))],
)
def test_a_stage_that_is_ended_leaves_nothing_half_written(scratch: Checkout, name: str) -> None:
    """The stage trains for minutes unless it is stopped; its outputs keep their old bytes."""
    end = signal.Signals[name]
    before = scratch.results()
    lengthened = ("runs: 3 ", "runs: 300 "), ("episodes: 80  #", "episodes: 40000  #")
    with (
        scratch.edited("params.yaml", *lengthened),
        subprocess.Popen(
            training("train_policy", "data/train/reinforce"),
            cwd=scratch.path,
            env=scratch.environment(),
            stderr=subprocess.PIPE,
            text=True,
            # A shell's background jobs ignore Ctrl-C, and these tests may be one.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        ) as stage,
    ):
        try:
            # It trains once it has used more processor time than its imports take.
            ticks = os.sysconf("SC_CLK_TCK")
            stat = Path(f"/proc/{stage.pid}/stat")
            wait_for(lambda: int(stat.read_text().split()[13]) > 3 * ticks)
            stage.send_signal(end)
            _, told = stage.communicate(timeout=10)
        finally:
            stage.kill()
    assert stage.returncode == (130 if end == signal.SIGINT else -end)
    assert "Traceback" not in told
    assert scratch.results() == before


@needs_linux
def test_progress_is_shown_on_a_terminal_and_nowhere_else(small: Checkout, tmp_path: Path) -> None:
    command = training("search", str(tmp_path / "random_search"))
    assert small.run(*command).stderr == ""
    screen, terminal = open_terminal()
    subprocess.run(command, cwd=small.path, env=small.environment(), stderr=terminal, check=True)
    os.close(terminal)
    shown = os.read(screen, 10_000).decode()
    os.close(screen)
    # tqdm turns the rate over below one run a second, as on a busy machine.
    assert re.search(r"search: 100%.* 3/3 \[\d\d:\d\d<00:00, .*(run/s|s/run)\]", shown)
