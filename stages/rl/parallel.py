"""A map over training runs, in threads: kernels release the lock, so every core trains."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from tqdm import tqdm

Result = TypeVar("Result")


def map_runs(
    function: Callable[[int], Result], runs: int, workers: int, title: str
) -> list[Result]:
    """Call a function with 0 to runs - 1, in any order; return the results in that order.

    On a terminal a progress bar tells how many runs are done. At an exception, Ctrl-C included,
    runs that have not begun are dropped; those under way can be neither stopped nor waited for.
    """
    pool = ThreadPoolExecutor(workers)
    try:
        futures = [pool.submit(function, run) for run in range(runs)]
        bar = tqdm(futures, desc=title, unit="run", disable=None)  # None: only on a terminal
        return [future.result() for future in bar]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
