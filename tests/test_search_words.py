"""Words are found as they are meant, whatever is typed is no error, and what was found is marked."""

import pytest

from intranet import search
from tests.fixtures import check_html, login, unit
from tests.test_search import CAST, found, put

TEXTS = (
    ("耐药菌监测记录不全", "每季度通报"),
    ("藥品儲存條件不合格", "後勤每日檢查"),
    ("CT检查预约等待过长", "64排CT于2014年启用，工号 D00012"),
    ("病历书写", "查房记录缺CT报告，耐受性差的药要写明；菌种另记"),
    ("𠮷野家式服务整改", "面积３０㎡，ＭＲＩ预约"),
    ("乾淨的治疗室", "a_b\nx"),
)


MEANT = {
    "药": [2, 1, 4],  # in the title first, and of those the newest
    "藥": [2, 1, 4],
    "菌": [1, 4],
    "耐药": [1],  # 4 has both characters, but apart
    "耐药菌监测": [1],
    "药品储存": [2],
    "後勤": [2],
    "后勤检查": [],
    "后勤 检查": [2],
    "检查": [3, 2],
    "CT检查": [3],
    "ct": [3, 4],
    "c": [3, 4],
    "t": [],  # inside a word
    "缺CT报告": [4],
    "缺ct": [4],
    "64排": [3],
    "2014": [3],
    "201": [3],
    "014": [],
    "d00012": [3],
    "２０１４年": [3],
    "30㎡": [5],
    "30m2": [5],
    "mri预约": [5],
    "𠮷": [5],
    "干净": [6],
    "乾": [6],
    "耐药 季度": [1],
    "耐药 检查": [],
    "全": [1],
    "录不": [1],
}


def test_words_are_found_as_they_are_meant(app):
    put(app, *TEXTS)

    assert {asked: found(app, asked) for asked in MEANT} == MEANT


def test_looking_into_few_units_or_filtering_many_finds_the_same(demo_app, monkeypatch):
    words = ("一", "药", "患者", "整改 时限", "活动", "CT")
    in_the_index = [found(demo_app, asked, who) for asked in words for who in CAST]
    monkeypatch.setattr(search, "FEW", 0)

    assert [found(demo_app, asked, who) for asked in words for who in CAST] == in_the_index
    assert any(in_the_index)


TYPED = [
    '"', "*", "药*", '"药', "-药", "药 -菌", "NEAR(药 菌)", "NOT", "AND OR NOT", "药 AND",
    "title:药", "in_title : 药", "{in_title}", "(", "'", "\\", "药' | '菌", ":*A", "<->", "!药",
    "%", "_", "😀", "😀药", "、1", "\u200b", "\ud7ff", "药" * 5000, "x" * 5000, "药 " * 5000,
    "é", "İ", "ﬁ", "ﷺ", "\u0301", "\x01", " ", "",
]  # fmt: skip


def test_nothing_one_can_type_is_an_error(app):
    put(app, ("药菌", ""))
    head = login(app, "head")

    for asked in TYPED:
        response = head.get("/search", query_string={"q": asked})
        assert response.status_code == 200, asked
        if asked.isprintable():
            check_html(response)


def test_a_nul_is_refused_as_everywhere(app):
    assert login(app, "head").get("/search?q=%00").status_code == 400


def test_a_unit_cannot_be_asked_for(app):
    put(app, *TEXTS)
    with app.app_context():
        number = unit("nk1").id

    assert found(app, f"、{number}") == found(app, str(number))


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("text", "asked", "shown"),
    [
        ("藥品儲存", "药品", "[藥品]儲存"),
        ("ＣＴ與ct", "ct", "[ＣＴ]與[ct]"),
        ("面积㎡大", "大", "面积㎡[大]"),
        ("doctor CT", "ct", "doctor [CT]"),
        ("耐药菌", "耐药 药菌", "[耐药]菌"),
        ("<b>药</b>", "药", "<b>[药]</b>"),
        ("没有", "药", "没有"),
        ("头" * 100 + "药" + "尾" * 100, "药", "…" + "头" * 10 + "[药]" + "尾" * 29 + "…"),
        ("头" * 100 + "药", "药", "…" + "头" * 39 + "[药]"),
    ],
)
def test_what_was_found_is_marked_as_it_was_written(text, asked, shown):
    pieces = search.marked(text, search.words_of(asked), 40)

    assert "".join(f"[{piece}]" if is_found else piece for piece, is_found in pieces) == shown


def test_a_hit_is_marked_and_escaped(app):
    put(app, ("<b>藥品", "<script>药"))

    page = login(app, "head").get("/search", query_string={"q": "药"}).text

    assert "&lt;b&gt;<mark>藥</mark>品" in page
    assert "&lt;script&gt;<mark>药</mark>" in page
