"""Reading the recorded episode that is to be shown."""

from stages.common.artifacts import blaming, load_arrays
from stages.rl import episodes
from stages.common.script import InputError


def episode_of(path: str, run: int) -> episodes.Episode:
    """Read the recorded episode of a run.

    Raises:
        InputError: no whole file of episodes, or none of this run.
    """
    with blaming(path):
        played = episodes.from_arrays(load_arrays(path, *episodes.Episodes._fields))
    if run >= len(played.actions):
        allowed = f"a run below {len(played.actions)}, as {path} holds"
        raise InputError(f"params.yaml: render_gif.run: is {run}; give {allowed}")
    return played.of(run)
