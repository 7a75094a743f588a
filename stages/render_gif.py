"""Stage `render_gif`: show how a run learned: the same test episode at points of its training."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from stages.common import script
from stages.common.artifacts import prepare, save_bytes
from stages.common.params import load
from stages.pictures.animations.animation import animate
from stages.pictures.animations.recorded import Checkpoint, checkpoints_of, telling
from stages.pictures.animations.scene import Panel, scenery_of
from stages.pictures.looks import look


def points(checkpoints: Sequence[Checkpoint]) -> Iterator[str]:
    """Tell at which point of the training each checkpoint was."""
    last = checkpoints[-1]
    for one in checkpoints:
        episodes = f"{one.after:,} {'episode' if one.after == 1 else 'episodes'}"
        if one.after == 0:
            yield "untrained"
        else:
            yield f"trained, {episodes}" if one is last else f"after {episodes}"


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "evaluated", "gif", agents=True)
    params = load("seed", "env", "render_gif")
    name, colour = look(Path(options.evaluated).name, options.agents)
    chosen = telling(checkpoints_of(options.evaluated))
    panels = [
        Panel(f"{name}, {point}", colour, one.episode)
        for one, point in zip(chosen, points(chosen), strict=True)
    ]
    scenery = scenery_of(params.task, [panel.episode for panel in panels], params.seed)
    prepare(options.gif)
    save_bytes(options.gif, animate(panels, scenery, params.render_gif.steps_per_frame))


if __name__ == "__main__":
    script.run(main)
