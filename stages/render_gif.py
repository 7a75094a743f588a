"""Stage `render_gif`: show how a run learned: the same test episode at points of its training."""

from pathlib import Path

from stages.common import script
from stages.common.artifacts import prepare, save_bytes
from stages.common.params import load
from stages.pictures.agent_style import style_of
from stages.pictures.animations.animation import animate
from stages.pictures.animations.caption import Panel
from stages.pictures.animations.checkpoints import checkpoints_of, choose


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "evaluated", "gif", agents=True)
    params = load("seed", "env", "render_gif")
    agent = style_of(Path(options.evaluated).name, options.agents)
    panels = [Panel(*agent, *one) for one in choose(checkpoints_of(options.evaluated, params.task))]
    prepare(options.gif)
    gif = animate(panels, params.task, params.seed, params.render_gif.steps_per_frame)
    save_bytes(options.gif, gif)


if __name__ == "__main__":
    script.run(main)
