"""The real frontend in Chromium, on one real host for the whole suite."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from support_browser import StudioPage, studio_page
from support_host import running_host

from studio.browser import FLAGS, find_chromium
from studio.commands import tail
from studio.server import ComfyServer

LOG_LINES = 40
FOLDER_NAME = "my-face-chain_2"
"""Without spaces: the host lists `my%20faces/x.js` but serves no script of a folder with a space in its name
(aiohttp compares the quoted prefix with the unquoted path)."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to a failure what the page and the server said: it may not happen a second time."""
    report = yield
    if report.failed:
        for value in item.funcargs.values():
            if isinstance(value, StudioPage):
                report.sections.append(("Errors of the page", "\n".join(value.errors)))
            if isinstance(value, ComfyServer):
                report.sections.append(("End of the server's log", tail(value.log, LOG_LINES)))
    return report


@pytest.fixture(scope="session")
def comfy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComfyServer]:
    """A running host whose scripts a browser can load."""
    with running_host(tmp_path_factory.mktemp("comfy"), FOLDER_NAME) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    program = find_chromium()
    assert program is not None, "No Chromium was found. Run `python scripts/test.py --suite browser` once."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def studio(browser: Browser, comfy: ComfyServer) -> Iterator[StudioPage]:
    """The studio's page with an empty graph, drawn by the default renderer."""
    with studio_page(browser, comfy, {}) as page:
        yield page


@pytest.fixture(scope="session")
def open_studio(browser: Browser, comfy: ComfyServer) -> Iterator[StudioPage]:
    """One page that stays open: opening takes longer than most tests."""
    with studio_page(browser, comfy, {}) as page:
        yield page


@pytest.fixture
def same_studio(open_studio: StudioPage) -> Iterator[StudioPage]:
    """The page that stays open, with an empty graph. No script of ours may fail in it."""
    open_studio.clear()
    yield open_studio
    expect(open_studio.page.locator("dialog"), "The next test could not press anything.").to_have_count(0)
    assert open_studio.our_errors == []
