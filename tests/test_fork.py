"""A fork that follows docs/extend.md to the letter is green: lint, types and the fast tests."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from checkout import Checkout, without_catch, without_sarsa
from test_own import added, beside

# What holds this project's own results, as the page says.
RESULTS = ("test_pages", "test_readme", "test_exercises", "test_tour")


@pytest.mark.slow
@without_catch
@without_sarsa
def test_a_fork_with_an_environment_and_an_agent_is_green(checkout: Callable[[], Checkout]) -> None:
    fork = checkout()
    added(fork, "docs/extend.md", "A custom environment")
    added(fork, "docs/extend.md", "A custom agent")
    beside(fork, "actor_critic", "sarsa")
    fork.repro()
    fork.commit()
    for tool in ("ruff format --check .", "ruff check .", "mypy"):
        fork.run(sys.executable, "-m", *tool.split())
    left = [f"--ignore=tests/{name}.py" for name in RESULTS]
    command = [sys.executable, "-m", "pytest", "-n", "2", "-m", "not slow", *left]
    done = subprocess.run(
        command, cwd=fork.path, env=fork.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
