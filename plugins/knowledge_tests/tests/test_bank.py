"""The bank: typed by hand, read from Excel, edited after use, inherited by those below."""

import io
import re
from dataclasses import replace

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from intranet.db import transaction
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.knowledge_tests.models import Answer, Kind, Question
from plugins.knowledge_tests.queries.bank import stock
from plugins.knowledge_tests.questions import as_written
from plugins.knowledge_tests.services import bank
from tests.fixtures import check_html, login, person, unit

from .conftest import begin, question

HOME = "/nk1/knowledge_tests"
HEADINGS = ("题型", "专题", "题干", "选项A", "选项B", "选项C", "选项D", "选项E", "选项F", "答案", "解析")
GOOD = (
    ("单选", "制度", "交接班？", "床旁", "电话", None, None, None, None, "A", "床旁交接"),
    ("多选", "制度", "查对？", "姓名", "床号", "药名", None, None, None, "b、C A", None),
    ("判断", None, "可以代签名。", None, None, None, None, None, None, "错误", None),
)
BAD = (
    ("单选", "制度", "", "床旁", "", "书面", None, None, None, "AD", None),
    ("填空", "制度", "交接班？", "床旁", "床旁", None, None, None, None, "", None),
    ("判断", None, "可以代签名。", None, None, None, None, None, None, "也许", None),
)


def book(*rows):
    made = Workbook()
    for row in (HEADINGS, *rows):
        made.active.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def upload(client, content):
    return client.post(f"{HOME}/questions/import", data={"file": (io.BytesIO(content), "题.xlsx")})


def confirm(client, path, **options):
    """Presses the button of the review as it is now."""
    digest = re.search(r'name="digest" value="(\w+)"', client.get(path).text)[1]
    return client.post(path, data={"digest": digest}, **options)


def questions(app):
    with app.app_context():
        query = select(Question.kind, Question.text, Question.answer, Question.retired).order_by(Question.id)
        return [tuple(row) for row in db.session.execute(query)]


def test_a_file_goes_in_after_its_review_and_again_changes_nothing(app, client_for):
    client = client_for("recorder")
    review = upload(client, book(*GOOD))
    assert review.status_code == 303
    assert questions(app) == []
    page = client.get(review.location)
    check_html(page)
    assert "<b>3</b>新增" in page.text

    done = confirm(client, review.location, follow_redirects=True)

    assert "新增 3 题，修改 0 题" in done.text
    assert questions(app) == [
        (Kind.SINGLE, "交接班？", "A", False),
        (Kind.MULTIPLE, "查对？", "ABC", False),
        (Kind.TRUE_FALSE, "可以代签名。", "B", False),
    ]
    assert client.post(review.location).status_code == 404  # confirmed already
    exported = client.post(f"{HOME}/questions.xlsx").data
    again = client.get(upload(client, exported).location).text
    assert "<b>0</b>新增" in again
    assert "<b>3</b>没有变化" in again
    assert "确认导入" not in again
    changed = [*GOOD[:2], (*GOOD[2][:9], "正确", None)]
    confirm(client, upload(client, book(*changed)).location)
    assert questions(app)[2] == (Kind.TRUE_FALSE, "可以代签名。", "A", False)
    assert len(questions(app)) == 3


def test_what_a_colleague_edits_after_the_review_is_not_overwritten_unseen(app, client_for):
    client = client_for("recorder")
    confirm(client, upload(client, book(*GOOD)).location)
    path = upload(client, book((*GOOD[0][:9], "B", None))).location
    seen = re.search(r'name="digest" value="(\w+)"', client.get(path).text)[1]
    with app.app_context(), transaction():
        first = db.session.scalars(select(Question).order_by(Question.id)).first()
        words = replace(as_written(first), explanation="同事刚写的")
        bank.edit(first, unit("nk1"), words, by=person("head"), version=first.version)

    late = client.post(path, data={"digest": seen})

    check_html(late)
    assert late.status_code == 409
    assert "核对之后题库有了变动，没有导入" in late.text
    assert questions(app)[0] == (Kind.SINGLE, "交接班？", "A", False)
    anew = re.search(r'name="digest" value="(\w+)"', late.text)[1]
    assert client.post(path, data={"digest": anew}).status_code == 303
    assert questions(app)[0] == (Kind.SINGLE, "交接班？", "B", False)


def test_one_bad_row_stops_the_file_and_every_reason_is_named(app, client_for):
    answer = upload(client_for("recorder"), book(*GOOD, *BAD))

    check_html(answer)
    assert answer.status_code == 422
    reasons = answer.text.partition("不对的行")[2]
    for number, sentences in {
        5: ["“题干”没有填。", "选项要从 A 起连续填写", "不都是已有选项的字母"],
        6: ["“题型”请填单选、多选或判断，不能填“填空”", "有两个选项相同", "“答案”没有填"],
        7: ["请填“正确”或“错误”", "与第 4 行重复"],
    }.items():
        row = reasons.partition(f"第 {number} 行</td>")[2].partition("</tr>")[0]
        for sentence in sentences:
            assert sentence in row, (number, row)
    assert "有 3 行不对" in answer.text
    assert questions(app) == []


def test_the_template_can_be_filled_in_and_read(app, client_for):
    client = client_for("head")
    sheet = load_workbook(io.BytesIO(client.get(f"{HOME}/questions/template.xlsx").data))
    sheet.active.append(GOOD[0])
    stream = io.BytesIO()
    sheet.save(stream)

    page = client.get(upload(client, stream.getvalue()).location).text

    assert "<b>1</b>新增" in page  # the example is none


@pytest.mark.usefixtures("writing")
def test_a_question_somebody_was_asked_is_replaced_not_changed(app, make_quiz):
    attempt_id = begin(app, make_quiz())
    hospital, office = unit("hospital"), person("office")
    asked = db.session.scalars(select(Answer.question_id).where(Answer.attempt_id == attempt_id)).first()
    old = db.session.get_one(Question, asked)
    words = question(77, old.kind)

    new = bank.edit(old, hospital, words, by=office, version=old.version)

    assert new.id != old.id
    assert new.text == words.text
    assert not new.retired
    assert old.retired
    assert old.text != words.text
    with pytest.raises(Conflict, match="不能删除"):
        bank.delete(old, hospital, by=office, version=old.version)
    with pytest.raises(Conflict, match="刚被他人改过"):
        bank.edit(new, hospital, question(78, old.kind), by=office, version=new.version + 1)
    again = bank.edit(new, hospital, question(79, old.kind), by=office, version=new.version)
    assert again.id == new.id
    assert new.text == question(79, old.kind).text
    with pytest.raises(Invalid, match="题型和题干相同"):
        bank.add(hospital, question(79, old.kind), by=office)
    bank.delete(new, hospital, by=office, version=new.version)
    deeds = select(func.count()).where(AuditEntry.action == "knowledge_tests:edit_question")
    assert db.session.scalar(deeds) == 2


def test_units_below_draw_from_the_bank_above_but_do_not_open_it(app, client_for, make_quiz):
    make_quiz(is_open=False)
    head = client_for("head")
    with app.app_context():
        mine = stock(unit("nk1"))
        assert mine["八项规定", Kind.SINGLE] == 3
        first = db.session.scalars(select(Question.id)).first()
    assert head.get("/hospital/knowledge_tests/questions").status_code == 404
    assert head.get(f"{HOME}/questions/{first}").status_code == 404
    assert "题single" not in head.get(f"{HOME}/questions").text
    assert "题single" in client_for("office").get("/hospital/knowledge_tests/questions").text


def test_a_question_is_typed_with_its_faults_named_and_nothing_lost(app):
    client = login(app, "recorder")
    form = {
        "version": 0,
        "kind": "single",
        "text": "谁当班？",
        "option_a": "甲",
        "option_b": "甲",
        "answer": "AB",
    }
    refused = client.post(f"{HOME}/questions/new", data=form)
    check_html(refused)
    assert refused.status_code == 422
    assert "有两个选项相同。" in refused.text
    assert "单选题只能有一个答案" in refused.text
    assert "谁当班？" in refused.text

    done = client.post(f"{HOME}/questions/new", data={**form, "option_b": "乙", "answer": "b"})

    assert done.status_code == 303
    assert questions(app) == [(Kind.SINGLE, "谁当班？", "B", False)]


FORM = {"version": 0, "kind": "multiple", "topic": "制度", "text": "查对？", "option_a": "姓名"}
FORM |= {"option_b": "床号", "option_c": "药名", "answer": "ABC"}


def test_of_two_who_edit_a_question_the_second_loses_nothing_and_sees_both(app, client_for):
    recorder, head = client_for("recorder"), client_for("head")
    recorder.post(f"{HOME}/questions/new", data=FORM)
    path, mine = f"{HOME}/questions/1", {**FORM, "version": 1, "option_b": "腕带", "answer": "AC"}
    assert head.post(path, data={**FORM, "version": 1, "option_b": "病历号"}).status_code == 303

    late = recorder.post(path, data=mine)

    check_html(late)
    assert late.status_code == 409
    assert "这道题刚被他人改过，您的改动没有保存" in late.text
    theirs = re.findall(r'class="typed"><b>(.+?)</b><p[^>]*>(.+?)</p>', late.text)
    assert theirs == [("现在的选项 B", "病历号"), ("现在的答案", "ABC")]
    for typed in ("腕带", "AC"):
        assert f'value="{typed}"' in late.text
    assert "李牧原于" in late.text
    assert re.search(r'name="version"[^>]*value="(\d+)"', late.text)[1] == "2"
    assert recorder.post(path, data={**mine, "version": 2}).status_code == 303
    assert questions(app) == [(Kind.MULTIPLE, "查对？", "AC", False)]


def test_a_question_that_was_put_out_of_use_takes_no_words_but_keeps_them(app, client_for):
    recorder = client_for("recorder")
    recorder.post(f"{HOME}/questions/new", data=FORM)
    client_for("head").post(f"{HOME}/questions/1/retire", data={"version": 1})

    for version in (1, 2):
        late = recorder.post(f"{HOME}/questions/1", data={**FORM, "version": version, "answer": "AC"})
        assert (late.status_code, "已经停用，或改过后另存成了新题" in late.text) == (409, True)
        assert 'value="AC"' in late.text
        assert "现在的" not in late.text.partition("请到题库里找到现在的题再改")[2]
    assert questions(app) == [(Kind.MULTIPLE, "查对？", "ABC", True)]


@pytest.mark.one_engine
def test_the_same_text_twice_is_told_at_the_text(client_for):
    recorder = client_for("recorder")
    recorder.post(f"{HOME}/questions/new", data=FORM)

    twice = recorder.post(f"{HOME}/questions/new", data=FORM)

    assert twice.status_code == 422
    assert "请改题干，或去修改原来那道题。" in re.search(r'id="text-error">(.+?)</p>', twice.text)[1]
    assert 'id="answer-error"' not in twice.text
