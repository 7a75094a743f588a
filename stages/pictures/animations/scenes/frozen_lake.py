"""FrozenLake: the ice and its holes, from start to goal."""

from collections.abc import Sequence

from stages.evaluation.episodes import Episode
from stages.pictures.animations.grid import ICE, PIT, Grid
from stages.pictures.animations.scene import GOLD
from stages.rl.interface.task import Task, make


class Scene(Grid):
    """FrozenLake, whatever its map."""

    def __init__(self, task: Task, episodes: Sequence[Episode]) -> None:
        rows = ["".join(row) for row in make(task).unwrapped.desc.astype(str)]
        super().__init__(task, episodes, rows, {"S": ICE, "F": ICE, "H": PIT, "G": GOLD})

    def ending(self, episode: Episode) -> str:
        """Tell in words how an episode ended."""
        if episode.truncated:
            return self.truncated
        last = self.place(int(episode.observations[-1, 0]))
        return "goal" if self.cells[last] == "G" else "in a hole"
