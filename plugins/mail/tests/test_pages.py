"""The person's page and the administrator's: a code through real mail, and nothing that is not theirs."""

import re
from datetime import timedelta

import pytest
from flask.cli import ScriptInfo
from sqlalchemy import select, update

from intranet import clock
from intranet.cli import group
from intranet.db import transaction
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.mail import addresses, panels
from plugins.mail.models import Letter, Mode, State, Subscription
from plugins.mail.tests.conftest import PASSWORD, SITE, plain, send, subscribe, tell
from tests.crawler import Frugal
from tests.fixtures import check_html, login, person

HOSPITAL = {"医院内网", "示范医院"}
OWN, ADMIN = "/account/mail/", "/admin/mail/"


def mine(app, username="head"):
    with app.app_context():
        query = select(Subscription).where(Subscription.user_id == person(username).id)
        return db.session.scalars(query).first()


def give(client, address="Zhang@Hospital.example", version=0):
    return client.post(f"{OWN}address", data={"address": address, "version": version})


def code_in(letter):
    return re.search(rf"{re.escape(SITE)}{OWN}\?code=([a-z2-9]+)", plain(letter))[1]


def deeds(app):
    with app.app_context():
        rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("mail:")))
        return [(row.action, row.subject, row.detail) for row in rows]


# One's own -----------------------------------------------------------------------------------------


def test_an_address_counts_only_after_its_code_has_come_back(app, post):
    head, member = login(app, "head"), login(app, "member")
    check_html(head.get(OWN))
    assert give(head).status_code == 303
    tell(app, "head")
    send(app)

    [letter] = post.letters
    assert post.to == ["Zhang@hospital.example"]
    assert "head" not in plain(letter)  # it may be a stranger's mailbox
    code = code_in(letter)
    page = head.get(f"{OWN}?code={code}")
    check_html(page)
    assert f'value="{code}"' in page.text
    assert mine(app).confirmed_at is None  # looking is not confirming
    for client, typed in ((head, "wrong"), (member, code)):
        refused = client.post(f"{OWN}confirm", data={"code": typed})
        assert refused.status_code == 422
        check_html(refused)
    assert login(app, None).post(f"{OWN}confirm", data={"code": code}).status_code == 303
    assert mine(app).confirmed_at is None

    assert head.post(f"{OWN}confirm", data={"code": f" {code.upper()} "}).status_code == 303
    page = head.get(OWN)
    check_html(page)
    assert "已确认" in page.text
    assert [deed for deed, _subject, _detail in deeds(app)] == ["mail:address", "mail:confirm"]
    assert deeds(app)[0][2] == {"address": "Z***@hospital.example"}


def test_a_confirmed_person_chooses_and_a_stale_page_changes_nothing(app, post):
    subscribe(app, "head", Mode.OFF)
    head = login(app, "head")

    assert head.post(f"{OWN}mode", data={"mode": "daily", "hour": "9", "version": "1"}).status_code == 303
    stale = head.post(f"{OWN}mode", data={"mode": "off", "hour": "8", "version": "1"})
    nonsense = head.post(f"{OWN}mode", data={"mode": "hourly", "hour": "99", "version": "2"})

    assert (mine(app).mode, mine(app).hour) == (Mode.DAILY, 9)
    assert (stale.status_code, nonsense.status_code) == (409, 422)
    assert "在别的窗口改过" in stale.text
    for page in (stale, nonsense):
        check_html(page)
    stranger = login(app, "stranger")
    refused = stranger.post(f"{OWN}mode", data={"mode": "daily", "hour": "9", "version": "0"})
    assert refused.status_code == 422
    assert mine(app, "stranger") is None


def test_another_address_asks_again_and_meanwhile_nothing_is_sent(app, post):
    subscribe(app, "head")
    head = login(app, "head")
    assert give(head, "head@hospital.example", 1).status_code == 422  # confirmed already
    assert give(head, "new@hospital.example", 1).status_code == 303
    tell(app, "head")
    send(app)
    send(app)

    assert post.to == ["new@hospital.example"]
    head.post(f"{OWN}confirm", data={"code": code_in(post.letters[0])})
    send(app)
    assert post.to == ["new@hospital.example"] * 2
    assert "1 条新消息" in post.letters[1]["Subject"]


def test_a_code_is_good_for_a_day(app, post):
    head = login(app, "head")
    give(head)
    send(app)
    with app.app_context(), transaction():
        row = db.session.scalars(select(Subscription)).one()
        row.asked_at = clock.now() - timedelta(days=1, seconds=1)

    assert "已经过期" in head.post(f"{OWN}confirm", data={"code": code_in(post.letters[0])}).text
    assert mine(app).confirmed_at is None


def test_nobody_makes_us_write_to_strangers_again_and_again(app, post):
    head = login(app, "head")
    answers = [give(head, f"victim{number}@other.example", number) for number in range(6)]
    head.post(f"{OWN}remove")
    answers.append(give(head, "victim@other.example"))
    send(app)

    assert [answer.status_code for answer in answers] == [303] * 5 + [429] * 2
    assert "请明天再试" in answers[5].text
    assert 'value="victim5@other.example"' in answers[5].text
    assert post.letters == []  # removed before the job came by


NO_ADDRESSES = (
    *("", "a", "a@", "@b.cn", "a b@c.cn", "a@b.cn\r\nBcc: x@y.cn", "张三@b.cn", "a@-b.cn", "a@b..cn", "a@b"),
    *("a..b@c.cn", "<a@b.cn>", "a@b.cn,c@d.cn", '"a b"@c.cn', f"{'a' * 65}@b.cn", f"a@{'b.' * 130}cn"),
)


@pytest.mark.one_engine
def test_what_is_no_address_is_refused(app):
    with app.test_request_context():
        assert addresses.checked(" o'neil+x@SUB.Hospital.cn ") == "o'neil+x@sub.hospital.cn"
        for typed in NO_ADDRESSES:
            with pytest.raises(Invalid):
                addresses.checked(typed)


def test_without_a_server_the_pages_say_so_and_offer_nothing(make_app):
    app = make_app("cast")
    head, system = login(app, "head"), login(app, "system")

    own, admin = head.get(OWN), system.get(ADMIN)

    for page, word in ((own, "本系统还没有开通邮件通知"), (admin, "还没有开通")):
        check_html(page)
        assert word in page.text
        assert "<form" not in page.text.partition("<main")[2]
    assert give(head).status_code == 409
    assert system.post(f"{ADMIN}test", data={"address": "a@b.cn"}).status_code == 409
    assert send(app) == {"new": 0, "sent": 0, "failed": 0, "waiting": 0}
    with app.app_context():
        assert panels.faults() == []


@pytest.mark.one_engine
def test_in_english_the_pages_hold_no_chinese_of_their_own(app, post):
    subscribe(app, "head")
    tell(app, "head")
    send(app)
    post.refuse = {"RCPT": "550 5.1.1 unknown"}
    tell(app, "head", "第二件")
    send(app)
    with app.app_context(), transaction():
        person("head").name = "Li"

    for username, path in (("head", OWN), ("office", OWN), ("system", ADMIN)):
        client = login(app, username)
        client.post("/language", data={"language": "en", "next": "/"})
        page = client.get(path).text.partition("<main")[2]
        assert [
            word for word in re.findall(r"[\u3000-\u9fff\uff00-\uffef]+", page) if word not in HOSPITAL
        ] == []


# The administrator's -------------------------------------------------------------------------------


def test_the_administrator_sees_that_letters_fail_and_not_what_they_say(app, post):
    app.config["MAIL_TITLES"] = True
    subscribe(app, "head")
    tell(app, "head", "某某的谈话")
    post.refuse = {"RCPT": "550 5.1.1 head@hospital.example: 某某的谈话"}
    send(app)
    system = login(app, "system")

    page = Frugal(app, "system").get(ADMIN)
    for path in ("/", OWN):
        Frugal(app, "head").get(path)

    check_html(page)
    assert "h***@hospital.example" in page.text
    assert "head@hospital.example" not in page.text
    assert "某某的谈话" not in page.text
    assert "550 5.1.1" in page.text
    for other in ("head", "security", "audit"):
        assert login(app, other).get(ADMIN).status_code == 404
        assert login(app, other).post(f"{ADMIN}test", data={"address": "a@b.cn"}).status_code == 404
        assert login(app, other).post(f"{ADMIN}letters/1/again").status_code == 404
    with app.app_context():
        letter_id = db.session.scalars(select(Letter.id)).one()
    assert system.post(f"{ADMIN}letters/{letter_id}/again").status_code == 303
    assert system.post(f"{ADMIN}letters/{letter_id}/again").status_code == 409
    assert ("mail:resend", f"mail_letter:{letter_id}", {}) in deeds(app)


def test_a_test_letter_goes_at_once_and_a_fault_is_said_and_kept_in_the_log(app, post):
    system = login(app, "system")

    right = system.post(f"{ADMIN}test", data={"address": "it@hospital.example"}, follow_redirects=True)
    post.refuse = {"RCPT": "554 5.7.1 <it@hospital.example> relay denied"}
    refused = system.post(f"{ADMIN}test", data={"address": "it@hospital.example"})
    app.config.update(SMTP_PORT=1, SMTP_SECURITY="starttls", SMTP_USER="u", SMTP_PASSWORD=PASSWORD)
    away = system.post(f"{ADMIN}test", data={"address": "it@hospital.example"})
    nothing = system.post(f"{ADMIN}test", data={"address": ""})

    assert "邮件服务器收下了寄给 it@hospital.example 的测试邮件" in right.text
    assert post.to == ["it@hospital.example"]
    assert "请邮件管理员允许本系统转发" in refused.text
    assert "554 5.7.1" in refused.text
    assert "relay denied" in refused.text
    assert "连不上邮件服务器 127.0.0.1 的 1 端口" in away.text
    assert [page.status_code for page in (refused, away, nothing)] == [422] * 3
    for page in (refused, away, nothing):
        check_html(page)
        assert PASSWORD not in page.text
    assert "已填，不显示" in away.text
    results = [detail["result"] for _deed, _subject, detail in deeds(app)]
    assert results == ["sent", "policy", "unreachable"]
    assert "寄不出去" in system.get(ADMIN).text


def test_check_says_what_is_wrong_and_what_has_waited_too_long(app):
    subscribe(app, "head")
    tell(app, "head")
    app.config["SMTP_PORT"] = 1
    send(app)
    with app.app_context():
        assert panels.faults() == []
    with app.app_context(), transaction():
        db.session.execute(update(Letter).values(created_at=clock.now() - timedelta(hours=25)))

    app.config["SMTP_SECURITY"] = "none"
    result = app.test_cli_runner().invoke(group, ["check"], obj=ScriptInfo(create_app=lambda: app))
    assert "有 1 封邮件等了一天以上还没有寄出" in result.output
    app.config["SMTP_SECURITY"] = "ssl"
    with app.app_context():
        assert panels.faults() == ["SMTP_SECURITY 只能是 starttls、tls 或 none。"]
    assert "邮件服务器的设置不对" in login(app, "system").get("/").text
    page = login(app, "system").get(ADMIN)
    check_html(page)
    assert "SMTP_SECURITY 只能是" in page.text
    with app.app_context():
        assert db.session.scalars(select(Letter.state)).all() == [State.WAITING]
