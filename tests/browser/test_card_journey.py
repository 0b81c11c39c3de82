"""A problem goes from claim to publication; the board moves by mouse, button and keyboard."""

import re

import pytest
from playwright.sync_api import TimeoutError as NotShown
from playwright.sync_api import expect

from tests.browser.conftest import looks_right_everywhere, read

pytestmark = pytest.mark.beside("campaign", "rectification")


def open_problem(page, server, title):
    page.goto(f"{server.url}/hospital/rectification/cards/new")
    page.get_by_label("问题").first.fill(title)
    page.get_by_label("责任部门").select_option(label="内一科")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".notice")).to_be_visible()
    page.goto(f"{server.url}/hospital/rectification/cards?q={title}")
    page.get_by_role("link", name=title).first.click()
    page.wait_for_url(re.compile(r"/cards/\d+"))
    return re.search(r"/cards/(\d+)", page.url)[1]


def stage(page, word):
    expect(page.locator("dl.facts").first).to_contain_text(word)


def claim(page, address):
    page.goto(address)
    page.locator("form.step [name=measures]").fill("每班清点并签名\n护士长每周抽查")
    page.locator("form.step [name=person]").select_option(label="何小满")
    page.locator("form.step [name=due_on]").fill("2027-06-30")
    page.get_by_role("button", name="认领").click()
    stage(page, "方案待批")


def ask_to_close(page, address):
    page.goto(address)
    while page.get_by_role("button", name="完成", exact=True).count():
        left = page.get_by_role("button", name="完成", exact=True).count()
        page.get_by_role("button", name="完成", exact=True).first.click()
        expect(page.get_by_role("button", name="完成", exact=True)).to_have_count(left - 1)
    page.goto(address)
    page.get_by_label("整改成效与佐证").fill("连续四周清点记录齐全，见病区登记本。")
    page.get_by_label("没有佐证材料的理由").fill("登记本在病区，不便拍照。")
    page.get_by_role("button", name="申请销号").click()
    stage(page, "申请销号")


def send_back(page, address):
    page.goto(address)
    form = page.locator("form.step", has=page.get_by_role("button", name="退回整改"))
    form.get_by_label("退回理由").fill("缺第三周的抽查记录。")
    form.get_by_role("button", name="退回整改").click()
    stage(page, "整改中")


@pytest.mark.parametrize("script", [True, False])
def test_a_card_goes_from_claim_to_publication_and_once_back(page_as, server, script):
    names = ("head", "office", "leader", "supervisor", "member")
    head, office, leader, supervisor, member = (page_as(name, script=script) for name in names)
    title = f"抢救车药品清点不及时{'甲' if script else '乙'}"
    number = open_problem(office, server, title)
    at_head, at_top = (f"{server.url}/{unit}/rectification/cards/{number}" for unit in ("nk1", "hospital"))

    claim(head, at_head)

    office.goto(at_top)
    office.get_by_role("button", name="批准方案").click()
    stage(office, "整改中")

    ask_to_close(head, at_head)
    send_back(supervisor, at_top)
    ask_to_close(head, at_head)

    for page, button, word in (
        (leader, "验收通过", "已验收"),
        (supervisor, "复核通过", "已复核"),
    ):
        page.goto(at_top)
        page.get_by_role("button", name=button).click()
        stage(page, word)
    publish(office, at_top)
    member.goto(f"{server.url}/nk1/rectification/published")
    expect(member.locator("article").filter(has_text=title)).to_have_count(1)
    ask_too_early(office, at_top)
    expect(office.locator("#history")).to_contain_text("缺第三周的抽查记录。")


def publish(page, address):
    """Looked at, mended, looked at again, and only then shown to all."""
    page.goto(address)
    page.get_by_role("button", name="预览公示").click()
    expect(page.locator("article.published")).to_contain_text("连续四周清点记录齐全，见病区登记本。")
    page.locator("summary", has_text="返回修改").click()
    page.get_by_label("公示的整改成效").fill("连续四周清点记录齐全。")
    page.get_by_role("button", name="预览公示").click()
    expect(page.locator("article.published")).not_to_contain_text("见病区登记本")
    page.get_by_role("button", name="确认公示").click()
    stage(page, "公示中")


def ask_too_early(page, address):
    """Before its days are over nothing published is closed; the sentence says until when."""
    page.goto(address)
    page.locator("summary").filter(has_text=re.compile("^销号$")).click()
    page.get_by_role("button", name="销号", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("才期满")
    page.goto(address)
    stage(page, "公示中")


def first_card(page, column):
    return page.locator(f"#column-{column} .card-item[data-to]").first


def drag(page, card, column):
    """Let go only once the page shows the card over the column: a busy browser notices places late."""
    name = card.get_attribute("id")
    end = page.locator(f"#column-{column} h2").bounding_box()
    take(page, card, page.locator(f"#board.dragging #{name}.sortable-ghost"))
    arrived = page.locator(f"#column-{column} #{name}")
    for step in range(40):
        page.mouse.move(end["x"] + min(60, end["width"] / 2) + step % 2, end["y"] + 60 + step % 2, steps=12)
        if arrived.count():
            break
    expect(arrived).to_have_count(1)
    page.mouse.up()


def take(page, card, taken):
    """Press until the page shows it taken: a press while the page still shifts goes beside the card."""
    for _ in range(20):
        start = card.locator("h3").bounding_box()
        page.mouse.move(start["x"] + 20, start["y"] + 8)
        page.mouse.down()
        page.mouse.move(start["x"] + 40, start["y"] + 20, steps=6)
        try:
            return taken.wait_for(timeout=3_000)
        except NotShown:
            page.mouse.up()
    raise AssertionError(f"{card} is not taken")


def test_a_card_is_dragged_and_both_counts_change(page_as, server):
    page = page_as("office", 1920)
    page.goto(f"{server.url}/hospital/rectification/")
    card = first_card(page, "plan_pending")
    name = card.get_attribute("id")
    before = int(read(page.locator("#column-in_progress h2 span")))

    drag(page, card, "in_progress")

    expect(page.locator("#column-in_progress h2 span")).to_have_text(str(before + 1))
    expect(page.locator(f"#column-plan_pending #{name}")).to_have_count(0)


def test_a_step_that_needs_a_word_asks_for_it_and_loses_nothing(page_as, server):
    page = page_as("office", 1920)
    page.goto(f"{server.url}/hospital/rectification/")
    card = first_card(page, "plan_pending")
    name = card.get_attribute("id")

    drag(page, card, "unclaimed")
    panel = page.locator("#panel")
    expect(panel).to_be_visible()
    panel.get_by_label("退回理由").fill("措施没有写到人。")
    panel.get_by_role("button", name="退回方案").click()

    expect(page.locator(f"#column-unclaimed #{name}")).to_have_count(1)
    expect(panel).not_to_be_visible()


def test_a_drop_that_is_not_allowed_goes_back_and_says_why(page_as, server):
    page = page_as("office", 1920)
    page.goto(f"{server.url}/hospital/rectification/")
    card = first_card(page, "plan_pending")
    name = card.get_attribute("id")

    drag(page, card, "closed")

    expect(page.locator("#panel, #notice").filter(has_text="下一步只能是")).to_be_visible()
    expect(page.locator(f"#column-plan_pending #{name}")).to_have_count(1)

    foreign = page.locator("#column-unclaimed .card-item:not([data-to])").first
    number = read(foreign.locator(".choose span"))
    drag(page, foreign, "plan_pending")
    said = page.locator("#notice").filter(has_text="您不能对此卡“认领”")
    expect(said.get_by_role("link", name=f"打开 {number}")).to_be_visible()


def test_the_keyboard_moves_a_card(page_as, server):
    page = page_as("office", 1920)
    page.goto(f"{server.url}/hospital/rectification/")
    card = first_card(page, "plan_pending")
    name = card.get_attribute("id")

    card.locator("a.move").focus()
    page.keyboard.press("Enter")
    button = page.locator("#panel").get_by_role("button", name="批准方案")
    expect(button).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")

    expect(page.locator(f"#column-in_progress #{name}, #column-plan_pending #{name}")).not_to_have_count(2)
    expect(page.locator(f"#column-plan_pending #{name}")).to_have_count(0)


def test_two_people_move_one_card_and_the_second_learns_who_was_first(page_as, server):
    office, leader = page_as("office", 1920), page_as("leader", 1920)
    leader.route("**/changes*", lambda route: route.abort())  # so that the page does not learn it first
    for page in (office, leader):
        page.goto(f"{server.url}/hospital/rectification/")
    card = first_card(office, "plan_pending")
    name = card.get_attribute("id")

    drag(office, card, "in_progress")
    expect(office.locator(f"#column-plan_pending #{name}")).to_have_count(0)
    drag(leader, leader.locator(f"#{name}"), "in_progress")

    expect(leader.locator("#panel, #notice").filter(has_text="江月白").first).to_be_visible()


def test_a_supervisor_finds_all_red_cards_of_three_departments(page_as, server):
    page = page_as("supervisor")
    page.goto(f"{server.url}/hospital/rectification/overview/")
    expected = 0
    for unit in ("内一科", "外一科", "护理部"):
        cell = page.locator("tr", has=page.locator("th", has_text=unit)).locator("td.red")
        expected += int(read(cell))

    page.goto(f"{server.url}/hospital/rectification/cards?light=red&unit=nk1&unit=wk1&unit=hlb")

    assert expected > 0
    expect(page.locator("table.dense tbody tr")).to_have_count(expected)
    expect(page.locator(".head")).to_contain_text(str(expected))


def test_every_number_of_the_overview_opens_its_list(page_as, server):
    page = page_as("supervisor")
    page.goto(f"{server.url}/hospital/rectification/overview/")
    links = page.eval_on_selector_all("td.num a", "links => links.map(link => [link.href, link.innerText])")

    for address, number in links[:40]:
        page.goto(address)
        expect(page.locator(".head")).to_contain_text(f"{number} ")


def test_a_stranger_finds_nothing_by_menu_address_or_number(page_as, server):
    head, stranger = page_as("head"), page_as("stranger")
    head.goto(f"{server.url}/nk1/rectification/")
    number = re.search(r"/cards/(\d+)", head.locator(".card-item h3 a").first.get_attribute("href"))[1]

    stranger.goto(f"{server.url}/")
    expect(stranger.locator("nav.side")).not_to_contain_text("内一科")
    for path in (
        "/nk1/",
        "/nk1/rectification/",
        f"/nk1/rectification/cards/{number}",
        f"/wk1/rectification/cards/{number}",
        f"/wk1/rectification/cards/{number}/move",
        "/hospital/rectification/",
        "/nk1/campaign/",
        "/wk1/rectification/cards?unit=nk1",
    ):
        response = stranger.goto(server.url + path)
        shown = read(stranger.locator("main"))
        assert response.status in {404, 405} or "内一科" not in shown, path


def test_the_pages_of_the_board_are_accessible_and_fit(page_as, server):
    page = page_as("office")
    page.goto(f"{server.url}/hospital/rectification/")
    first = page.locator(".card-item h3 a").first.get_attribute("href")
    base = "/hospital/rectification"
    paths = [
        f"{base}/",
        first,
        f"{first}/move",
        f"{base}/cards",
        f"{base}/cards/new",
        f"{base}/overview/",
        f"{base}/problems",
        f"{base}/cards?list=tasks",
        f"{base}/cards?list=duties",
        f"{base}/published",
        f"{base}/categories",
        f"{base}/?lanes=unit",
        f"{base}/settings",
        f"{base}/filters?light=red",
        f"{base}/bulk?card=5:2",
    ]

    for path in paths:
        page.goto(server.url + path)
        looks_right_everywhere(page)
