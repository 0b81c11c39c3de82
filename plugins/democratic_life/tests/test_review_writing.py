"""The working copy: saved while one types, nothing lost between two windows, Word taken in whole."""

import io

import pytest
from docx import Document
from sqlalchemy import select

from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.democratic_life.tests.reviewing import PAGE, begun, hand_in
from tests.fixtures import HTMX, check_html, login

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def word_file(*lines):
    made, content = Document(), io.BytesIO()
    for line in lines:
        made.add_paragraph(line)
    made.save(content)
    return content.getvalue()


def upload(client, review_id, content, name="材料.docx"):
    return client.post(f"{PAGE}/{review_id}/upload", data={"file": (io.BytesIO(content), name)})


def entries(app, deed):
    with app.app_context():
        found = select(AuditEntry).where(AuditEntry.action == f"democratic_life:{deed}")
        return len(db.session.scalars(found).all())


def test_saved_while_one_types_and_there_when_one_comes_back(app):
    review_id = begun(app)
    member, page = login(app, "member"), f"{PAGE}/{review_id}"
    answer = member.post(f"{page}/save", data={"version": 1, "causes": "学得不深"}, headers=HTMX)
    assert answer.status_code == 200
    assert 'name="version" value="2"' in answer.text
    assert "学得不深" not in answer.text
    assert (entries(app, "review_write"), entries(app, "review_read")) == (0, 0)
    back = login(app, "member").get(f"{page}/edit")
    assert "学得不深" in back.text
    assert entries(app, "review_read") == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_two_windows_lose_nothing(app, headers):
    review_id = begun(app)
    member, page = login(app, "member"), f"{PAGE}/{review_id}"
    member.post(
        f"{page}/save", data={"version": 1, "causes": "这边写的", "measures": "两边一样"}, headers=HTMX
    )
    quiet = member.post(f"{page}/save", data={"version": 1, "causes": "那边写的"}, headers=HTMX)
    assert quiet.status_code == 409
    assert "别的窗口" in quiet.text
    typed = {"version": 1, "causes": "那边写的", "measures": "两边一样"}
    both = member.post(f"{page}/edit", data=typed, headers=headers)
    assert both.status_code == 409
    assert "这边写的" in both.text
    assert "那边写的" in both.text
    assert both.text.count("两边一样") == 1
    assert "/save" not in both.text  # nothing is saved quietly before the writer has chosen
    assert entries(app, "review_read") == 1
    assert member.post(f"{page}/edit", data=typed | {"version": 2}).status_code == 303
    assert "那边写的" in member.get(f"{page}/edit").text


def test_the_same_words_twice_are_no_conflict(app):
    review_id = begun(app)
    member, page = login(app, "member"), f"{PAGE}/{review_id}"
    for _each in range(2):
        assert member.post(f"{page}/edit", data={"version": 1, "causes": "一样的"}).status_code == 303


def test_what_has_been_handed_in_is_not_written_any_more(app):
    review_id = begun(app)
    hand_in(app, review_id, "第一稿")
    member, page = login(app, "member"), f"{PAGE}/{review_id}"
    late = member.post(f"{page}/edit", data={"version": 2, "causes": "迟写的"})
    assert late.status_code == 409
    assert "迟写的" in late.text
    assert member.get(f"{page}/edit").status_code == 409
    assert upload(member, review_id, word_file("原因分析", "迟传的")).status_code == 409


def test_a_session_that_ended_leads_to_the_login_and_keeps_what_was_saved(app):
    review_id = begun(app)
    page = f"{PAGE}/{review_id}"
    login(app, "member").post(f"{page}/save", data={"version": 1, "causes": "已经写的"}, headers=HTMX)
    here = HTMX | {"HX-Current-URL": f"http://localhost{page}/edit"}
    away = login(app, None).post(f"{page}/save", data={"version": 2, "causes": "还在写"}, headers=here)
    assert away.status_code == 401
    assert away.headers["HX-Retarget"] == "#notice"
    assert "/login?next=" in away.text
    assert "已经写的" in login(app, "member").get(f"{page}/edit").text


def test_word_is_taken_in_at_once_and_never_over_what_was_written(app):
    review_id = begun(app)
    member, page = login(app, "member"), f"{PAGE}/{review_id}"
    first = word_file("我的对照检查", "二、原因分析", "学得不深。", "三、努力方向和改进措施", "少开会。")
    assert upload(member, review_id, first).status_code == 303
    kept = member.get(f"{page}/edit")
    check_html(kept)
    for words in ("我的对照检查", "学得不深。", "少开会。"):
        assert words in kept.text
    again = upload(member, review_id, word_file("原因分析", "想得不深。"))
    check_html(again)
    assert again.status_code == 200
    assert "想得不深。" in again.text
    assert "学得不深。" in again.text
    assert "想得不深。" not in member.get(f"{page}/edit").text


def test_what_is_no_word_file_is_refused_in_a_sentence(app):
    review_id = begun(app)
    member = login(app, "member")
    empty = member.post(f"{PAGE}/{review_id}/upload", data={})
    assert empty.status_code == 422
    assert "请先选择文件" in empty.text
    broken = upload(member, review_id, b"PK\3\4 broken")
    check_html(broken)
    assert "这不是完好的 .docx 文件" in broken.text
    assert "text/html" in broken.content_type
    assert login(app, "head").post(f"{PAGE}/{review_id}/upload", data={}).status_code == 404
