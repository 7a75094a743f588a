"""Stage `check_params`: refuse a faulty params.yaml before any other stage runs.

DVC removes the outputs of a stage before it runs the stage; so what is wrong has to come out here,
where no result is lost. What follows depends on a file that says no more than that all is right: so
it is not run again for a change that does not concern it. Editors complete and check params.yaml by
the schema. Stages that play the environment depend on environment.json: its helper modules and
packages.
"""

from stages.common import checking, script
from stages.common.artifacts import save_json
from stages.common.sources import sources
from stages.workers import pool


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "folder")
    task = checking.check()
    found = sources(task)
    pool()
    save_json(f"{options.folder}/schema.json", checking.schema())
    save_json(f"{options.folder}/environment.json", found)
    save_json(f"{options.folder}/passed.json", {"params.yaml": "has no fault"})


if __name__ == "__main__":
    script.run(main)
