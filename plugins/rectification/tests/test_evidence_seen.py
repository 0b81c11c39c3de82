"""佐证材料: as visible as the card, and nothing in it ever runs."""

import pytest

from intranet.db import transaction
from plugins.rectification.stages import Stage
from plugins.rectification.tests.evidence import NK1, TEXT, TOP, send, stored
from tests.files import picture
from tests.fixtures import unit

pytestmark = pytest.mark.one_engine

SAFE = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


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
