"""Setting it up, demanding it, losing it; and that the database alone gives nothing away."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import segno
from sqlalchemy import select

from intranet import passwords
from intranet.db import transaction
from intranet.documents.qr import drawing
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import AuditEntry, LoginSession
from plugins.two_factor import codes, queries, services
from plugins.two_factor.models import Device, RecoveryCode
from tests.fixtures import PASSWORD, check_html, login, person

pytestmark = pytest.mark.one_engine

SET_UP = "/account/two_factor/set-up"


def shown(page):
    """The secret and its seal, as the page shows them."""
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    return secret, re.search(r'name="sealed" value="([^"]+)"', page)[1]


def test_it_counts_only_after_a_first_code(app, code_at):
    client = login(app, "head")
    page = client.get(SET_UP)
    check_html(page)
    secret, sealed = shown(page.text)

    wrong = client.post(SET_UP, data={"sealed": sealed, "code": "000000"})
    with app.app_context():
        assert not queries.has_device(person("head"))
    right = client.post(SET_UP, data={"sealed": sealed, "code": code_at(secret)})

    assert wrong.status_code == 422
    assert shown(wrong.text)[0] == secret
    check_html(right)
    assert len(re.findall(r"<code>[a-z2-9]{5}-[a-z2-9]{5}</code>", right.text)) == 10
    assert client.get("/account/two_factor/").text.count("已开启") == 1


def test_the_drawing_is_the_qr_code_of_the_address_authenticators_know(app):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    with app.test_request_context():
        size, path = drawing(codes.address(secret, person("head")))

    uri = f"otpauth://totp/{quote('医院内网')}:head?secret={secret}&issuer={quote('医院内网')}"
    rows = list(segno.make(uri, error="m").matrix_iter(border=4))
    dark = {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module}
    assert size == len(rows)
    assert {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path)} == dark


@pytest.mark.parametrize("sealed", ["", "%%%", "九", "QUJD", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="])
def test_a_made_up_seal_is_refused(app, sealed):
    answer = login(app, "head").post(SET_UP, data={"sealed": sealed, "code": "000000"})

    assert answer.status_code in {400, 422}


def test_a_secret_sealed_for_one_is_no_secret_for_another(app):
    _secret, sealed = shown(login(app, "head").get(SET_UP).text)

    assert login(app, "member").post(SET_UP, data={"sealed": sealed, "code": "1"}).status_code == 422


def test_the_database_alone_gives_no_code_away(app, equip):
    secret, made = equip()

    with app.app_context():
        device, member = db.session.scalars(select(Device)).one(), person("member")
        kept = str(db.session.execute(select(RecoveryCode.code_hash)).all()) + repr(device.secret)
        assert secret not in kept
        assert not any(code in kept or code.replace("-", "") in kept for code in made)
        with pytest.raises(Invalid):
            codes.unseal(device.secret, member)


# Demanded ------------------------------------------------------------------------------------------


def demand(app, role, *, demanded="1"):
    return login(app, "security").post(f"/admin/two_factor/roles/{role}", data={"demanded": demanded})


def test_who_must_have_it_is_led_to_set_it_up_and_nowhere_else(app, half, code_at):
    assert demand(app, "audit").status_code == 303
    client = half("audit")
    secret, sealed = shown(client.get(SET_UP).text)

    assert client.get("/notices").headers["Location"].startswith(SET_UP)
    assert client.get("/account/two_factor/").status_code == 303
    done = client.post(SET_UP, data={"sealed": sealed, "code": code_at(secret)})

    assert "恢复码" in done.text
    assert client.get("/notices").status_code == 200


def test_a_demand_taken_back_holds_no_longer(app):
    demand(app, "head")
    demand(app, "head", demanded="0")

    data = {"username": "head", "password": PASSWORD}
    assert app.test_client().post("/login", data=data).headers["Location"] == "/"


def test_who_must_have_it_cannot_turn_it_off(app, equip):
    equip()
    demand(app, "head")

    answer = login(app, "head").post("/account/two_factor/off")

    assert answer.status_code == 422
    with app.app_context():
        assert queries.has_device(person("head"))


def test_if_it_fails_nobody_gets_in_by_the_password_alone(app, monkeypatch, equip):
    equip()
    monkeypatch.setattr(queries, "has_device", lambda _user: 1 / 0)

    answer = app.test_client().post("/login", data={"username": "head", "password": PASSWORD})

    assert answer.status_code == 422
    with app.app_context():
        assert db.session.scalars(select(LoginSession)).all() == []


# Sensitive -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["off", "codes"])
def test_what_weakens_it_asks_for_the_password_again(app, stopped, path, equip):
    equip()
    client = login(app, "head")

    stopped.shift(301)
    answer = client.post(
        f"/account/two_factor/{path}", headers={"Referer": "http://localhost/account/two_factor/"}
    )

    assert answer.headers["Location"] == "/login?next=/account/two_factor/&again=1"
    with app.app_context():
        assert queries.codes_left(person("head")) == 10


@pytest.mark.parametrize(("seconds", "off"), [(299, True), (300, True), (301, False)])
def test_the_password_counts_for_five_minutes(app, stopped, seconds, off, equip):
    equip()
    client = login(app, "head")

    stopped.shift(seconds)
    client.post("/account/two_factor/off")

    with app.app_context():
        assert queries.has_device(person("head")) is not off


def test_the_security_administrator_opens_the_way_for_a_lost_telephone(app, equip):
    equip()
    client = login(app, "head")

    answer = login(app, "security").post("/admin/two_factor/reset", data={"username": "head"})

    assert answer.status_code == 303
    assert client.get("/").status_code == 303
    data = {"username": "head", "password": PASSWORD}
    assert app.test_client().post("/login", data=data).headers["Location"] == "/"
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "two_factor:reset")).one()
        assert (entry.actor_id, entry.subject) == (person("security").id, f"core_user:{person('head').id}")


@pytest.mark.parametrize(("username", "status"), [("head", 404), ("system", 404), ("security", 422)])
def test_only_the_security_administrator_resets_and_nobody_who_has_none(app, username, status):
    answer = login(app, username).post("/admin/two_factor/reset", data={"username": "member"})

    assert answer.status_code == status


def test_a_reset_is_asked_for_the_password_again(app, stopped, equip):
    equip()
    client = login(app, "security")

    stopped.shift(301)
    answer = client.post("/admin/two_factor/reset", data={"username": "head"})

    way_back = parse_qs(urlsplit(answer.location).query)["next"][0]
    assert 'value="head"' in client.get(way_back).text
    with app.app_context():
        assert queries.has_device(person("head"))


def test_a_role_nobody_knows_is_no_page(app):
    assert demand(app, "porter").status_code == 404
    with app.app_context():
        assert queries.demanded_roles() == frozenset()


def test_a_page_of_recovery_codes_sent_twice_makes_no_others(app, stopped, equip):
    equip()
    client = login(app, "head")
    seen = re.search(r'name="version" value="(\d+)"', client.get("/account/two_factor/").text)[1]

    first = client.post("/account/two_factor/codes", data={"version": seen})
    again = client.post("/account/two_factor/codes", data={"version": seen})

    assert (first.status_code, again.status_code) == (200, 409)
    code = re.search(r"<code>([\w-]+)</code>", first.text)[1]
    with app.test_request_context(), transaction():
        assert services._is_right(person("head"), codes.plain(code))
    seen = re.search(r'name="version" value="(\d+)"', client.get("/account/two_factor/").text)[1]
    assert client.post("/account/two_factor/codes", data={"version": seen}).status_code == 200


def test_a_reset_password_does_not_open_the_way_past_the_second_factor(app, equip):
    equip()
    with app.app_context(), transaction():
        first = passwords.give_first(person("head"), by=person("system"))

    client = app.test_client()
    answer = client.post("/login", data={"username": "head", "password": first})

    assert answer.headers["Location"].startswith("/account/two_factor/login")
    assert client.get("/notices").headers["Location"].startswith("/account/two_factor/login")
