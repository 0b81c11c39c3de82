"""What people say about their own e-mail: the address, that it is theirs, when they want to be written to."""

import hmac
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from intranet import audit, clock
from intranet.contracts import Text
from intranet.db import change
from intranet.errors import Conflict, Invalid, TooMany
from intranet.extensions import db
from intranet.models import User
from plugins.mail import letters, queries, settings
from plugins.mail.addresses import checked, masked
from plugins.mail.models import Kind, Letter, Mode, Subscription

CODES_A_DAY = 5
GOOD_FOR = timedelta(days=1)


def refuse_when_off() -> None:
    """What was on the page a moment ago may have been turned off."""
    if settings.server() is None:
        raise Conflict(_("邮件通知现在没有开通，请稍后再试，或问系统管理员。"))


def give_address(typed: str, seen: int, *, by: User) -> None:
    """A code goes there; until it comes back, nothing else does. Too many a day are refused."""
    refuse_when_off()
    address = checked(typed)
    audit.record(by, "mail:address", f"core_user:{by.id}", address=masked(address))  # the second waits here
    if queries.codes_asked(by) > CODES_A_DAY:
        raise TooMany(_("今天已经寄了 %(n)s 封确认邮件，请明天再试。", n=CODES_A_DAY))
    row, now = queries.subscription_of(by.id), clock.now()
    if row is None:
        db.session.add(Subscription(user_id=by.id, address=address, asked_at=now, since=now))
    elif row.address == address and row.confirmed_at and not row.refused_at:
        raise Invalid(_("这个邮箱已经确认过了，不用再确认。"))
    else:
        anew = {"asked_at": now, "confirmed_at": None, "refused_at": None}
        change(row, seen, too_late=_too_late, address=address, **anew)
    # a letter that has not gone yet would bring the same code once more
    mine = (Letter.user_id == by.id, Letter.kind == Kind.CODE, Letter.state.in_(queries.TO_SEND))
    db.session.execute(delete(Letter).where(*mine))
    new = Letter(user_id=by.id, kind=Kind.CODE, message_id=letters.new_id(), created_at=now, due_at=now)
    db.session.add(new)


def _too_late() -> Text:
    return _l("您刚才在别的窗口改过邮件通知，这次的改动没有保存。请看现在的设置再改。")


def confirm(typed: str, *, by: User) -> None:
    """The code from the letter, shown by the person the letter was for."""
    refuse_when_off()
    row = queries.subscription_of(by.id)
    if row is None or (row.confirmed_at is None and row.asked_at + GOOD_FOR < clock.now()):
        raise Invalid(_("确认码已经过期，请重新填写邮箱，再寄一次确认邮件。"))
    plain = "".join(sign for sign in typed.casefold() if sign.isalnum() and sign.isascii())
    if not hmac.compare_digest(letters.code_of(row), plain):
        raise Invalid(_("确认码不对。请用填写邮箱的那个账号登录，照最近一封确认邮件输入。"))
    if row.confirmed_at is None:
        audit.record(by, "mail:confirm", f"core_user:{by.id}", address=masked(row.address))
        change(row, row.version, too_late=_too_late, confirmed_at=clock.now())


def choose(mode: Mode, hour: int, seen: int, *, by: User) -> None:
    """From now on: what was told before e-mail was turned on is not sent."""
    refuse_when_off()
    row = queries.subscription_of(by.id)
    if row is None or row.confirmed_at is None:
        raise Invalid(_("请先填写邮箱并确认，再选择方式。"))
    audit.record(by, "mail:choose", f"core_user:{by.id}", mode=mode)
    since = clock.now() if row.mode is Mode.OFF else row.since
    change(row, seen, too_late=_too_late, mode=mode, hour=hour, since=since)


def remove(*, by: User) -> None:
    """The address is forgotten, and what waits for it is not sent."""
    audit.record(by, "mail:remove", f"core_user:{by.id}")
    db.session.execute(delete(Subscription).where(Subscription.user_id == by.id))
