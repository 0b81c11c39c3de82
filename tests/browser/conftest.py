"""A real Chromium against a real server with the demo hospital; each file has its own."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.fixtures import login, skip_without
from tests.screenshots import FLAGS
from tests.server import PASSWORD, Server, inside, intranet, serving
from tests.templates import once

CHROMIUM = Path("/usr/bin/chromium")
HEIGHT = 860
LOOKS = [(360, "light"), (1280, "dark"), (1920, "light")]
PATIENCE = 60_000
"""Milliseconds until a page that does not answer is a fault: a busy machine is not one."""
expect.set_options(timeout=PATIENCE)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not CHROMIUM.exists():
        skip_without("browser", "no Chromium on this machine")
    return {**browser_type_launch_args, "executable_path": str(CHROMIUM), "args": FLAGS}


@pytest.fixture(scope="session")
def demo_of(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`demo_of("--cards", "6")`: a folder with a hospital of this size; each size is made once and copied."""
    os.environ["INTRANET_DEMO_PASSWORD"] = PASSWORD

    def copy(*size: str) -> Path:
        made = once(run_folder / "".join(("demo", *size)), lambda folder: intranet(folder, "demo", *size))
        return shutil.copytree(made, tmp_path_factory.mktemp("instance"), dirs_exist_ok=True)

    return copy


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, demo_of: Callable[..., Path]) -> Iterator[Server]:
    """The demo hospital, fresh for each file of journeys, which may ask for a smaller one."""
    with serving(demo_of(*getattr(request.module, "DEMO", ()))) as running:
        yield running


CookieOf = Callable[[str], str]


@pytest.fixture(scope="module")
def cookie_of(server: Server) -> Iterator[CookieOf]:
    """`cookie_of("head")`: a new login. The form itself is for the journeys that are about it."""
    with inside(server) as app:
        yield lambda username: login(app, username).get_cookie(app.config["SESSION_COOKIE_NAME"]).value


PageAs = Callable[..., Page]
HIDE_UNTIL_READY = """
  const hide = () => { if (document.documentElement) document.documentElement.style.visibility = "hidden"; };
  new MutationObserver((_, me) => { me.disconnect(); if (document.readyState === "loading") hide(); })
    .observe(document, { childList: true });
  if (document.readyState === "loading") hide();
  document.addEventListener("DOMContentLoaded", () => { document.documentElement.style.visibility = ""; });
"""
"""A program's hand is faster than a person's: it finds nothing to press until a page's scripts are there."""


@pytest.fixture
def page_as(browser: Browser, server: Server, cookie_of: CookieOf) -> Iterator[PageAs]:
    """`page_as("head", width=360)`: a page in which that person is logged in. Its errors fail the test.

    hasty: it can be used before its scripts have come.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        username: str | None, width: int = 1280, *, script: bool = True, hasty: bool = False
    ) -> Page:
        size = {"width": width, "height": HEIGHT}
        context = browser.new_context(locale="zh-CN", viewport=size, java_script_enabled=script)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if not hasty:
            context.add_init_script(HIDE_UNTIL_READY)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if is_fault(line) else None)
        if username:
            cookie = {"name": "intranet", "value": cookie_of(username), "url": server.url}
            context.add_cookies([cookie])
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def read(shown: Locator) -> str:
    """The text of it, once a person could read it: a page on its way has none."""
    expect(shown).to_be_visible()
    return shown.inner_text()


def is_fault(line) -> bool:
    """A breach of the content policy or a script's error; a refused request is part of some journeys."""
    return (
        line.type == "error"
        and "Failed to load resource" not in line.text
        and "status code" not in line.text
        and "Response Status Error Code 4" not in line.text
    )


def looks_right_everywhere(page: Page) -> None:
    """On a phone, on screens, light and dark. Only the stylesheet knows of it: the page is asked for once."""
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colour is on its way to another
        looks_right(page)


def looks_right(page: Page) -> None:
    """Both of the below."""
    fits(page)
    axe_finds_nothing(page)


def axe_finds_nothing(page: Page) -> None:
    """WCAG 2.2 AA, as far as a program can tell. It is told once a page, and looks for no films to load."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": WCAG, "resultTypes": ["violations"], "preload": False}
    found = AxeResults(page.evaluate("(options) => axe.run(options)", options))
    assert found.violations_count == 0, found.generate_report()


def fits(page: Page) -> None:
    """No sideways scrolling of the whole page, once it is there."""
    page.wait_for_load_state("domcontentloaded")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"
