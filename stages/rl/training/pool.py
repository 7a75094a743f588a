"""A map over tasks, in threads: kernels release the lock, so every core works."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from tqdm import tqdm

Task = TypeVar("Task")
Result = TypeVar("Result")


class Pool(Protocol):
    """Where tasks are worked on."""

    def map(
        self, function: Callable[[Task], Result], tasks: Sequence[Task], title: str
    ) -> Iterator[Result]:
        """Call a function with each task; yield the results in the order of the tasks.

        On a terminal a progress bar shows how many are done, where it has a title. At an exception,
        Ctrl-C included, tasks that have not begun are dropped; those under way can be neither
        stopped nor waited for.
        """


class Threads:
    """A pool of threads in this process."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def map(
        self, function: Callable[[Task], Result], tasks: Sequence[Task], title: str
    ) -> Iterator[Result]:
        """See `Pool`."""
        executor = ThreadPoolExecutor(self.workers)
        try:
            yield from shown(executor.map(function, tasks), len(tasks), title)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


def shown(results: Iterator[Result], count: int, title: str) -> Iterator[Result]:
    """Yield results; on a terminal show how many of them there are, where there is a title."""
    hidden = None if title else True  # None: where there is no terminal
    yield from tqdm(results, total=count, desc=title, unit="run", disable=hidden)
