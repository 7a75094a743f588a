"""Stage `check_params`: refuse a faulty params.yaml before any other stage runs.

DVC removes the outputs of a stage before it runs the stage; so what is wrong has to come out here,
where no result is lost. The schema that is written does not depend on the values: as long as it
stays the same, what follows is not run again. Editors complete and check params.yaml by it.
"""

from stages import checking
from stages.common import script
from stages.common.artifacts import save_json


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "--schema")
    checking.check()
    script.workers()
    script.ray_address()
    save_json(options.schema, checking.schema())


if __name__ == "__main__":
    script.run(main)
