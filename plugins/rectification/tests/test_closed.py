"""A closed unit's board offers nothing that would be refused; boards above say what they leave out."""

import pytest

from intranet import clock
from intranet.db import transaction
from plugins.rectification.stages import Stage
from tests.fixtures import check_html, unit

pytestmark = pytest.mark.one_engine
NK1, ABOVE = "/nk1/rectification/", "/hospital/rectification/"
SENTENCE = "已撤销的 1 个单位的 2 张卡片不在其中"


@pytest.fixture
def close(app):
    def close(day):
        with app.app_context(), transaction():
            unit("nk1").closed_on = day

    return close


def test_nothing_is_offered_there_that_would_be_refused(make_card, client_for, close):
    card_id, office = make_card(Stage.IN_PROGRESS), client_for("office")
    offered = {
        "": ("批量办理", "已存筛选", "登记问题", "data-to="),
        f"cards/{card_id}": ("发评论", "关注</button>", "上传</button>", "办理"),
        "cards": ("导出",),
        f"bulk?card={card_id}:3": ("指定责任人",),
    }
    for path, words in offered.items():
        assert any(word in main(office.get(NK1 + path)) for word in words), path
    close(clock.today())

    for path, words in offered.items():
        page = office.get(NK1 + path)
        check_html(page)
        shown = main(page)
        assert 'class="read-only"' in page.text
        assert [word for word in words if word in shown] == [], path
        assert 'method="post"' not in shown
    assert office.post(f"{NK1}cards/{card_id}/watch", data={"on": "1"}).status_code == 403


def main(page):
    return page.text.partition("<main")[2].partition("</main>")[0]


def test_a_board_above_says_what_it_leaves_out(make_card, client_for, close):
    make_card(), make_card(Stage.CLOSED)
    office = client_for("office")
    assert "不在其中" not in office.get(ABOVE).text

    close(clock.today())
    above = office.get(ABOVE)

    check_html(above)
    assert SENTENCE in above.text
    assert 'href="/nk1/rectification/">' in above.text
    assert "不在其中" not in office.get(NK1).text
    assert "不在其中" not in client_for("stranger").get("/wk1/rectification/").text
    close(None)
    assert "不在其中" not in office.get(ABOVE).text
