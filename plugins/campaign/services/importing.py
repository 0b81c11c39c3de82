"""Writing a reviewed draft into the plan: a first one, or a revision that keeps what was done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, select

from intranet import audit, clock
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.pages import moment
from plugins.campaign.matching import Match
from plugins.campaign.models import (
    Activity,
    Alias,
    Duty,
    DutyState,
    Phase,
    Plan,
    Rectification,
)
from plugins.campaign.proposals import Content, Kind, Part, Proposal, phase_key
from plugins.campaign.queries.plans import own_plan, phases_of, schedule
from plugins.campaign.revision import Difference, Pair, difference
from plugins.campaign.services.activities import Dates, Ground, note_adjustment

LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class Source:
    """Where the plan comes from: the file, its text and how its names were matched."""

    file_name: str
    text: str
    content: Content
    matches: Mapping[str, Match]
    by_command: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was written, for the sentence that says so."""

    plan: Plan
    added: int
    changed: int
    cancelled: int


def start_plan(unit: Unit, title: str, year: int | None, *, by: User) -> Plan:
    """An empty plan, to be filled by hand. Refuses when the unit has one."""
    wait_for_others(unit)
    if own_plan(unit) is not None:
        raise Conflict(_("本单位已经有活动方案，请在现有方案里增加活动。"))
    plan = Plan(unit_id=unit.id, unit=unit, title=title[:LONGEST_TITLE], year=year)
    _stamp(plan, by)
    db.session.add(plan)
    db.session.flush()
    audit.record(by, "campaign:start", f"campaign_plan:{plan.id}", unit=unit)
    return plan


def import_plan(unit: Unit, source: Source, *, by: User, seen: int, cancel: Collection[int] = ()) -> Outcome:
    """Writes the chosen document over the plan this person saw at version `seen` (0: there was none).

    `cancel`: ids of activities that no longer appear and are given up. Raises Conflict when somebody imported
    meanwhile: a first plan would silently become a revision, or revise what nobody has compared.
    """
    part = source.content.part
    if part is None:
        raise Invalid(_("文件里有几份文件，请先选择要导入哪一份。"))
    if not part.kept(Kind.ACTIVITY) and not part.kept(Kind.PHASE):
        raise Invalid(_("没有可以导入的环节或活动，请先补录或换一份文件。"))
    plan = _plan_as_seen(unit, seen)
    outcome = _revise(plan, part, source, by, cancel) if plan else _write(unit, part, source, by)
    _remember_names(unit, source.content.mapping)
    deed = f"campaign_plan:{outcome.plan.id}"
    counts = {"added": outcome.added, "changed": outcome.changed, "cancelled": outcome.cancelled}
    origin = {"file": source.file_name, "by_command": source.by_command}
    audit.record(by, "campaign:import", deed, unit=unit, **origin, **counts)
    return outcome


def _plan_as_seen(unit: Unit, seen: int) -> Plan | None:
    wait_for_others(unit)
    plan = own_plan(unit)
    if plan and plan.version != seen:
        who = {"name": plan.changed_by.name, "at": moment(plan.changed_at)}
        raise Conflict(
            _("%(name)s已于 %(at)s 导入了本单位的方案。请刷新核对页面，看清再导入会改动什么，再确认。", **who)
        )
    return plan


def wait_for_others(unit: Unit) -> None:
    """Of two who write a plan of one unit at once the second waits, and then finds what the first wrote."""
    db.session.execute(select(Unit.id).where(Unit.id == unit.id).with_for_update(key_share=True))


# The first time ----------------------------------------------------------------------------------


def _write(unit: Unit, part: Part, source: Source, by: User) -> Outcome:
    plan = Plan(unit_id=unit.id, unit=unit, title="", revision=1)
    _describe(plan, part, source, by)
    db.session.add(plan)
    db.session.flush()
    phases = _phases(plan, part)
    activities = part.kept(Kind.ACTIVITY)
    for position, entry in enumerate(activities, 1):
        _add_activity(plan, entry, position, phases, source.matches)
    _add_rectifications(plan, part)
    return Outcome(plan, len(activities), 0, 0)


def _describe(plan: Plan, part: Part, source: Source, by: User) -> None:
    plan.title = part.title[:LONGEST_TITLE] or _("活动方案")
    plan.year = part.year
    plan.year_basis = str(part.year_basis or "")
    plan.file_name = source.file_name
    plan.source_text = source.text
    _stamp(plan, by)


def _stamp(plan: Plan, by: User) -> None:
    plan.changed_by_id = by.id
    plan.changed_by = by
    plan.changed_at = clock.now()


def _phases(plan: Plan, part: Part) -> dict[int, int | None]:
    """The phases of the document, old ones of the same title kept: entry key → id. Others go."""
    old = {phase.title: phase for phase in phases_of(plan)}
    ids: dict[int, int | None] = {}
    for position, entry in enumerate(part.kept(Kind.PHASE), 1):
        phase = old.pop(entry.title, None) or Phase(plan_id=plan.id, title=entry.title)
        phase.time_text = entry.time_text
        phase.start_on, phase.end_on = entry.start, entry.end
        phase.position = position
        db.session.add(phase)
        db.session.flush()
        ids[entry.key] = phase.id
    db.session.execute(delete(Phase).where(Phase.id.in_([phase.id for phase in old.values()])))
    kept = part.kept(Kind.PHASE)
    return {entry.key: ids.get(phase_key(entry, kept)) for entry in part.kept(Kind.ACTIVITY)}


def _add_activity(
    plan: Plan,
    entry: Proposal,
    position: int,
    phases: Mapping[int, int | None],
    matches: Mapping[str, Match],
) -> None:
    activity = Activity(plan_id=plan.id)
    _copy(entry, activity, plan, position, phases.get(entry.key))
    db.session.add(activity)
    db.session.flush()
    units = responsible(entry, matches)
    db.session.add_all(Duty(activity_id=activity.id, unit_id=unit_id) for unit_id in units)


def _copy(entry: Proposal, activity: Activity, plan: Plan, position: int, phase_id: int | None) -> None:
    Dates(entry.start, entry.end).check()
    activity.row = entry.row
    activity.title = entry.title
    activity.time_text = entry.time_text
    activity.units_text = "、".join(entry.units)
    activity.start_on, activity.end_on = entry.start, entry.end
    activity.position = position
    activity.phase_id = phase_id
    activity.changed_by_id = plan.changed_by_id
    activity.changed_at = plan.changed_at


def responsible(entry: Proposal, matches: Mapping[str, Match]) -> list[int]:
    """Ids of the units an entry's names stand for, each once."""
    found = (unit.id for name in entry.units for unit in matches[name].units)
    return list(dict.fromkeys(found))


def _add_rectifications(plan: Plan, part: Part) -> None:
    """New items only: a card may already have come from an old one."""
    query = select(Rectification.title).where(Rectification.plan_id == plan.id)
    known = set(db.session.scalars(query))
    for position, entry in enumerate(part.kept(Kind.RECTIFICATION), 1):
        if entry.title not in known:
            db.session.add(
                Rectification(
                    plan_id=plan.id,
                    title=entry.title,
                    time_text=entry.time_text,
                    units_text="、".join(entry.units),
                    start_on=entry.start,
                    end_on=entry.end,
                    position=position,
                    found_at=clock.now(),
                )
            )
    db.session.flush()


# A revision --------------------------------------------------------------------------------------


def _revise(plan: Plan, part: Part, source: Source, by: User, cancel: Collection[int]) -> Outcome:
    _hold_activities(plan)
    entries = part.kept(Kind.ACTIVITY)
    changes = difference(entries, schedule(plan, clock.today()))
    changed = len(changes.changed)  # counted while the old activities are still as they were
    plan.revision += 1
    plan.version += 1
    _describe(plan, part, source, by)
    phases = _phases(plan, part)
    places = {entry.key: position for position, entry in enumerate(entries, 1)}
    for entry in changes.new:
        _add_activity(plan, entry, places[entry.key], phases, source.matches)
    for pair in changes.pairs:
        _carry_over(pair, plan, by, _Place(places[pair.proposal.key], phases[pair.proposal.key]))
        _settle_duties(pair, responsible(pair.proposal, source.matches))
    cancelled = _cancel_gone(changes, plan, cancel)
    _move_gone_to_the_end(changes, len(entries))
    _add_rectifications(plan, part)
    return Outcome(plan, len(changes.new), changed, cancelled)


def _hold_activities(plan: Plan) -> None:
    """Who adjusts one at the same moment was earlier, and is read, or finds it changed."""
    db.session.execute(select(Activity.id).where(Activity.plan_id == plan.id).with_for_update())


@dataclass(frozen=True, slots=True)
class _Place:
    position: int
    phase_id: int | None


def _carry_over(pair: Pair, plan: Plan, by: User, place: _Place) -> None:
    """The old activity takes the new words and dates; moved dates are an adjustment."""
    activity = pair.old.activity
    if pair.is_moved:
        ground = Ground(_("按修订方案调整：%(name)s", name=plan.file_name or plan.title))
        dates = Dates(pair.proposal.start, pair.proposal.end)
        note_adjustment(activity, dates, by=by, ground=ground, revision=plan.revision)
    activity.version += 1
    activity.cancelled_reason = None
    _copy(pair.proposal, activity, plan, place.position, place.phase_id)


def _settle_duties(pair: Pair, wanted: Sequence[int]) -> None:
    """New units get a duty; units no longer named lose it unless they have already worked on it."""
    have = {share.unit_id for share in pair.old.shares}
    activity_id = pair.old.activity.id
    added = [unit_id for unit_id in wanted if unit_id not in have]
    db.session.add_all(Duty(activity_id=activity_id, unit_id=unit_id) for unit_id in added)
    db.session.execute(
        delete(Duty).where(
            Duty.activity_id == activity_id,
            Duty.unit_id.in_(have - set(wanted)),
            Duty.state == DutyState.ASSIGNED,
        )
    )


def _cancel_gone(changes: Difference, plan: Plan, cancel: Collection[int]) -> int:
    given_up = [old.activity for old in changes.to_cancel if old.activity.id in cancel]
    for activity in given_up:
        activity.cancelled_reason = _("修订方案中不再出现")
        activity.version += 1
        activity.changed_by_id = plan.changed_by_id
        activity.changed_at = plan.changed_at
    return len(given_up)


def _move_gone_to_the_end(changes: Difference, last: int) -> None:
    for position, old in enumerate(changes.gone, last + 1):
        old.activity.position = position


# Names -------------------------------------------------------------------------------------------


def _remember_names(unit: Unit, mapping: Mapping[str, Sequence[int]]) -> None:
    """What a person said about a name holds for the next plan of this hospital."""
    db.session.execute(delete(Alias).where(Alias.unit_id == unit.id, Alias.name.in_(mapping)))
    for name, targets in mapping.items():
        nobody: tuple[int | None, ...] = (None,)
        db.session.add_all(
            Alias(unit_id=unit.id, name=name, target_id=target) for target in targets or nobody
        )
    db.session.flush()
