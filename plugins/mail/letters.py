"""The words of the letters, in their reader's language. Plain text, and the same as simple HTML."""

import hmac
from collections.abc import Iterator, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from intranet import clock, notices
from intranet.models import Notice, User
from intranet.passwords import LETTERS
from intranet.web import html_language, in_language, path_to
from plugins.mail import settings
from plugins.mail.models import Subscription

LINES = 50
"""A longer letter is read on the site."""
CODE_LENGTH = 10
Line = tuple[str, str]
"""Words, and the address they lead to or nothing."""


# Codes -------------------------------------------------------------------------------------------


def code_of(row: Subscription) -> str:
    """What only the reader of this address's mail can know. Kept nowhere, made from the row and a key."""
    words = f"mail {row.user_id} {row.address} {row.asked_at.isoformat()}".encode()
    digest = hmac.digest(current_app.config["SECRET_KEY"], words, "sha256")
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:CODE_LENGTH])


# Letters -----------------------------------------------------------------------------------------


def confirmation(row: Subscription, user: User, message_id: str) -> EmailMessage:
    """To an address that may be a stranger's: it names nobody."""
    with in_language(user.language):
        code = code_of(row)
        link = settings.site(path_to("mail.index", code=code))
        lines = [
            (_("有人在%(site)s填写了这个邮箱，用来接收通知。", site=_site_name()), ""),
            (_("如果是您，请在一天之内登录后打开这个地址，点“确认”："), ""),
            (link, link),
            (_("也可以在“邮件通知”页上输入确认码：%(code)s", code=code), ""),
            (_("如果不是您，请不要理会，以后不会再寄。"), ""),
        ]
        subject = _("%(site)s：请确认您的邮箱", site=_site_name())
        return _letter(subject, lines, row.address, message_id)


def news(found: Sequence[Notice], user: User, address: str, message_id: str) -> EmailMessage:
    """What somebody was told: their number, and the words where the site allows that."""
    with in_language(user.language):
        number = ngettext("您有 %(num)d 条新消息", "您有 %(num)d 条新消息", len(found))
        subject = _("%(site)s：%(number)s", site=_site_name(), number=number)
        lines = [(number, ""), *(_told(found) if settings.says_titles() else ()), *_ways_on()]
        return _letter(subject, lines, address, message_id, user.name)


def _told(found: Sequence[Notice]) -> Iterator[Line]:
    for each in found[:LINES]:
        yield notices.said(each), settings.site(each.url)
    if len(found) > LINES:
        yield _("另有 %(n)s 条，请登录后查看。", n=len(found) - LINES), ""


def _ways_on() -> Iterator[Line]:
    """To the notices, and out of e-mail."""
    yield _("登录后查看全部消息："), ""
    yield (settings.site(path_to("home.notices")),) * 2
    yield _("不想再收到邮件，请在这里关闭："), ""
    yield (settings.site(path_to("mail.index")),) * 2


def trial(user: User, address: str) -> EmailMessage:
    """What a system administrator sends to see whether it arrives."""
    with in_language(user.language):
        lines = [(_("这是%(site)s发出的测试邮件。收到它，说明邮件通知可以用了。", site=_site_name()), "")]
        return _letter(_("%(site)s：测试邮件", site=_site_name()), lines, address, new_id())


def new_id() -> str:
    """The name of a letter for ever: a server that gets it twice can tell."""
    return make_msgid(domain=current_app.config["MAIL_FROM"].rpartition("@")[2])


def _site_name() -> str:
    return one_line(current_app.config["SITE_NAME"])


def one_line(words: str) -> str:
    """Nothing people typed begins a header of its own."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())


def _letter(subject: str, lines: list[Line], address: str, message_id: str, name: str = "") -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = one_line(subject)
    letter["From"] = Address(_site_name(), addr_spec=current_app.config["MAIL_FROM"])
    letter["To"] = Address(one_line(name), addr_spec=address)
    letter["Date"] = format_datetime(clock.local(clock.now()))
    letter["Message-ID"] = message_id
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(_plain(lines), cte="base64")
    page = current_app.jinja_env.get_template("mail/letter.html")
    html = page.render(subject=one_line(subject), lines=lines, language=html_language())
    letter.add_alternative(html, subtype="html", cte="base64")
    return letter


def _plain(lines: list[Line]) -> str:
    """A line that is more than its address has it on the next line."""
    parts = [words if link in {"", words} else f"· {one_line(words)}\n  {link}" for words, link in lines]
    return "\n".join(parts) + "\n"
