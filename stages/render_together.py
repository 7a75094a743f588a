"""Stage `render_together`: show the trained agents side by side, from the same start."""

from stages.common import script
from stages.common.artifacts import prepare, save_bytes
from stages.common.params import load
from stages.evaluation import files
from stages.pictures.animations.animation import animate
from stages.pictures.animations.scene import Panel, scenery_of
from stages.pictures.looks import looks


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "data", "gif", agents=True)
    params = load("seed", "env", "render_gif")
    panels = [
        Panel(name, colour, files.episodes(f"{options.data}/evaluate/{agent}").of(0))
        for agent, (name, colour) in looks(options.agents).items()
    ]
    scenery = scenery_of(params.task, [panel.episode for panel in panels], params.seed)
    prepare(options.gif)
    save_bytes(options.gif, animate(panels, scenery, params.render_gif.steps_per_frame))


if __name__ == "__main__":
    script.run(main)
