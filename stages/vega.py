"""Stage `vega`: write the script that draws the charts of `dvc plots`, so that none is fetched."""

import vl_convert

from stages.common import script
from stages.common.artifacts import prepare, save_bytes


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "--script")
    prepare(options.script)
    bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # the stub demands a snippet
    save_bytes(options.script, bundle.encode())


if __name__ == "__main__":
    script.run(main)
