"""Pages as a reader sees them: in Chromium, without a window and without a network."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from checkout import installed
from playwright.sync_api import Browser, Page, sync_playwright


class Visit(NamedTuple):
    """An opened page, and what happened while it was opened."""

    page: Page
    requests: list[str]  # addresses, in order
    errors: list[str]  # of scripts, on the console, and requests that failed


@cache
def browser() -> Browser:
    """Start Chromium, once for all tests of this process."""
    driver = sync_playwright().start()
    atexit.register(driver.stop)
    return driver.chromium.launch(
        executable_path=installed("chromium", "google-chrome"),
        args=["--no-sandbox"],  # which root may not have
    )


@contextmanager
def opened(
    file: Path, width: int = 1200, *, dark: bool = False, script: bool = True
) -> Iterator[Visit]:
    """Open a file in a window of this width, which can be touched; without scripts, if you like."""
    with browser().new_context(
        viewport={"width": width, "height": 900},
        offline=True,
        has_touch=True,
        java_script_enabled=script,
        color_scheme="dark" if dark else "light",
    ) as context:
        visit = Visit(context.new_page(), [], [])
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.on("requestfailed", lambda request: visit.errors.append(request.url))
        visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
        visit.page.on(
            "console",
            lambda said: visit.errors.append(said.text) if said.type == "error" else None,
        )
        visit.page.goto(file.as_uri(), wait_until="load")
        yield visit
