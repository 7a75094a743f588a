"""A map over tasks, in threads: kernels release the lock, so every core works."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

from tqdm import tqdm

Task = TypeVar("Task")
Handle = TypeVar("Handle")
Result = TypeVar("Result")

AHEAD = 4  # tasks handed out for each worker: none waits for work, whatever the number of tasks


class Pool(Protocol):
    """Where tasks are worked on."""

    def map(
        self,
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        title: str,
        unit: str = "run",
    ) -> Iterator[Result]:
        """Call a function with each task; yield the results in the order of the tasks.

        A few tasks for each worker are handed out ahead of the result that is asked for. On a
        terminal a progress bar tells how many are done, where it has a title. At an exception,
        Ctrl-C included, tasks that have not begun are dropped; those under way can be neither
        stopped nor waited for.
        """


class Threads:
    """A pool of threads in this process."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def map(
        self,
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        title: str,
        unit: str = "run",
    ) -> Iterator[Result]:
        """See `Pool`."""

        def begin(task: Task) -> "Future[Result]":
            return executor.submit(function, task)

        executor = ThreadPoolExecutor(self.workers)
        try:
            yield from in_order(begin, Future.result, tasks, self.workers, title, unit)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


def in_order(
    begin: Callable[[Task], Handle],
    finish: Callable[[Handle], Result],
    tasks: Sequence[Task],
    workers: int,
    title: str,
    unit: str,
) -> Iterator[Result]:
    """Begin tasks a few ahead of the one that is finished; yield the results in their order."""
    under_way: deque[Handle] = deque()
    hidden = None if title else True  # None: where there is no terminal
    with tqdm(total=len(tasks), desc=title, unit=unit, disable=hidden) as bar:
        for task in tasks:
            under_way.append(begin(task))
            if len(under_way) == AHEAD * workers:
                result = finish(under_way.popleft())
                bar.update()
                yield result
        while under_way:
            result = finish(under_way.popleft())
            bar.update()
            yield result
