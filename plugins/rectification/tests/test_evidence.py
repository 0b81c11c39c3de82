"""佐证材料: as visible as the card, added while it is open, removed while nobody judges it."""

import io
import re
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select

from intranet import filetypes, units
from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Attachment, AuditEntry
from plugins.rectification.stages import Stage
from tests.files import picture
from tests.fixtures import HTMX, check_html, person, unit

pytestmark = pytest.mark.one_engine

NK1, TOP = "/nk1/rectification/cards", "/hospital/rectification/cards"
TEXT = "每周巡查记录".encode()
MB = 1024 * 1024
SAFE = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


def form(*files):
    """As a browser sends it; the name in the form that carries every sign."""
    for content, name in files:
        header = f"Content-Disposition: form-data; name=files; filename*=UTF-8''{quote(name, safe='')}"
        yield b"--x\r\n%s\r\n\r\n%s\r\n" % (header.encode(), content)
    yield b"--x--\r\n"


def send(client, card_id, *files, headers=()):
    """`files`: (content, name)."""
    body = {"data": b"".join(form(*files)), "content_type": "multipart/form-data; boundary=x"}
    return client.post(f"{NK1}/{card_id}/files", **body, headers=dict(headers))


@pytest.fixture
def rows(app):
    def read():
        with app.app_context():
            return db.session.scalars(select(Attachment).order_by(Attachment.id)).all()

    return read


def stored(app):
    folder = Path(app.instance_path, "uploads")
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]


@pytest.fixture
def filed(make_card, client_for):
    """`filed()`: a card with one text, uploaded by the recorder, and the path of the file."""

    def make():
        card_id = make_card(Stage.IN_PROGRESS)
        send(client_for("recorder"), card_id, (TEXT, "巡查.txt"))
        file_id = re.search(
            rf"/cards/{card_id}/files/(\d+)", client_for("head").get(f"{NK1}/{card_id}").text
        )[1]
        return card_id, f"{NK1}/{card_id}/files/{file_id}"

    return make


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


# Seeing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "at", "status"),
    [
        ("member", NK1, 200),
        ("recorder", NK1, 200),
        ("office", TOP, 200),
        ("office", NK1, 200),
        ("leader", TOP, 200),
        ("supervisor", TOP, 200),
        ("stranger", NK1, 404),
        ("stranger", "/wk1/rectification/cards", 404),
        ("head", TOP, 404),
        ("system", NK1, 404),
        ("audit", NK1, 404),
    ],
)
def test_a_file_is_as_visible_as_its_card(filed, client_for, username, at, status):
    _card_id, path = filed()
    answer = client_for(username).get(path.replace(NK1, at), buffered=True)

    assert answer.status_code == status
    assert (answer.data == TEXT) is (status == 200)


def test_with_the_plugin_off_no_file_answers(filed, client_for):
    _card_id, path = filed()
    client_for("head").post("/nk1/plugins/rectification", data={"state": "off"})

    for client in (client_for("head"), client_for("office")):
        assert client.get(path).status_code == 404
    assert client_for("office").get(path.replace(NK1, TOP)).status_code == 404


@pytest.mark.parametrize("number", ["", "/preview", "/remove"])
def test_a_file_answers_under_its_own_card_only(filed, make_card, client_for, number, rows):
    _card_id, path = filed()
    other = f"{NK1}/{make_card(Stage.IN_PROGRESS)}/files/{path.rpartition('/')[2]}{number}"
    client = client_for("head")

    answer = client.post(other) if number == "/remove" else client.get(other)

    assert answer.status_code == 404
    assert rows()[0].removed_at is None


def test_another_units_head_removes_nothing_by_number(app, filed, make_card, client_for, rows):
    _card_id, path = filed()
    with app.app_context(), transaction():
        there = unit("wk1").id
    card_of_wk1 = make_card(Stage.IN_PROGRESS, unit_id=there)
    file_id = path.rpartition("/")[2]

    answer = client_for("stranger").post(f"/wk1/rectification/cards/{card_of_wk1}/files/{file_id}/remove")

    assert answer.status_code == 404
    assert rows()[0].removed_at is None


NAMES = {
    'a"; filename=x.html.txt': 'attachment; filename="a_; filename=x.html.txt"',
    "a\r\nX-Evil: 1.txt": 'attachment; filename="aX-Evil_ 1.txt"',
    "../巡查\u202ea.txt": "attachment; filename=a.txt; filename*=UTF-8''%E5%B7%A1%E6%9F%A5a.txt",
}


@pytest.mark.parametrize("name", NAMES)
def test_an_original_is_saved_and_never_opened(make_card, client_for, rows, name):
    card_id, head = make_card(Stage.IN_PROGRESS), client_for("head")
    send(head, card_id, (b"<script>alert(1)</script>", name))

    answer = head.get(f"{NK1}/{card_id}/files/{rows()[0].id}", buffered=True)

    assert answer.headers["Content-Disposition"] == NAMES[name]
    assert {header: answer.headers[header] for header in SAFE} == SAFE
    assert answer.content_type == "text/plain; charset=utf-8"
    assert not any("evil" in header.lower() for header, _value in answer.headers)


def test_a_picture_of_a_script_is_only_ever_shown_as_our_own_drawing(make_card, client_for, rows):
    polyglot = picture("GIF") + b"/*<script>alert(1)</script>*/"
    card_id, head = make_card(Stage.IN_PROGRESS), client_for("head")
    send(head, card_id, (polyglot, "动图.gif"))
    path = f"{NK1}/{card_id}/files/{rows()[0].id}"

    original, preview = (head.get(each, buffered=True) for each in (path, f"{path}/preview"))

    assert original.data == polyglot
    assert original.headers["Content-Disposition"].startswith("attachment")
    assert (preview.content_type, preview.data[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert b"script" not in preview.data
    for answer in (original, preview):
        assert {header: answer.headers[header] for header in SAFE} == SAFE


def test_a_text_has_no_preview_and_a_lost_file_is_not_found(app, filed, client_for):
    _card_id, path = filed()
    assert client_for("head").get(f"{path}/preview").status_code == 404

    for each in stored(app):
        each.unlink()
    assert client_for("head").get(path).status_code == 404


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
