"""A map over tasks on the nodes of a Ray cluster; only for those who set RAY_ADDRESS.

The sources of this package go to the nodes with the work, so none runs what an old clone holds.
"""

import logging
import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numba
import numpy as np

# How long Ray tries to connect is read when it is imported.
os.environ.setdefault("RAY_NUM_REDIS_GET_RETRIES", "1")
os.environ.setdefault("RAY_gcs_server_request_timeout_seconds", "10")

import ray

from stages.common import script
from stages.rl.learning.parallel import Result, Task, shown

PACKAGE = Path(__file__).parents[1]
VERSIONS = f"numpy {np.__version__} and numba {numba.__version__}"
PATIENCE = 2.0  # seconds without a result, after which we look whether the cluster is still there


class Cluster:
    """A pool of the processors of all nodes; see `stages.rl.learning.parallel.Pool`.

    A task whose node dies begins again on another: it gives the same result there.

    Raises:
        InputError: this machine is no node of the cluster, or runs other versions.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        # As the working directory, not as a module: Ray would put ours first in the nodes' path.
        beside = [f"/{path.name}" for path in PACKAGE.parent.iterdir() if path != PACKAGE]
        kept = {name: os.environ[name] for name in ["NUMBA_CACHE_DIR"] if name in os.environ}
        try:
            ray.init(
                address,
                log_to_driver=False,
                logging_level=logging.CRITICAL,
                runtime_env={
                    "working_dir": str(PACKAGE.parent),
                    "excludes": beside,
                    "env_vars": kept,
                },
            )
        except (ConnectionError, RuntimeError) as error:
            raise self.refusal(error) from None

    def map(
        self, function: Callable[[Task], Result], tasks: Sequence[Task], title: str
    ) -> Iterator[Result]:
        """See `stages.rl.learning.parallel.Pool`.

        Raises:
            InputError: the cluster went away, or a node cannot do the work.
        """
        remote: Any = ray.remote(max_retries=-1, scheduling_strategy="SPREAD")(call)
        begun = [remote.remote(pickle.dumps(partial(function, task))) for task in tasks]
        yield from shown(map(self.finish, begun), len(begun), title)

    def finish(self, handle: "ray.ObjectRef[tuple[str, Result]]") -> Result:
        """Wait for a result."""
        while not ray.wait([handle], timeout=PATIENCE)[0]:
            script.reach_ray(self.address)
        try:
            versions, result = ray.get(handle)
        except ray.exceptions.RayTaskError:
            raise  # a fault of ours, with its traceback
        except ray.exceptions.RayError as error:
            raise self.refusal(error) from None
        if versions != VERSIONS:
            raise self.refusal(f"a node has {versions}, not {VERSIONS}")
        return result

    def refusal(self, reason: object) -> script.InputError:
        """Say in one line why the cluster cannot be used, and which can."""
        told = " ".join(str(reason).split()).rstrip(".")
        return script.InputError(
            f"environment: RAY_ADDRESS: {self.address}: {told}; "
            "give a cluster of which this machine is a node, with the same packages on all nodes"
        )


def call(work: bytes) -> tuple[str, Any]:
    """Do a pickled piece of work, on a node; tell with which versions.

    Pickled by us: from Ray arrays arrive read-only, and kernels would be compiled for these anew.
    """
    return VERSIONS, pickle.loads(work)()  # noqa: S301 # our own, and Ray trusts whom it lets in
