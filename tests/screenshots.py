"""`make screenshots`: the main pages as each role sees them, at 360, 1280 and 1920 px, into screenshots/."""

import argparse
import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.server import PASSWORD, Server, intranet, serving

WIDTHS = {360: 740, 1280: 860, 1920: 1080}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = (
    (None, "login", "/login"),
    ("member", "home", "/"),
    ("head", "home", "/"),
    ("head", "unit", "/nk1/"),
    ("head", "switches", "/nk1/plugins"),
    ("head", "plan", "/nk1/campaign/"),
    ("head", "board", "/nk1/rectification/"),
    ("office", "home", "/"),
    ("office", "plan", "/hospital/campaign/"),
    ("office", "gantt", "/hospital/campaign/gantt"),
    ("office", "activity", "/hospital/campaign/activities/8"),
    ("office", "progress", "/hospital/campaign/progress"),
    ("office", "import", "/hospital/campaign/import"),
    ("office", "board", "/hospital/rectification/"),
    ("office", "card", "/hospital/rectification/cards/14"),
    ("office", "problems", "/hospital/rectification/problems"),
    ("office", "new-card", "/hospital/rectification/cards/new"),
    ("office", "tasks", "/hospital/rectification/cards?list=tasks"),
    ("office", "categories", "/hospital/rectification/categories"),
    ("member", "published", "/nk1/rectification/published"),
    ("leader", "home", "/"),
    ("supervisor", "home", "/"),
    ("supervisor", "overview", "/hospital/rectification/overview"),
    ("supervisor", "red", "/hospital/rectification/cards?light=red"),
    ("stranger", "refused", "/nk1/rectification/"),
    ("head", "notices", "/notices"),
    ("system", "plugins", "/admin/plugins"),
    ("system", "jobs", "/admin/jobs"),
    ("system", "workdays", "/admin/working_days/"),
    ("audit", "audit", "/admin/audit_trail/"),
    ("audit", "audit-chains", "/admin/audit_trail/chains"),
    ("audit", "audit-seal", "/admin/audit_trail/seal"),
    ("system", "people", "/admin/people/"),
    ("system", "person", "/admin/people/3"),
    ("system", "new-person", "/admin/people/new"),
    ("system", "units", "/admin/people/units/"),
    ("system", "unit", "/admin/people/units/4"),
    ("system", "import", "/admin/people/import"),
    ("security", "grants", "/admin/people/grants/"),
    ("security", "new-grant", "/admin/people/grants/new"),
    ("security", "delegate", "/admin/people/grants/2/delegate"),
    ("security", "permissions", "/admin/people/permissions"),
)


def log_in(page: Page, url: str, username: str) -> None:
    """Through the real login page."""
    page.goto(f"{url}/login")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.btn-primary")
    page.wait_for_url(f"{url}/")


def take(browser: Browser, server: Server, folder: Path, only: str) -> None:
    """Every page, one browser context a role."""
    contexts = {}
    for role, name, path in PAGES:
        if only and only not in f"{role}-{name}":
            continue
        if role not in contexts:
            contexts[role] = browser.new_context(locale="zh-CN")
            if role:
                log_in(contexts[role].new_page(), server.url, role)
        page = contexts[role].new_page()
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.goto(server.url + path)
            page.screenshot(path=folder / f"{role or 'nobody'}-{name}-{width}.png")
        page.close()


def main() -> None:
    """Command line: `--only board` for a few of them, `--into FOLDER`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--into", type=Path, default=Path("screenshots"))
    chosen = parser.parse_args()
    chosen.into.mkdir(exist_ok=True)
    os.environ["INTRANET_DEMO_PASSWORD"] = PASSWORD
    with tempfile.TemporaryDirectory() as instance, sync_playwright() as playwright:
        intranet(Path(instance), "demo")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        with serving(Path(instance)) as server:
            take(browser, server, chosen.into, chosen.only)
        browser.close()


if __name__ == "__main__":
    main()
