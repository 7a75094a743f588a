"""CliffWalking: the way along the cliff; who falls is back at the start."""

from collections.abc import Sequence

from stages.evaluation.episodes import Episode
from stages.pictures.animations.grid import PIT, Grid
from stages.pictures.animations.scene import GOLD
from stages.rl.interface.task import Task

ROWS = ["." * 12, "." * 12, "." * 12, "S" + "C" * 10 + "G"]


class Scene(Grid):
    """CliffWalking."""

    terminated = "goal"

    def __init__(self, task: Task, episodes: Sequence[Episode]) -> None:
        super().__init__(task, episodes, ROWS, {"C": PIT, "G": GOLD})
