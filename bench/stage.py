"""Run a stage and print the seconds of its parts: imports, compiling, work and writing.

    BEGUN=<time when the process was started> python bench/stage.py stages.search FOLDER

For bench/pipeline.py; it runs in the folder of the project that is measured.
"""

import importlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

sys.path[0] = str(Path.cwd())  # as `python -m` has it


def main() -> None:
    """Run the stage."""
    stage = importlib.import_module(sys.argv.pop(1))
    if (
        "stages.common.training" in sys.modules
    ):  # it calls kernels, and would load numba at the first one
        importlib.import_module("stages.rl.engine.compiling").import_numba()
    imports = time.time() - float(os.environ["BEGUN"])
    listener, writing = watch_compiling(), watch_writing()
    start = time.perf_counter()
    stage.main()
    seconds = time.perf_counter() - start
    compiling = listener.duration if listener and listener.done else 0.0
    work = seconds - compiling - sum(writing)
    sys.stdout.write(f"{imports} {compiling} {work} {sum(writing)}\n")


def watch_compiling() -> Any:
    """Time what numba compiles, in stages that train."""
    if "numba" not in sys.modules:
        return None
    event: Any = importlib.import_module("numba.core.event")
    listener = event.TimingListener()
    event.register("numba:compile", listener)
    return listener


def watch_writing() -> list[float]:
    """Fill a list with the seconds that a stage takes to write its outputs."""
    seconds: list[float] = []
    from stages.common import artifacts  # noqa: PLC0415 # those of the project that is measured

    writing = artifacts.writing

    @contextmanager
    def timed(path: str) -> Iterator[BinaryIO]:
        start = time.perf_counter()
        with writing(path) as file:
            yield file
        seconds.append(time.perf_counter() - start)

    artifacts.writing = timed
    return seconds


if __name__ == "__main__":
    main()
