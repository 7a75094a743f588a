"""What an agent knows of an environment: how much it sees, what it can do, and for how long."""

from typing import Any, NamedTuple


class Problem(NamedTuple):
    """An environment that is set up; for all but agents it is a `Task`."""

    name: str  # of the section in params.yaml, and of the module
    id: str  # by which Gymnasium knows it
    options: dict[str, Any]  # that are not as Gymnasium has them
    limit: int  # steps after which an episode is truncated
    threshold: float | None  # mean return that counts as solved; None where nothing does
    variables: int  # S, of an observation; 1 where it is a whole number
    numbers: int  # N, how many numbers an observation can be; 0 where it is a vector
    actions: int  # A
