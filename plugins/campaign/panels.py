"""What waits for a person, as the dashboard and the menu show it."""

from functools import partial

from flask import url_for
from flask_babel import gettext as _

from intranet import clock
from intranet.asking import side_by_side
from intranet.contracts import Bar, Duty, Panel
from intranet.gate import subtree_with
from intranet.models import Unit, UnitKind, User
from intranet.permissions import allowed
from intranet.wording import listed
from plugins.campaign.queries.dashboard import PhaseCount, Waiting, phase_counts, waiting, waiting_count

MOST_NAMES = 3


def badge(user: User, unit: Unit) -> int:
    """Duties this person should report, reports they should decide on, activities they should record."""
    decided = subtree_with("campaign", unit) if allowed(user, "campaign:confirm", unit) else []
    reporting = _reporting(user, [unit], decided)
    if not reporting and not decided:
        return 0
    deciding = unit.id if decided else 0
    return waiting_count(reporting, deciding, [below.id for below in decided], clock.today())


def _reporting(user: User, units: list[Unit], decided: list[Unit]) -> list[int]:
    """The person's own units, and for the campaign office the hospital's committees: they have no head."""
    own = [unit.id for unit in units if allowed(user, "campaign:report", unit)]
    return own + [unit.id for unit in decided if unit.kind is UnitKind.COMMITTEE]


def panels(user: User, units: list[Unit], *, dated: bool) -> list[Panel]:
    """One panel: the duties join the common list, the bars show the plan by phase where they are wanted."""
    phases = [] if dated else [partial(phase_counts, units)]
    duties, *counted = side_by_side(partial(_duties, user, units), *phases)
    unit, found = counted[0] if counted else (None, [])
    if unit is None:
        return [Panel(_("计划安排"), "", duties)] if duties else []
    return [Panel(_("计划进度"), url_for("campaign.progress", unit=unit.code), duties, _bars(unit, found))]


def _duties(user: User, units: list[Unit]) -> tuple[Duty, ...]:
    deciding = [unit for unit in units if allowed(user, "campaign:confirm", unit)]
    decided = [below for unit in deciding for below in subtree_with("campaign", unit)]
    reporting = _reporting(user, units, decided)
    if not reporting and not deciding:
        return ()
    found = waiting(reporting, [unit.id for unit in deciding], [unit.id for unit in decided], clock.today())
    return (*(_duty(one) for one in found if one.kind != "report"), *_reports(found))


def _bars(unit: Unit, phases: list[PhaseCount]) -> tuple[Bar, ...]:
    page, other = partial(url_for, "campaign.index", unit=unit.code), _("不属于任何环节")
    return tuple(
        Bar(phase.title or other, phase.done, phase.total, page(phase=phase.phase_id)) for phase in phases
    )


def _reports(found: list[Waiting]) -> list[Duty]:
    """One line an activity, however many units have reported."""
    together: dict[int, list[Waiting]] = {}
    for one in found:
        if one.kind == "report":
            together.setdefault(one.id, []).append(one)
    return [_report(group) for group in together.values()]


def _report(group: list[Waiting]) -> Duty:
    """Opened in the unit whose plan it is: there one sees all who reported."""
    first, names = group[0], listed(one.unit.name for one in group[:MOST_NAMES])
    note = names
    if len(group) > MOST_NAMES:
        note = _("%(names)s等 %(n)s 个单位", names=names, n=len(group))
    url = url_for("campaign.activity", unit=first.plan_unit.code, activity_id=first.id)
    title = _("确认上报：%(title)s", title=first.title)
    return Duty(title, url, _("计划安排"), first.due_on, note, first.plan_unit.code)


def _duty(one: Waiting) -> Duty:
    source = _("计划安排")
    if one.kind == "draft":
        url = url_for("campaign.review", unit=one.unit.code, draft_id=one.id)
        title = _("核对并确认方案：%(name)s", name=one.title)
        return Duty(title, url, source, note=_("尚未写入任何内容"), unit=one.unit.code)
    url = url_for("campaign.activity", unit=one.unit.code, activity_id=one.id)
    if one.kind == "activity":
        title = _("记录完成：%(title)s", title=one.title)
        return Duty(title, url, source, one.due_on, one.note, one.unit.code)
    note = _("退回：%(reason)s", reason=one.note) if one.note else one.unit.name
    return Duty(one.title, url, source, one.due_on, note, one.unit.code)
