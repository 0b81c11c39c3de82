"""The conversation with real servers, good and bad, and the sentence for each fault."""

import socket
import time

import pytest

from plugins.mail import letters, settings, smtp
from plugins.mail.smtp import Fault, Refused, ServerFailed, connected, hand_over
from plugins.mail.tests.conftest import PASSWORD, free_port, plain, post_office, rude
from plugins.mail.tests.conftest import settings as given
from plugins.mail.wording import FAULTS, said
from tests.fixtures import person

pytestmark = pytest.mark.one_engine

TO = "head@hospital.example"


def use(app, port, **more):
    app.config.update(given(port, **more))


def hand(app, seconds=20):
    """One letter over a connection of its own; returns the fault it ended with."""
    with app.app_context():
        server, letter = settings.server(), letters.trial(person("head"), TO)
        assert server, settings.faults()
        try:
            with connected(server, seconds) as client:
                hand_over(client, letter, server, TO)
        except smtp.Failed as failed:
            return failed
    return None


def test_a_letter_goes_sealed_and_with_the_password(app, servers, certificate):
    sealed, port = servers.enter_context(post_office(certificate))
    account = {"SMTP_USER": "intranet", "SMTP_PASSWORD": PASSWORD, "SMTP_CA_FILE": str(certificate)}
    use(app, port, SMTP_SECURITY="starttls", **account)

    assert hand(app) is None

    assert (sealed.to, sealed.sealed) == ([TO], [True])
    assert "这是医院内网发出的测试邮件" in plain(sealed.letters[0])
    assert sealed.letters[0]["Auto-Submitted"] == "auto-generated"


def test_what_is_wrong_with_a_sealed_server_is_named(app, servers, certificate):
    sealed, port = servers.enter_context(post_office(certificate))
    account = {"SMTP_USER": "intranet", "SMTP_PASSWORD": PASSWORD, "SMTP_CA_FILE": str(certificate)}
    use(app, port, SMTP_SECURITY="starttls", **account)
    _open, bare = servers.enter_context(post_office())
    wrong = {
        Fault.CERTIFICATE: {"SMTP_CA_FILE": ""},
        Fault.LOGIN: {"SMTP_PASSWORD": "wrong"},
        Fault.NO_TLS: {"SMTP_PORT": bare},
        Fault.TLS: {"SMTP_SECURITY": "tls", "SMTP_PORT": bare},
    }

    for fault, setting in wrong.items():
        before = {name: app.config[name] for name in setting}
        app.config.update(setting)
        failed = hand(app)
        assert isinstance(failed, ServerFailed)
        assert (failed.fault, failed.answer) == (fault, "")
        assert "wrong" not in repr(failed)
        app.config.update(before)
    assert sealed.letters == []


def closed(client):
    client.close()


def endless(client):
    """A greeting that never comes to its end, a line now and then: no single wait is too long."""
    try:
        while True:
            client.sendall(b"220-wait\r\n")
            time.sleep(0.1)
    except OSError:
        client.close()


@pytest.mark.parametrize(
    ("talk", "fault"),
    [
        (lambda client: client.sendall(b""), Fault.SILENT),
        (closed, Fault.CLOSED),
        (lambda client: client.sendall(b"HTTP/1.1 400 Bad Request\r\n"), Fault.STRANGE),
        (lambda client: client.sendall(b"554 5.3.2 full house of zhang@a.cn\r\n"), Fault.NOT_NOW),
        (endless, Fault.CLOSED),
    ],
    ids=["hangs", "closes", "is no mail server", "sends away", "drips"],
)
def test_a_server_that_does_not_answer_as_it_should_holds_nobody(app, servers, talk, fault):
    use(app, servers.enter_context(rude(talk)), SMTP_TIMEOUT_SECONDS=1)
    begun = time.monotonic()

    failed = hand(app, seconds=2)

    assert isinstance(failed, ServerFailed)
    assert failed.fault is fault
    assert "zhang@" not in failed.answer
    assert time.monotonic() - begun < 5


def test_who_is_not_there_is_said_to_be_missing(app):
    use(app, free_port())
    assert hand(app).fault is Fault.UNREACHABLE
    use(app, 25, SMTP_HOST="no-such-host.invalid")
    assert hand(app).fault is Fault.NO_HOST


REFUSALS = [
    ("RCPT", "550 5.1.1 <head@hospital.example> unknown", Fault.RECIPIENT, True),
    ("RCPT", "450 4.2.0 greylisted", Fault.LATER, False),
    ("RCPT", "554 5.7.1 relay access denied", Fault.POLICY, False),
    ("DATA", "554 5.6.0 spam", Fault.CONTENT, True),
    ("DATA", "451 4.3.0 later", Fault.LATER, False),
]


def test_one_refused_letter_leaves_the_connection_to_the_next(app, post):
    with app.app_context():
        server, letter = settings.server(), letters.trial(person("head"), TO)
        with connected(server, 20) as client:
            for command, answer, fault, final in REFUSALS:
                post.refuse = {command: answer}
                with pytest.raises(Refused) as caught:
                    hand_over(client, letter, server, TO)
                assert (caught.value.fault, caught.value.is_final) == (fault, final)
                assert caught.value.code == answer[:9]
                assert TO not in caught.value.answer
            post.refuse = {"MAIL": "553 5.7.1 not your address"}
            with pytest.raises(ServerFailed) as caught:
                hand_over(client, letter, server, TO)
            assert caught.value.fault is Fault.SENDER
            post.refuse = {}
            hand_over(client, letter, server, TO)

    assert len(post.letters) == 1
    assert post.connections == 1


def test_a_letter_refused_before_its_text_does_not_stay_open(app, servers):
    def strict(client):
        """Wants no text; a sender named while a letter is open is out of order."""
        client.sendall(b"220 here\r\n")
        letter_is_open = False
        for line in client.makefile("rb"):
            word = line[:4].upper()
            answers = {
                b"MAIL": b"503 5.5.1 nested" if letter_is_open else b"250 yes",
                b"DATA": b"451 4.3.0 later",
            }
            letter_is_open = word != b"RSET" and (letter_is_open or word == b"MAIL")
            client.sendall(answers.get(word, b"250 yes") + b"\r\n")

    use(app, servers.enter_context(rude(strict)))
    with app.app_context():
        server, letter = settings.server(), letters.trial(person("head"), TO)
        with connected(server, 20) as client:
            for _time in range(2):
                with pytest.raises(Refused):
                    hand_over(client, letter, server, TO)


def test_a_server_that_hangs_up_in_the_middle_is_a_fault_of_the_server(app, servers):
    def hang_up(client):
        """Says yes to everything and goes away instead of taking the text."""
        client.sendall(b"220 here\r\n")
        for answer in (b"250 hello\r\n", b"250 from\r\n", b"250 to\r\n", b"354 go on\r\n"):
            client.recv(1000)
            client.sendall(answer)
        client.recv(10)
        client.shutdown(socket.SHUT_RDWR)
        client.close()

    use(app, servers.enter_context(rude(hang_up)))

    assert hand(app).fault is Fault.CLOSED


def test_every_fault_has_its_sentence(app):
    with app.app_context():
        assert set(FAULTS) == set(Fault)
        assert all(said(fault) and "%" not in said(fault) for fault in Fault)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("SMTP_SECURITY", "ssl", "SMTP_SECURITY"),
        ("SMTP_HOST", "mail host\r\n", "SMTP_HOST"),
        ("SMTP_PORT", 0, "SMTP_PORT"),
        ("SMTP_TIMEOUT_SECONDS", 0, "SMTP_TIMEOUT_SECONDS"),
        ("MAIL_FROM", "医院 <a@b.cn>", "MAIL_FROM"),
        ("SITE_ADDRESS", "javascript:alert(1)", "SITE_ADDRESS"),
        ("SITE_ADDRESS", "https://a.cn/x?y", "SITE_ADDRESS"),
        ("SMTP_CA_FILE", "/no/such/file", "SMTP_CA_FILE"),
        ("SMTP_USER", "intranet", "要么都填"),
    ],
)
def test_a_wrong_setting_turns_it_off_and_is_named(app, name, value, word):
    app.config[name] = value

    with app.app_context():
        assert settings.server() is None
        assert word in str(settings.faults()[0])


def test_the_password_goes_nowhere_unsealed_and_is_never_shown(app):
    app.config.update(SMTP_USER="intranet", SMTP_PASSWORD=PASSWORD)
    with app.app_context():
        assert "密码不能不加密" in str(settings.faults()[0])
        app.config["SMTP_SECURITY"] = "starttls"
        assert PASSWORD not in repr(settings.server())
        app.config["SMTP_PASSWORD"] = "密码"
        assert "只能用英文" in str(settings.faults()[0])
