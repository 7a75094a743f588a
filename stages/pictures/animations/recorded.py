"""Reading the recorded episode that is to be shown."""

from stages.common.artifacts import blaming, load_arrays
from stages.common.script import InputError
from stages.rl.interface.task import Task
from stages.rl.judge import episodes


def episode_of(path: str, run: int, task: Task) -> episodes.Episode:
    """Read the recorded episode of a run.

    Raises:
        InputError: no whole file of episodes in this environment, or none of this run.
    """
    with blaming(path):
        played = episodes.from_arrays(load_arrays(path, *episodes.Episodes._fields), task)
    if run >= len(played.actions):
        allowed = f"a run below {len(played.actions)}, as {path} holds"
        raise InputError(f"params.yaml: render_gif.run: is {run}; give {allowed}")
    return played.of(run)
