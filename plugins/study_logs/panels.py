"""Studying on a person's home page."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from intranet.contracts import Bar, Duty, Panel
from intranet.models import Unit, User
from intranet.organisation import organisation
from plugins.study_logs.queries.waiting import BAR, COMING, MINE, WORK, Waiting, waiting

MOST_BARS = 8


def badge(user: User, unit: Unit) -> int:
    """As many as the unit's page shows."""
    return len(_duties(waiting(user, [unit])))


def panels(user: User, units: list[Unit]) -> list[Panel]:
    """One panel: duties for the common list, a bar a unit for what was made final."""
    found = waiting(user, units)
    duties, bars = _duties(found), _bars(found, units)
    if not bars and not duties:
        return []
    return [Panel(_("学习台账"), url_for("study_logs.index", unit=units[0].code), duties, bars)]


def _duties(found: Sequence[Waiting]) -> tuple[Duty, ...]:
    mine = [_own(one) for one in found if one.kind == MINE]
    work = [duty for one in found if one.kind == WORK and (duty := _work(one))]
    return (*mine, *work)


def _own(one: Waiting) -> Duty:
    unit, source = organisation().by_id[one.unit_id], _("学习台账")
    if one.is_makeup:
        url = url_for("study_logs.makeup", unit=unit.code, makeup_id=one.key)
        title = _("补课：%(title)s", title=one.title)
        return Duty(title, url, source, one.due_on, one.note, unit.code)
    url = url_for("study_logs.session", unit=unit.code, session_id=one.key)
    title = _("参加学习：%(title)s", title=one.title)
    return Duty(title, url, source, one.due_on, unit.name, unit.code)


def _work(one: Waiting) -> Duty | None:
    """What a recorder does next; while absentees write there is nothing."""
    unit, source = organisation().by_id[one.unit_id], _("学习台账")
    url = url_for("study_logs.session", unit=unit.code, session_id=one.key)
    if one.stage in COMING:
        title = _("登记考勤：%(title)s", title=one.title)
        return Duty(title, url, source, one.due_on, unit.name, unit.code)
    if not one.total:
        title = _("补课闭合：%(title)s", title=one.title)
        return Duty(title, url, source, one.due_on, unit.name, unit.code)
    note = _("已交 %(n)s 份，还差 %(left)s 人", n=one.done, left=one.total - one.done)
    confirm = _("确认补课：%(title)s", title=one.title)
    return Duty(confirm, url, source, one.due_on, note, unit.code) if one.done else None


def _bars(found: Sequence[Waiting], units: Sequence[Unit]) -> tuple[Bar, ...]:
    """Of each of a person's units, with those under it."""
    known, bars = organisation().by_id, []
    for unit in units:
        own = [one for one in found if one.kind == BAR and known[one.unit_id].is_under(unit.path)]
        if own:
            done, total = sum(one.done for one in own), sum(one.total for one in own)
            url = url_for("study_logs.index", unit=unit.code)
            bars.append(Bar(unit.name, done, total, url, _("次")))
    return tuple(bars[:MOST_BARS])
