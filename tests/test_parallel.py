"""Threads that share tasks: results in order, and an end at the first exception."""

import threading
import time

import pytest

from stages.rl.training.pool import Threads


@pytest.mark.parametrize("tasks", [0, 4, 12])
def test_all_workers_work_at_once_and_results_come_in_order(tasks: int) -> None:
    meeting = threading.Barrier(4, timeout=10.0)  # where each waits for the three others

    def slowest_first(task: int) -> int:
        meeting.wait()
        time.sleep(0.002 * (tasks - task))
        return task * task

    results = Threads(4).map(slowest_first, range(tasks), "title")
    assert list(results) == [task * task for task in range(tasks)]


def test_an_exception_is_raised_and_the_waiting_tasks_are_dropped() -> None:
    begun: list[int] = []

    def work(task: int) -> None:
        begun.append(task)
        time.sleep(0.01)
        if task == 2:
            raise OverflowError("in task 2")

    with pytest.raises(OverflowError, match="in task 2"):
        list(Threads(1).map(work, range(100), "title"))
    time.sleep(0.05)
    assert len(begun) <= 5
