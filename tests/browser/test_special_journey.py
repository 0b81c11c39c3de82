"""专项整治 and templates in the browser; and a column of three hundred cards."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from intranet import clock
from intranet.extensions import db
from plugins.rectification.models import Card
from plugins.rectification.stages import Stage
from plugins.rectification.tests.racing import copies
from tests.browser.conftest import looks_right_everywhere, read
from tests.browser.test_card_journey import drag
from tests.server import inside

pytestmark = pytest.mark.beside("campaign", "rectification")

HOSPITAL = "/hospital/rectification"
MANY = 300


@pytest.mark.parametrize("script", [True, False])
def test_a_special_campaign_from_its_start_to_its_chart(page_as, server, script):  # noqa: PLR0915 - one way
    office = page_as("office", script=script)
    name = f"窗口服务专项{'甲' if script else '乙'}"
    office.goto(f"{server.url}{HOSPITAL}/drives")
    office.get_by_role("link", name="设立专项").click()
    office.get_by_label("专项名称").fill(name)
    office.get_by_label("牵头部门").select_option(label="门诊部")
    office.get_by_label("开始日期").fill(clock.today().isoformat())
    office.get_by_label("依据").fill("院党发〔2026〕12 号")
    office.get_by_role("button", name="设立").click()
    expect(office.locator("main")).to_contain_text("专项里还没有卡片")

    office.goto(f"{server.url}{HOSPITAL}/")
    for card in office.locator("#column-in_progress .card-item").all()[:3]:
        card.hover()
        card.get_by_role("checkbox").check()
    office.locator("#bulk").get_by_role("button", name="批量办理").click()
    office.get_by_label("归入的专项").select_option(label=name)
    office.get_by_role("button", name="归入专项").click()
    expect(office.get_by_text(f"已归入专项“{name}”。")).to_have_count(3)

    office.goto(f"{server.url}{HOSPITAL}/drives")
    office.get_by_role("link", name=name).click()
    expect(office.locator("main")).to_contain_text("共 3 件")
    office.get_by_role("link", name="看板", exact=True).click()
    expect(office.locator(".card-item")).to_have_count(3)
    office.locator(".card-item h3 a").first.click()
    office.get_by_role("link", name="归入专项").click()
    office.get_by_label(name).uncheck()
    office.get_by_role("button", name="保存").click()
    expect(office.locator("#history")).to_contain_text(name)
    office.goto(f"{server.url}{HOSPITAL}/drives")
    office.get_by_role("link", name=name).click()
    office.get_by_role("link", name="挂图", exact=True).click()
    expect(office.locator(".wall-figure.all b")).to_have_text("2")
    expect(office.locator(".wall-title h2")).to_have_text(name)


@pytest.mark.parametrize("script", [True, False])
def test_a_board_is_kept_and_the_next_round_begins_from_it(page_as, server, script):  # noqa: PLR0915 - one way
    office = page_as("office", script=script)
    name = f"窗口整改{'甲' if script else '乙'}"
    office.goto(f"{server.url}/nk1/rectification/?lanes=category")
    office.get_by_role("button", name="存为模板").click()
    office.get_by_label("模板名称").fill(name)
    office.get_by_label("连同卡片").check()
    office.get_by_label("这一轮从哪天开始").fill((clock.today() - timedelta(days=400)).isoformat())
    office.get_by_label("同级单位也可以用").check()
    office.get_by_role("button", name="保存").click()
    expect(office.locator("h1")).to_have_text(name)
    kept = office.locator("#template tbody tr").count()
    assert kept > 0

    office.goto(f"{server.url}/wk1/rectification/templates")
    office.get_by_role("link", name=name).click()
    office.get_by_label("从哪天开始").fill((clock.today() - timedelta(days=2000)).isoformat())
    office.get_by_role("button", name="预览").click()
    expect(office.get_by_role("alert")).to_contain_text("或以后的日子")
    office.get_by_role("link", name="重选日期").click()
    office.get_by_label("从哪天开始").fill((clock.today() + timedelta(days=1)).isoformat())
    office.get_by_role("button", name="预览").click()
    office.get_by_role("button", name=f"开始，登记 {kept} 件").click()

    expect(office.locator(".notice").first).to_contain_text(f"登记了 {kept} 件")
    office.goto(f"{server.url}/wk1/rectification/cards?q=&sort=newest")
    expect(office.locator("tbody tr").first).to_contain_text("待认领")
    office.goto(f"{server.url}/wk1/rectification/templates")
    office.get_by_role("link", name=name).click()
    expect(office.locator("main")).to_contain_text(f"登记 {kept} 件")


def test_the_new_rooms_are_accessible_and_fit(page_as, server):
    page = page_as("office")
    day = clock.today() + timedelta(days=1)
    paths = ("drives", "drives/1", "drives/1/wall", "drives/1/edit", "cards/2/drives", "templates")
    for path in (*paths, "templates/new", "templates/1", f"templates/1/begin?starts_on={day}"):
        page.goto(f"{server.url}{HOSPITAL}/{path}")
        looks_right_everywhere(page)
    page.goto(f"{server.url}/hospital/campaign/rectifications")
    looks_right_everywhere(page)


def test_three_hundred_cards_in_one_column(page_as, server):  # noqa: PLR0915 - one way through it
    with inside(server) as app:
        cards = db.session.scalars(select(Card.id).where(Card.stage == Stage.PLAN_PENDING)).all()
        db.session.rollback()
        copies(app, cards[0], MANY - len(cards))
    page = page_as("office", 1280)
    page.goto(f"{server.url}{HOSPITAL}/")
    column = page.locator("#column-plan_pending")
    number = int(read(column.locator("h2 span")))
    assert number == MANY > column.locator(".card-item").count()

    for _window in range(number):
        page.locator("#board").evaluate("board => board.scrollTop = board.scrollHeight")
        if not column.locator("a.more").count():
            break
        page.wait_for_timeout(100)
    expect(column.locator(".card-item")).to_have_count(number)
    names = column.locator(".card-item").evaluate_all("cards => cards.map(card => card.id)")
    assert len(set(names)) == number

    last = page.locator(f"#{names[-1]}")
    last.locator("h3 a").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"#{names[-2]} h3 a")).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    expect(column.locator("h2 span")).to_have_text(str(number - 1))
    expect(column.locator(f"#{names[-2]}")).to_have_count(0)
    expect(column.locator(".card-item")).to_have_count(number - 1)
    last = page.locator(f"#{names[-1]}")
    last.scroll_into_view_if_needed()
    drag(page, last, "in_progress")
    expect(column.locator("h2 span")).to_have_text(str(number - 2))
    expect(page.locator(f"#column-plan_pending #{names[-1]}")).to_have_count(0)
