"""Where runs train: threads of this machine, or the Ray cluster of the variable RAY_ADDRESS."""

import logging
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from stages.common import script
from stages.rl.training.pool import Pool, Result, Task, Threads, shown


def pool() -> Pool:
    """Choose by the environment; where runs train is no parameter, as it changes no byte.

    Raises:
        InputError: WORKERS or RAY_ADDRESS cannot be used.
    """
    address = os.environ.get("RAY_ADDRESS")
    return Cluster(address) if address else Threads(script.workers())


class Cluster:
    """The processors of a Ray cluster: see `stages.rl.training.pool.Pool`."""

    def __init__(self, address: str) -> None:
        if find_spec("ray") is None:
            raise script.InputError(
                "environment: RAY_ADDRESS: needs Ray; "
                "`pip install --require-hashes -r requirements-ray.txt`, or unset it"
            )
        try:
            host, port = address.split(":")
            socket.create_connection((host, int(port)), timeout=5.0).close()  # Ray tries 2 minutes
            import ray  # noqa: PLC0415 # few install it
            from ray.util import multiprocessing  # noqa: PLC0415

            # The nodes get this code; the runs of a node that dies begin again on another.
            code = {"py_modules": [str(Path(__file__).parents[1])]}
            ray.init(
                address,
                runtime_env=code,
                ignore_reinit_error=True,
                log_to_driver=False,
                logging_level=logging.CRITICAL,
            )
            again = {"max_restarts": -1, "max_task_retries": -1}
            self.pool = multiprocessing.Pool(ray_remote_args=again)
        except (OSError, OverflowError, RuntimeError, ValueError) as error:
            reason = f"no Ray at {address!r}: {' '.join(str(error).split())}"
            raise script.InputError(
                f"environment: RAY_ADDRESS: {reason}; give host:port, or unset it"
            ) from None

    def map(
        self, function: Callable[[Task], Result], tasks: Sequence[Task], title: str
    ) -> Iterator[Result]:
        """See `stages.rl.training.pool.Pool`."""
        yield from shown(self.pool.imap(function, tasks), len(tasks), title)
