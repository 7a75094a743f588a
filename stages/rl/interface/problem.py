"""What an agent knows of an environment: how much it sees, what it can do, and for how long."""

from typing import Any, NamedTuple


class Problem(NamedTuple):
    """An environment that is set up; for all but agents it is a `Task`."""

    name: str  # of the section in params.yaml, and of the module
    id: str  # by which Gymnasium knows it
    options: dict[str, Any]  # that are not as Gymnasium has them
    max_episode_steps: int  # after which an episode is truncated
    threshold: float | None  # mean return that counts as solved; None where nothing does
    observation_size: int  # S; 1 where states are numbered
    state_count: int  # N, where states are numbered; 0 where an observation is a vector
    actions: int  # A
