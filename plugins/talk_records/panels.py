"""What waits for a person: whom they must still talk with, and talks of theirs that want something."""

from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import Duty, Panel, Text
from intranet.models import Unit, User
from plugins.talk_records.queries.waiting import (
    ANSWER,
    ARCHIVE,
    ARRANGED,
    CONFIRM,
    FOLLOW,
    MUST,
    PLANNED,
    Waiting,
    waiting_for,
)
from plugins.talk_records.wording import KIND_TITLES

TITLES: dict[str, Text] = {
    MUST: _l("谈心谈话：%(first)s 与 %(second)s"),
    PLANNED: _l("约定谈话时间：%(first)s 与 %(second)s"),
    ARRANGED: _l("谈心谈话（已约）：%(first)s 与 %(second)s"),
    CONFIRM: _l("核对、确认谈话记录：%(first)s 与 %(second)s"),
    FOLLOW: _l("谈话后回访：%(first)s 与 %(second)s"),
    ARCHIVE: _l("归档谈话记录：%(first)s 与 %(second)s"),
    ANSWER: _l("答复转交的问题：%(first)s 与 %(second)s 的谈话"),
}


def panels(user: User, units: list[Unit]) -> list[Panel]:
    """Duties only: a bar would say nothing to one person."""
    found = waiting_for(user)
    if not found:
        return []
    duties = tuple(_duty(waiting, user, units) for waiting in found)
    open_ = sum(waiting.what == MUST for waiting in found)
    note = _("还有 %(n)s 人要谈", n=open_) if open_ else ""
    return [Panel(_("谈心谈话"), url_for("talk_records.index", unit=units[0].code), duties, note=note)]


def _duty(waiting: Waiting, user: User, units: list[Unit]) -> Duty:
    title = str(TITLES[waiting.what]) % {"first": waiting.first, "second": waiting.second}
    note = waiting.round or KIND_TITLES[waiting.kind]
    unit = next((unit for unit in units if unit.id == waiting.unit_id), units[0])
    return Duty(title, _url(waiting, user, unit), _("谈心谈话"), waiting.due_on, note, unit.code)


def _url(waiting: Waiting, user: User, unit: Unit) -> str:
    """Under the unit of the talk, or one of their own if they do not enter that one.

    What the calendar knows too has the same address there, so that it shows it once.
    """
    if waiting.what in {ARRANGED, FOLLOW}:
        return url_for("talk_records.index", unit=unit.code, talk=waiting.id)
    if waiting.what != MUST:
        return url_for("talk_records.talk", unit=unit.code, talk_id=waiting.id)
    other = waiting.second_id if waiting.first_id == user.id else waiting.first_id
    words = urlencode({"with": other, "kind": waiting.kind.value})
    return url_for("talk_records.plan", unit=unit.code) + f"?{words}"
