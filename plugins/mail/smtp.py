"""The conversation with the mail server, and what can go wrong in it. No transaction is open meanwhile."""

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from enum import StrEnum
from threading import Timer
from typing import Final

from plugins.mail.addresses import masked
from plugins.mail.settings import Security, Server, site_host

READY = 220
CLOSING = 421
PERMANENT = 500
ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
ANYBODY = re.compile(r"[^\s<>:;,\"']+@[^\s<>:;,\"']+")
LONGEST_ANSWER = 200


class Fault(StrEnum):
    """What went wrong. Their sentences stand in wording.py."""

    NO_HOST = "no_host"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    CLOSED = "closed"
    CERTIFICATE = "certificate"
    TLS = "tls"
    NO_TLS = "no_tls"
    LOGIN = "login"
    NOT_NOW = "not_now"
    SENDER = "sender"
    STRANGE = "strange"
    RECIPIENT = "recipient"
    LATER = "later"
    POLICY = "policy"
    CONTENT = "content"
    INTERRUPTED = "interrupted"


NETWORK: Final[Mapping[type[OSError], Fault]] = {
    socket.gaierror: Fault.NO_HOST,
    TimeoutError: Fault.SILENT,
    ssl.SSLCertVerificationError: Fault.CERTIFICATE,
    ssl.SSLError: Fault.TLS,
    ConnectionResetError: Fault.CLOSED,
    BrokenPipeError: Fault.CLOSED,
    smtplib.SMTPServerDisconnected: Fault.CLOSED,
    smtplib.SMTPException: Fault.STRANGE,
}
"""The first that fits, from the narrow to the wide."""


class Failed(Exception):
    """`code` is the number of the server's answer; `answer` its words, without addresses, for a test only."""

    def __init__(self, fault: Fault, code: int = 0, answer: bytes = b"") -> None:
        super().__init__(fault)
        words = " ".join(answer.decode("utf-8", "replace").split())
        enhanced = ENHANCED.match(words)
        self.fault = fault
        self.code = f"{code} {enhanced[0] if enhanced else ''}".strip() if code > 0 else ""
        plain = "".join(sign for sign in words if sign.isprintable())
        self.answer = ANYBODY.sub(lambda found: masked(found[0]), plain)[:LONGEST_ANSWER]


class ServerFailed(Failed):
    """Nothing can be sent now, to nobody."""


class Refused(Failed):
    """One letter was not taken; the next may be."""

    @property
    def is_final(self) -> bool:
        """Trying again would change nothing."""
        return self.fault in {Fault.RECIPIENT, Fault.CONTENT}


# The connection ----------------------------------------------------------------------------------


@contextmanager
def connected(server: Server, seconds: float) -> Iterator[smtplib.SMTP]:
    """A connection that is sealed, logged in and cut after so many seconds, however slowly they answer.

    Raises ServerFailed.
    """
    client = _client(server)
    watch = Timer(seconds, _cut, [client])
    watch.daemon = True
    watch.start()
    try:
        with _server_faults():
            _open(client, server)
        yield client
        with suppress(smtplib.SMTPException, OSError):
            client.quit()
    finally:
        watch.cancel()
        client.close()


def _client(server: Server) -> smtplib.SMTP:
    name, wait = site_host(), server.timeout
    if server.security is Security.TLS:
        client: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname=name, timeout=wait, context=_context(server))
    else:
        client = smtplib.SMTP(local_hostname=name, timeout=wait)
    # The name its certificate must have; the library sets it only where it connects at once.
    client._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001
    return client


def _context(server: Server) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=server.ca_file or None)
    except (ssl.SSLError, OSError) as error:
        raise ServerFailed(Fault.CERTIFICATE) from error


def _open(client: smtplib.SMTP, server: Server) -> None:
    code, answer = client.connect(server.host, server.port)
    if code != READY:
        raise ServerFailed(Fault.NOT_NOW if code > 0 else Fault.STRANGE, code, answer)
    client.ehlo_or_helo_if_needed()
    if server.security is Security.STARTTLS:
        if not client.has_extn("starttls"):
            raise ServerFailed(Fault.NO_TLS)
        client.starttls(context=_context(server))
        client.ehlo_or_helo_if_needed()
    if server.user:
        if not client.has_extn("auth"):
            raise ServerFailed(Fault.LOGIN)
        client.login(server.user, server.password)


def _cut(client: smtplib.SMTP) -> None:
    """Whoever waits for the server wakes up with an error."""
    if isinstance(client.sock, socket.socket):
        with suppress(OSError):
            socket.socket.shutdown(client.sock, socket.SHUT_RDWR)


# A letter ----------------------------------------------------------------------------------------


def hand_over(client: smtplib.SMTP, letter: EmailMessage, server: Server, address: str) -> None:
    """When it returns, the letter is the server's. Raises Refused or ServerFailed."""
    with _server_faults():
        try:
            client.send_message(letter, server.sender, [address])
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = error.recipients[address]
            raise _refusal(client, Fault.RECIPIENT, code, answer) from None
        except smtplib.SMTPDataError as error:
            raise _refusal(client, Fault.CONTENT, error.smtp_code, _bytes(error.smtp_error)) from None


def _refusal(client: smtplib.SMTP, final: Fault, code: int, answer: bytes) -> Failed:
    """5.7 is a rule of the server, such as not to relay: the address is not to blame."""
    if code == CLOSING:
        return ServerFailed(Fault.NOT_NOW, code, answer)
    with suppress(smtplib.SMTPException, OSError):  # whoever refuses and hangs up has refused
        client.rset()
    if code < PERMANENT:
        return Refused(Fault.LATER, code, answer)
    return Refused(Fault.POLICY if answer.startswith(b"5.7.") else final, code, answer)


@contextmanager
def _server_faults() -> Iterator[None]:
    """Of what the library raises nothing goes further: its words might repeat what we sent."""
    try:
        yield
    except OSError as error:  # the library's own errors are OSErrors, too
        raise _named(error) from None


def _named(error: OSError) -> ServerFailed:
    if not isinstance(error, smtplib.SMTPResponseException):
        return ServerFailed(_of_the_network(error))
    code = error.smtp_code
    if isinstance(error, smtplib.SMTPAuthenticationError) and code >= PERMANENT:
        return ServerFailed(Fault.LOGIN, code)
    refuses_us = isinstance(error, smtplib.SMTPSenderRefused) and code >= PERMANENT
    return ServerFailed(Fault.SENDER if refuses_us else Fault.NOT_NOW, code, _bytes(error.smtp_error))


def _of_the_network(error: OSError) -> Fault:
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, TimeoutError):
        return Fault.SILENT
    return next((fault for kind, fault in NETWORK.items() if isinstance(error, kind)), Fault.UNREACHABLE)


def _bytes(answer: bytes | str) -> bytes:
    return answer if isinstance(answer, bytes) else answer.encode()
