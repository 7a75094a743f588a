"""What only Linux has, or has in this form; and the mark of the tests that need it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

needs_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="needs Linux: its signals, terminals, limits or /proc"
)


def open_terminal(columns: int = 80) -> tuple[int, int]:
    """Open a terminal of 24 lines: its screen, and the side of a process."""
    import pty
    import termios

    screen, of_process = pty.openpty()
    termios.tcsetwinsize(of_process, (24, columns))
    return screen, of_process


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """Let this process write no file that has more bytes."""
    import resource

    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, unlimited[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
