"""Real mail servers in threads: good ones, strict ones and broken ones."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import select, update

from intranet import clock, notices
from intranet.db import transaction
from intranet.extensions import db
from plugins.mail import schedule
from plugins.mail.models import Letter, Mode, Subscription
from tests.fixtures import Maker, person, unit

PASSWORD = "s3cret-of-the-server"
SITE = "https://intranet.example.cn"


class Post:
    """Takes letters, and answers as told: `refuse["RCPT"] = "550 5.1.1 no such user"`."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.to: list[str] = []
        self.refuse: dict[str, str] = {}
        self.connections = 0
        self.sealed: list[bool] = []
        self.before_answer: Callable[[], None] = lambda: None

    async def handle_EHLO(self, server, session, _envelope, hostname, responses):  # noqa: N802
        session.host_name = hostname
        self.connections += session.ssl is None or not server.tls_context
        return responses

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if "RCPT" in self.refuse:
            return self.refuse["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(self, _server, _session, envelope, address, _options):  # noqa: N802
        if "MAIL" in self.refuse:
            return self.refuse["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        self.sealed.append(session.ssl is not None)
        self.to += envelope.rcpt_tos
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.before_answer()
        return "250 2.0.0 taken"

    def texts(self) -> list[str]:
        """The plain part of every letter."""
        return [plain(letter) for letter in self.letters]


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    right = isinstance(given, LoginPassword) and given.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)


@contextmanager
def post_office(certificate: Path | None = None, **options: Any) -> Iterator[tuple[Post, int]]:
    """A server on a free port; with a certificate it speaks STARTTLS and asks for the password."""
    post, port = Post(), free_port()
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        sealed = {"tls_context": context, "require_starttls": True, "auth_required": True}
        options = {**sealed, "authenticator": _authenticate, **options}
    controller = Controller(post, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield post, port
    finally:
        controller.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Self-made, for this machine: key and certificate in one file, which is its own authority."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = clock.now()
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain_key = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    path.write_bytes(key.private_bytes(pem, plain_key, serialization.NoEncryption()) + made.public_bytes(pem))
    return path


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    """`servers.enter_context(post_office())`: stopped at the end of the test."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def post(servers: ExitStack) -> Post:
    """An open server; `site` knows it."""
    opened, port = servers.enter_context(post_office())
    opened.port = port  # type: ignore[attr-defined]
    return opened


def settings(port: int, **more: Any) -> dict[str, Any]:
    """A site without seals whose mail goes to this port."""
    return {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": port,
        "SMTP_SECURITY": "none",
        "SMTP_TIMEOUT_SECONDS": 5,
        "MAIL_FROM": "intranet@hospital.example",
        "SITE_ADDRESS": SITE,
        **more,
    }


@pytest.fixture
def app(make_app: Maker, post: Post) -> Flask:
    """People, rights, all plugins on, and the open server."""
    return make_app("cast", **settings(post.port))  # type: ignore[attr-defined]


# What happens ------------------------------------------------------------------------------------


def subscribe(app: Flask, username: str, mode: Mode = Mode.AT_ONCE, **values: Any) -> None:
    """As if the person had confirmed an address an hour ago."""
    with app.app_context(), transaction():
        before = clock.now() - timedelta(hours=1)
        given = {"address": f"{username}@hospital.example", "confirmed_at": before} | values
        row = Subscription(user_id=person(username).id, asked_at=before, since=before, mode=mode, **given)
        db.session.add(row)


def tell(
    app: Flask, username: str, title: str = "交整改材料", once: object = None, code: str = "nk1"
) -> None:
    """One more notice for this person."""
    with app.app_context(), transaction():
        plugin, people = some_plugin(app), [person(username).id]
        values = {"title": title, "day": "2026-11-25"}
        notices.tell(people, f"{plugin}:due", f"/{code}/{plugin}/", unit(code), once=once or title, **values)


def some_plugin(app: Flask) -> str:
    """What tells people of something: whichever there is."""
    return next(iter(app.extensions["intranet.plugins"].for_units))


def send(app: Flask) -> dict[str, int]:
    """One run of the job, in the transaction the job table gives it."""
    with app.app_context(), transaction(reads_first=True):
        return dict(schedule.send())


def letter_of(app: Flask) -> Letter:
    """The only one."""
    with app.app_context():
        return db.session.scalars(select(Letter)).one()


def change(app: Flask, what: Any, **values: Any) -> None:
    """Every row of a table."""
    with app.app_context(), transaction():
        db.session.execute(update(what).values(**values))


def make_due(app: Flask) -> None:
    """As if the wait for the next try were over."""
    change(app, Letter, due_at=clock.now() - timedelta(seconds=1))


# Broken servers ----------------------------------------------------------------------------------


@contextmanager
def rude(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A program on a port that is no mail server: `talk` is what it does with whoever connects."""
    listening = socket.create_server(("127.0.0.1", 0))
    open_ones = []

    def answer() -> None:
        try:
            while True:
                open_ones.append(listening.accept()[0])
                talk(open_ones[-1])
        except OSError:
            return

    Thread(target=answer, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        for each in (listening, *open_ones):
            each.close()
