"""A real browser with the console in it: one browser and one server for these tests, and nothing of another test.

They end with the last test of this folder, because Playwright has an event loop, beside which no other test could have
one.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright

from tests import boto, patience
from tests.attack.browser import CHROMIUM
from tests.console.visitor import Visitor
from tests.server import RunningServer, running_server

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs a Chromium on the PATH")
    expect.set_options(timeout=1_000 * patience.SECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def console_server() -> Iterator[RunningServer]:
    with running_server("--clock-move-timeout", str(patience.SECONDS)) as server:
        yield server


@pytest.fixture(scope="package")
def tab(chromium: Browser) -> Page:
    """The page that all tests use in turn."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(1_000 * patience.SECONDS)
    return context.new_page()


@pytest.fixture
def visitor(tab: Page, console_server: RunningServer) -> Iterator[Visitor]:
    """A person in front of the console of an emulator with nothing in it. No script may fail, and nothing be refused by
    the Content-Security-Policy.
    """
    patience.get(f"{console_server.url}/_emulator/reset", b"{}")
    sqs, sns = (boto.client(name, console_server.url) for name in ("sqs", "sns"))
    visitor = Visitor(tab, console_server.url, sqs, sns)

    def fail(error: Error) -> None:
        visitor.wrong.append(str(error))

    def read(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            visitor.wrong.append(message.text)

    tab.on("pageerror", fail)
    tab.on("console", read)
    yield visitor
    tab.remove_listener("pageerror", fail)
    tab.remove_listener("console", read)
    tab.goto("about:blank")
    assert visitor.wrong == []
