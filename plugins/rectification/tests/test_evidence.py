"""佐证材料: added while the card is open, removed while nobody judges it."""

import io
from functools import partial

import pytest
from sqlalchemy import select

from intranet import filetypes, units
from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.rectification.stages import Stage
from plugins.rectification.tests.evidence import NK1, TEXT, form, send, stored
from tests.files import picture
from tests.fixtures import HTMX, check_html, person, unit

pytestmark = pytest.mark.one_engine
MB = 1024 * 1024


# Adding --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_several_files_are_added_shown_and_remembered(headers, make_card, client_for, rows):
    card_id = make_card(Stage.IN_PROGRESS)
    head = client_for("head")

    answer = send(head, card_id, (picture("JPEG"), "现场.jpg"), (TEXT, "巡查.txt"), headers=headers)

    assert answer.status_code == (200 if headers else 303)
    page = head.get(f"{NK1}/{card_id}")
    check_html(page)
    for html in (page.text, answer.text) if headers else (page.text,):
        assert html.count("/preview") == 1
        assert "download>现场.jpg</a>" in html
        assert "download>巡查.txt</a>" in html
    assert ('id="evidence"' in answer.text, 'id="card"' in answer.text) == (bool(headers), False)
    assert "上传：现场.jpg" in page.text
    assert [row.unit_id for row in rows()] == [rows()[0].unit_id] * 2


def test_adding_and_removing_are_audited_without_the_name(app, filed, client_for):
    card_id, path = filed()
    client_for("head").post(f"{path}/remove")

    with app.app_context():
        query = select(AuditEntry).where(AuditEntry.action.in_(["core:attach", "core:detach"]))
        entries = db.session.scalars(query.order_by(AuditEntry.id)).all()
        assert [(entry.action, entry.actor_id) for entry in entries] == [
            ("core:attach", person("recorder").id),
            ("core:detach", person("head").id),
        ]
        assert {entry.detail["of"] for entry in entries} == {f"rectification:card:{card_id}"}
        assert {entry.unit_id for entry in entries} == {unit("nk1").id}
        assert "巡查" not in str([entry.detail for entry in entries])


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_refused_file_is_said_in_the_section_and_nothing_is_kept(headers, app, make_card, client_for, rows):
    card_id = make_card(Stage.IN_PROGRESS)

    answer = send(client_for("head"), card_id, (TEXT, "好.txt"), (b"<html>", "坏.jpg"), headers=headers)

    assert answer.status_code == 422
    assert "“坏.jpg”：内容与扩展名不符" in answer.text
    assert 'id="evidence"' in answer.text
    assert (rows(), stored(app)) == ([], [])


def test_while_others_have_pictures_drawn_texts_still_come_in(monkeypatch, make_card, client_for, rows):
    card_id, head = make_card(Stage.IN_PROGRESS), client_for("head")
    monkeypatch.setattr(filetypes, "Allowance", partial(filetypes.Allowance, seconds=0.05))

    with filetypes.DRAWING:
        busy = send(head, card_id, (TEXT, "好.txt"), (picture("PNG"), "现场.png"))
        assert send(head, card_id, (TEXT, "巡查.txt")).status_code == 303

    assert (busy.status_code, len(rows())) == (503, 1)
    assert "系统正忙" in busy.text
    assert send(head, card_id, (picture("PNG"), "现场.png")).status_code == 303


def test_the_page_says_the_limits_before(make_card, client_for):
    page = client_for("head").get(f"{NK1}/{make_card(Stage.IN_PROGRESS)}").text

    assert "可上传 docx、xlsx、pptx、pdf" in page
    assert "一次合计不超过 10 MB，这里最多 20 个、共 100 MB" in page
    assert 'accept=".docx,.xlsx' in page


SIZES = [(MB - 1, 303), (MB, 303), (MB + 1, 422), (MB + 70_000, 413), (3 * MB, 413)]


@pytest.mark.parametrize(("size", "status"), SIZES)
def test_the_limit_is_the_limit_and_is_said_afterwards(app, make_card, client_for, size, status):
    app.config.update(UPLOAD_MB=1, MAX_CONTENT_LENGTH=MB + 64 * 1024)
    card_id = make_card(Stage.IN_PROGRESS)

    answer = send(client_for("head"), card_id, (b"x" * size, "大.txt"))

    assert answer.status_code == status
    assert bool(stored(app)) == (status == 303)
    if status != 303:
        assert "超过 1 MB" in answer.text
        check_html(answer)


def test_the_request_may_be_as_large_as_the_limit_says(make_app):
    assert make_app("cast", UPLOAD_MB=3).config["MAX_CONTENT_LENGTH"] == 3 * MB + 64 * 1024


# Werkzeug lets go of a half-read part without closing it
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
def test_an_upload_cut_short_leaves_no_file_and_no_row(app, make_card, client_for, rows):
    card_id, head = make_card(Stage.IN_PROGRESS), client_for("head")
    whole, kind = b"".join(form((b"x" * 300_000, "a.txt"))), "multipart/form-data; boundary=x"

    for share in range(1, 10):
        part = whole[: len(whole) * share // 10]
        for length in (len(whole), len(part)):
            stream = {"input_stream": io.BytesIO(part), "content_length": length, "content_type": kind}
            answer = head.post(f"{NK1}/{card_id}/files", **stream)
            assert answer.status_code in {400, 422}, (share, length)

    assert (rows(), stored(app)) == ([], [])


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("head", 303),
        ("recorder", 303),
        ("member", 403),
        ("office", 403),
        ("leader", 403),
        ("stranger", 404),
        ("system", 404),
        (None, 303),
    ],
)
def test_who_may_add(username, status, make_card, client_for, rows):
    answer = send(client_for(username), make_card(Stage.IN_PROGRESS), (TEXT, "a.txt"))

    assert answer.status_code == status
    assert len(rows()) == (username in {"head", "recorder"})


def test_the_responsible_person_may_add(app, make_card, client_for, rows):
    with app.app_context():
        member = person("member").id

    assert (
        send(client_for("member"), make_card(Stage.IN_PROGRESS, user_id=member), (TEXT, "a.txt")).status_code
        == 303
    )


@pytest.mark.parametrize("stage", Stage)
def test_only_a_closed_card_takes_no_more(stage, app, make_card, client_for, rows):
    card_id, head = make_card(stage), client_for("head")

    answer = send(head, card_id, (TEXT, "a.txt"))

    is_open = stage is not Stage.CLOSED
    assert answer.status_code == (303 if is_open else 422)
    assert (len(rows()), len(stored(app))) == (is_open, is_open)
    assert ('name="files"' in head.get(f"{NK1}/{card_id}").text) is is_open


# Removing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_who_uploaded_removes_and_the_history_knows(headers, filed, client_for, rows):
    card_id, path = filed()
    recorder = client_for("recorder")

    answer = recorder.post(f"{path}/remove", headers=headers)

    assert answer.status_code == (200 if headers else 303)
    page = recorder.get(f"{NK1}/{card_id}").text
    assert "删除：巡查.txt" in page
    assert "download>" not in page
    assert recorder.get(path).status_code == recorder.post(f"{path}/remove").status_code == 404


@pytest.mark.parametrize(
    ("username", "status"),
    [("head", 303), ("office", 303), ("member", 403), ("leader", 403), ("stranger", 404)],
)
def test_who_may_remove(username, status, filed, client_for, rows):
    card_id, path = filed()
    shown = client_for(username).get(f"{NK1}/{card_id}").text

    assert client_for(username).post(f"{path}/remove").status_code == status
    assert (rows()[0].removed_at is not None) is (status == 303)
    assert (f"{path}/remove" in shown) is (status == 303)


def test_a_second_recorder_adds_but_removes_nothing_of_a_colleague(app, filed, client_for):
    card_id, path = filed()
    with app.app_context(), transaction():
        units.grant(person("member"), Role.RECORDER, unit("nk1"))
    member = client_for("member")

    assert send(member, card_id, (TEXT, "b.txt")).status_code == 303
    assert member.post(f"{path}/remove").status_code == 403


@pytest.mark.parametrize(
    ("stage", "sentence"),
    [(Stage.CLOSING_ASKED, "先退回整改"), (Stage.ACCEPTED, "先退回整改"), (Stage.CLOSED, "已销号")],
)
def test_what_is_judged_or_closed_stays(stage, sentence, make_card, client_for, rows):
    card_id, head = make_card(Stage.IN_PROGRESS, done=True), client_for("head")
    send(head, card_id, (TEXT, "巡查.txt"))
    walked = {
        Stage.CLOSING_ASKED: "head",
        Stage.ACCEPTED: "leader",
        Stage.REVIEWED: "supervisor",
        Stage.CLOSED: "office",
    }
    for version, (end, username) in enumerate(walked.items(), start=3):
        move = {"stage": end.value, "version": version, "note": "已完成"}
        assert client_for(username).post(f"{NK1}/{card_id}/move", data=move).status_code == 303
        if end is stage:
            break

    answer = head.post(f"{NK1}/{card_id}/files/{rows()[0].id}/remove")

    assert answer.status_code == 422
    assert sentence in answer.text
    assert rows()[0].removed_at is None
    assert "确认删除" not in head.get(f"{NK1}/{card_id}").text
