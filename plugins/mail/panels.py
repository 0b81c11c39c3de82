"""What worries: the system administrator when letters do not go, a person when theirs are refused."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from intranet import clock
from intranet.contracts import Duty, Panel, Role
from intranet.models import User
from intranet.permissions import has_role
from plugins.mail import TITLE, queries, settings
from plugins.mail.queries import A_DAY
from plugins.mail.wording import said


def panels(user: User) -> list[Panel]:
    """Two queries for an administrator, one for others."""
    duties = [*_of_everybody(user), *(_of_the_system() if has_role(user, Role.SYSTEM) else ())]
    return [Panel(TITLE, duties[0].url, tuple(duties))] if duties else []


def _of_everybody(user: User) -> Iterator[Duty]:
    row = queries.subscription_of(user.id) if settings.server() else None
    if row and row.refused_at:
        sentence = _("您的邮箱拒收通知邮件：请改一个邮箱，或重新确认")
        yield Duty(sentence, url_for("mail.index"), TITLE, clock.local(row.refused_at).date())


def _of_the_system() -> Iterator[Duty]:
    url, today = url_for("mail_admin.overview"), clock.today()
    if settings.faults():
        yield Duty(_("邮件服务器的设置不对，没有寄信：请看是哪几项"), url, TITLE, today)
        return
    state = queries.server_state() if settings.server() else None
    if state and state.fault:
        yield Duty(
            _("邮件寄不出去：请看原因"), url, TITLE, clock.local(state.since).date(), said(state.fault)
        )


def faults() -> list[str]:
    """For `intranet check`."""
    if settings.server() is None:
        return [str(sentence) for sentence in settings.faults()]
    late = queries.waiting_since(clock.now() - A_DAY)
    sentence = _("有 %(n)s 封邮件等了一天以上还没有寄出，请看“管理 › 邮件通知”里的原因。", n=late)
    return [sentence] if late else []
