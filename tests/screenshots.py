"""`make screenshots`: the main pages as each role sees them, at 360, 1280 and 1920 px, into screenshots/.

`make pictures`: what a head sees of a plugin before turning it on, into plugins/<name>/static/picture.webp.
"""

import argparse
import io
import os
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.server import PASSWORD, Server, intranet, serving

ROOT = Path(__file__).parents[1]
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
    ("office", "quiz-people", "/hospital/knowledge_tests/quizzes/1/people"),
    ("office", "quiz-items", "/hospital/knowledge_tests/quizzes/1/items"),
    ("office", "board", "/hospital/rectification/"),
    ("office", "card", "/hospital/rectification/cards/14"),
    ("office", "problems", "/hospital/rectification/problems"),
    ("office", "new-card", "/hospital/rectification/cards/new"),
    ("office", "tasks", "/hospital/rectification/cards?list=tasks"),
    ("office", "categories", "/hospital/rectification/categories"),
    ("office", "ledger-in", "/hospital/rectification/import"),
    ("office", "task-books", "/hospital/rectification/taskbooks"),
    ("office", "commit", "/hospital/rectification/cards/2/commit"),
    ("member", "published", "/nk1/rectification/published"),
    ("member", "commitments", "/nk1/rectification/commitments"),
    ("supervisor", "wall", "/hospital/rectification/wall"),
    ("supervisor", "wall-screen", "/hospital/rectification/wall?screen=1"),
    ("supervisor", "stuck", "/hospital/rectification/overview/stuck"),
    ("supervisor", "weekly", "/hospital/rectification/overview/weekly"),
    ("supervisor", "flow", "/hospital/rectification/overview/flow"),
    ("office", "study", "/hospital/study_logs/"),
    ("office", "study-progress", "/hospital/study_logs/progress/"),
    ("recorder", "study-session", "/nk1/study_logs/sessions/9"),
    ("recorder", "study-roster", "/nk1/study_logs/sessions/9/roster"),
    ("member", "study-notes", "/nk1/study_logs/notes/"),
    ("office", "talks-overview", "/hospital/talk_records/matrix"),
    ("office", "talks-roster", "/hospital/talk_records/roster"),
    ("leader", "talks", "/hospital/talk_records/"),
    ("head", "talk-text", "/nk1/talk_records/talks/6/text"),
    ("office", "meetings", "/hospital/democratic_life/"),
    ("office", "meeting", "/hospital/democratic_life/meetings/2"),
    ("recorder", "meeting-gates", "/nk1/democratic_life/meetings/3"),
    ("recorder", "meeting-attendance", "/nk1/democratic_life/meetings/3/attendance"),
    ("leader", "meeting-criticism", "/hospital/democratic_life/meetings/2/criticism"),
    ("leader", "meeting-screen", "/hospital/democratic_life/meetings/2/show"),
    ("leader", "home", "/"),
    ("supervisor", "home", "/"),
    ("supervisor", "overview", "/hospital/rectification/overview/"),
    ("supervisor", "red", "/hospital/rectification/cards?light=red"),
    ("stranger", "refused", "/nk1/rectification/"),
    ("head", "notices", "/notices"),
    ("head", "calendar", "/account/calendar/"),
    ("office", "calendar", "/account/calendar/?show=units"),
    ("office", "calendar-list", "/account/calendar/list?show=units"),
    ("head", "subscription", "/account/calendar/subscription"),
    ("system", "plugins", "/admin/plugins"),
    ("system", "plugin-units", "/admin/plugins/rectification"),
    ("system", "jobs", "/admin/jobs"),
    ("system", "workdays", "/admin/working_days/"),
    ("audit", "audit", "/admin/audit_trail/"),
    ("audit", "audit-chains", "/admin/audit_trail/chains"),
    ("audit", "audit-seal", "/admin/audit_trail/seal"),
    ("system", "mail", "/admin/mail/"),
    ("system", "people", "/admin/people/"),
    ("system", "person", "/admin/people/3"),
    ("system", "new-person", "/admin/people/new"),
    ("system", "slips", "/admin/people/slips?unit=nk1"),
    ("system", "units", "/admin/people/units/"),
    ("system", "unit", "/admin/people/units/4"),
    ("system", "import", "/admin/people/import"),
    ("security", "grants", "/admin/people/grants/"),
    ("security", "new-grant", "/admin/people/grants/new"),
    ("security", "delegate", "/admin/people/grants/2/delegate"),
    ("security", "permissions", "/admin/people/permissions"),
)


PICTURES = {
    "campaign": ("office", "/hospital/campaign/"),
    "rectification": ("office", "/hospital/rectification/"),
    "talk_records": ("office", "/hospital/talk_records/matrix"),
    "democratic_life": ("office", "/hospital/democratic_life/meetings/2"),
    "study_logs": ("office", "/hospital/study_logs/"),
    "knowledge_tests": ("office", "/hospital/knowledge_tests/quizzes/1/people"),
}
PICTURE = {"x": 176, "y": 44, "width": 1200, "height": 750}  # what is right of the menu and below the bar


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


def picture(browser: Browser, server: Server, name: str) -> None:
    """One page of a plugin in the light theme, without the frame around it, in at most 60 KB."""
    role, path = PICTURES[name]
    viewport = {"width": PICTURE["x"] + PICTURE["width"], "height": PICTURE["y"] + PICTURE["height"]}
    page = browser.new_context(locale="zh-CN", color_scheme="light", viewport=viewport).new_page()
    log_in(page, server.url, role)
    page.goto(server.url + path)
    drawn = Image.open(io.BytesIO(page.screenshot(clip=PICTURE))).convert("RGB")
    small = drawn.resize((960, 600), Image.Resampling.LANCZOS)
    small.save(ROOT / "plugins" / name / "static" / "picture.webp", quality=70, method=6)


def main() -> None:
    """Command line: `--only board` for a few of them, `--into FOLDER`; or `--pictures`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--into", type=Path, default=Path("screenshots"))
    parser.add_argument("--pictures", action="store_true")
    chosen = parser.parse_args()
    os.environ["INTRANET_DEMO_PASSWORD"] = PASSWORD
    with tempfile.TemporaryDirectory() as instance, sync_playwright() as playwright:
        intranet(Path(instance), "demo")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        with serving(Path(instance)) as server:
            if chosen.pictures:
                for name in PICTURES:
                    picture(browser, server, name)
            else:
                chosen.into.mkdir(exist_ok=True)
                take(browser, server, chosen.into, chosen.only)
        browser.close()


if __name__ == "__main__":
    main()
