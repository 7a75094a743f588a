"""Threads that share tasks: results in order, and an end at the first exception."""

import threading
import time

import pytest

from stages.rl.learning.parallel import Threads


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("tasks", [0, 1, 2, 50])
def test_results_come_in_the_order_of_the_tasks(workers: int, tasks: int) -> None:
    def slowest_first(task: int) -> int:
        time.sleep(0.002 * (tasks - task) / max(tasks, 1))
        return task * task

    results = Threads(workers).map(slowest_first, range(tasks), "title")
    assert list(results) == [task * task for task in range(tasks)]


def test_all_workers_work_at_once() -> None:
    meeting = threading.Barrier(4, timeout=10.0)  # where each waits for the three others
    assert len(set(Threads(4).map(lambda _: meeting.wait(), range(4), "title"))) == 4


def test_an_exception_reaches_who_asks_and_what_has_not_begun_is_dropped() -> None:
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
