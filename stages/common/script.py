"""What every stage script does at its edges: arguments, refusals in one line, the environment."""

import argparse
import gc
import os
import sys
from collections.abc import Callable

from stages.rl.interface.broken import BrokenEnvironmentError

RESTORE = "`dvc checkout` and `git checkout data` bring the results before it back"


class InputError(Exception):
    """What the user gave cannot be used: one line for each fault (what, where, what is allowed)."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))


def arguments(description: str | None, *paths: str, agents: bool = False) -> argparse.Namespace:
    """Parse a command line of these paths in their order, and of `--agents A B ...` where asked."""
    parser = argparse.ArgumentParser(description=description)
    for path in paths:
        parser.add_argument(path)
    if agents:
        parser.add_argument("--agents", nargs="+", required=True, help="all, in the figures' order")
    return parser.parse_args()


def workers() -> int:
    """Count the threads to train in: the variable WORKERS, else the processors we may use.

    Where the work runs is no parameter: it changes no byte of a result.

    Raises:
        InputError: WORKERS is not a whole number from 1 to 1024.
    """
    value = os.environ.get("WORKERS")
    if value is None:
        return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= 1024):
        raise InputError(f"environment: WORKERS: is {value!r}; give a whole number from 1 to 1024")
    return int(value)


def log(line: str) -> None:
    """Write a line that is no fault, but worth knowing."""
    sys.stderr.write(f"{line}\n")


def run(main: Callable[[], None]) -> None:
    """Run a script; end with status 1 and one line for each fault of its input, no traceback."""
    try:
        main()
        gc.freeze()  # else the interpreter searches for garbage on its way out: up to half a second
    except InputError as error:
        sys.exit(str(error))
    except BrokenEnvironmentError as error:  # later than check_params plays
        sys.exit(f"{error}; {RESTORE}")
    except OSError as error:
        if error.errno is None:  # not the system's: a library that cannot be loaded
            raise
        sys.exit(f"{error.filename or 'while a file was written'}: {error.strerror}")
    except KeyboardInterrupt:
        # At once: a thread inside a kernel cannot be stopped, and files appear whole or not at all.
        os._exit(130)  # as a shell reports a command that Ctrl-C ended
