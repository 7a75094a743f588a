"""Where the training runs: threads of this machine, or the Ray cluster that RAY_ADDRESS names."""

from stages.common import script
from stages.rl.learning.parallel import Pool, Threads


def pool() -> Pool:
    """Choose by the environment; where the work is done is no parameter, as it changes no byte.

    Raises:
        InputError: WORKERS or RAY_ADDRESS cannot be used.
    """
    address = script.ray_address()
    if address is None:
        return Threads(script.workers())
    from stages.workers.cluster import Cluster  # noqa: PLC0415 # imports Ray, which few install

    return Cluster(address)
