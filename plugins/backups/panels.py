"""What worries a system administrator, on the home page and on the page of the backups."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from flask_babel import lazy_gettext as _l

from intranet import clock
from intranet.contracts import Duty, Panel, Role, Text
from intranet.models import User
from intranet.permissions import has_role
from plugins.backups import TITLE
from plugins.backups.queries import TOO_OLD, UNTRIED, Health, health, key_checked_at
from plugins.backups.services.restoring import is_unfinished


@dataclass(frozen=True, slots=True)
class Worry:
    """A sentence that says what to do, and the day by which it should have been done."""

    sentence: Text
    due_on: date


def panels(user: User) -> list[Panel]:
    """For system administrators only: they can do something about it."""
    if not has_role(user, Role.SYSTEM):
        return []
    url = url_for("backups.index")
    duties = tuple(Duty(str(worry.sentence), url, TITLE, worry.due_on) for worry in worries())
    return [Panel(TITLE, url, duties)] if duties else []


def worries() -> list[Worry]:
    """All there are today. Three queries."""
    found = list(_of_backups(health()))
    if key_checked_at() is None:
        found.append(Worry(_l("恢复密钥还没有抄在纸上：请在服务器上运行 intranet backup-key"), clock.today()))
    if is_unfinished():
        found.append(Worry(_l("恢复没有做完：请停掉服务，再运行一次 intranet restore"), clock.today()))
    return found


def _of_backups(found: Health) -> Iterator[Worry]:
    today = clock.today()
    if found.made_at is None:
        yield Worry(_l("还没有一份好的备份：请现在备份"), today)
    elif found.is_old:
        yield Worry(
            _l("上一份好的备份已超过 2 天：请现在备份并查明原因"), _day_after(found.made_at, TOO_OLD.days)
        )
    if found.failed:
        yield Worry(_l("上一次备份没有成功：请看原因，再备份一次"), today)
    if found.is_untried and found.tried_at is None:
        yield Worry(_l("备份还从未试恢复过：请试恢复"), today)
    elif found.is_untried and found.tried_at:
        yield Worry(_l("备份已超过 35 天没有试恢复：请试恢复"), _day_after(found.tried_at, UNTRIED.days))


def _day_after(moment: datetime, days: int) -> date:
    return clock.local(moment + timedelta(days=days)).date()
