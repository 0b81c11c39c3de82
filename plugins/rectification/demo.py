"""Cards of the demo hospital, over all units, stages and lights: the same every time, relative to today."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from sqlalchemy import func, insert, literal, select

from intranet import clock
from intranet.extensions import db
from intranet.models import Membership, Unit, User
from plugins.rectification.demo_files import NAMES, attach
from plugins.rectification.demo_texts import COMMON, EVIDENCE, GOAL, PLACES, PROGRESS, SAMPLES, Sample
from plugins.rectification.models import Card, Event, EventKind, Measure, Tally
from plugins.rectification.stages import Stage

CHUNK = 5000
RECENT = 60
"""The first cards are the campaign of today; all further ones are mostly history, as in a real register."""
TOLD_IN_FULL = 2000
"""Of cards after these the history keeps only the opening, the evidence and the end."""
SHORT = frozenset({Stage.UNCLAIMED, Stage.CLOSING_ASKED, Stage.CLOSED})
MIX_RECENT = (2, 2, 7, 2, 1, 6)
MIX_HISTORY = (3, 2, 6, 2, 2, 85)
LATE = (Stage.IN_PROGRESS, Stage.IN_PROGRESS, Stage.IN_PROGRESS, Stage.PLAN_PENDING)
"""The first four cards, of nk1, wk1, hlb and mzb, are overdue."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts in the demonstration."""

    office: int
    leader: int
    supervisor: int
    staff: Mapping[int, Sequence[int]]

    def of(self, unit: Unit, number: int) -> int:
        """Somebody of the unit, the same for the same number."""
        there = self.staff.get(unit.id) or [self.office]
        return there[number % len(there)]


@dataclass(frozen=True, slots=True)
class Plot:
    """One card's story before it is written down."""

    number: int
    unit: Unit
    sample: Sample
    stage: Stage
    due_on: date | None
    since: datetime
    days: int

    @property
    def opened_at(self) -> datetime:
        return self.since - timedelta(days=self.days * _reached(self.stage))

    def reached(self, stage: Stage) -> datetime:
        """When it came to this stage: a step every few days."""
        return self.opened_at + timedelta(days=self.days * _reached(stage))

    @property
    def done(self) -> int:
        """How many measures are done."""
        total = len(self.sample.measures)
        if self.stage in {Stage.UNCLAIMED, Stage.PLAN_PENDING}:
            return 0
        return self.number % total if self.stage is Stage.IN_PROGRESS else total


def make(hospital: Unit, people: Mapping[str, User], cards: int) -> None:
    """Writes the cards in bulk: 100,000 take seconds, not minutes."""
    cast = _cast(people)
    plots = _plots(_departments(hospital), cards)
    while chunk := list(islice(plots, CHUNK)):
        ids = _insert_cards(chunk, cast)
        _insert(
            Measure, [row for key, plot in zip(ids, chunk, strict=True) for row in _measures(key, plot, cast)]
        )
        _insert(
            Event, [row for key, plot in zip(ids, chunk, strict=True) for row in _events(key, plot, cast)]
        )
        for key, plot in zip(ids, chunk, strict=True):
            if _has_evidence(plot):
                attach(key, plot.unit, cast.of(plot.unit, plot.number), at=plot.reached(Stage.CLOSING_ASKED))
    counted = select(Card.unit_id, Card.stage, func.count(), literal(0)).group_by(Card.unit_id, Card.stage)
    db.session.execute(insert(Tally).from_select(["unit_id", "stage", "cards", "changes"], counted))


def _cast(people: Mapping[str, User]) -> Cast:
    staff: dict[int, list[int]] = {}
    rows = db.session.execute(select(Membership.unit_id, Membership.user_id).order_by(Membership.id))
    for unit_id, user_id in rows:
        staff.setdefault(unit_id, []).append(user_id)
    return Cast(people["office"].id, people["leader"].id, people["supervisor"].id, staff)


def _departments(hospital: Unit) -> list[Unit]:
    query = select(Unit).where(hospital.subtree(), Unit.kind == "department").order_by(Unit.id)
    return list(db.session.scalars(query))


# Plots ---------------------------------------------------------------------------------------------


def _plots(units: Sequence[Unit], cards: int) -> Iterator[Plot]:
    today = clock.today()
    morning = datetime.combine(today, time(9), clock.ZONE)
    for number in range(cards if units else 0):
        stage = _stage(number)
        age = 1 + _mixed(number, 3) % 40 + (0 if stage is not Stage.CLOSED else _mixed(number, 5) % 300)
        due_on = _due_on(number, stage, today, age)
        if stage is not Stage.CLOSED and due_on and due_on < today:
            age += (today - due_on).days  # what is late was there before it was due
        yield Plot(
            number,
            units[number % len(units)],
            _sample(units[number % len(units)], number // len(units)),
            stage,
            due_on,
            morning - timedelta(days=age) + timedelta(minutes=_mixed(number, 11) % 480),
            2 + _mixed(number, 7) % 12,
        )


def _mixed(number: int, salt: int) -> int:
    """Looks like chance and is the same every time."""
    return ((number + salt) * 2654435761 >> 7) % 100_003


def _stage(number: int) -> Stage:
    if number < len(LATE):
        return LATE[number]
    mix = MIX_RECENT if number < RECENT else MIX_HISTORY
    place = _mixed(number, 1) % sum(mix)
    for stage, share in zip(Stage, mix, strict=True):
        if place < share:
            return stage
        place -= share
    return Stage.CLOSED


def _sample(unit: Unit, turn: int) -> Sample:
    """The unit's own problems, then the common ones, each unit beginning with another; then all again."""
    first = unit.position * 3 % len(COMMON)
    samples = (*SAMPLES.get(unit.code, ()), *COMMON[first:], *COMMON[:first])
    sample = samples[turn % len(samples)]
    again = turn // len(samples)
    if not again:
        return sample
    place = PLACES[(again - 1) % len(PLACES)]
    return sample._replace(title=f"{place}：{sample.title}")


def _due_on(number: int, stage: Stage, today: date, age: int) -> date | None:
    """A fifth late, a quarter due within the week, the rest later; the unclaimed often without a date."""
    if number < len(LATE):
        return today - timedelta(days=3 + 4 * number)
    if stage is Stage.CLOSED:
        return today - timedelta(days=age - 9)
    if stage is Stage.UNCLAIMED:
        return today + timedelta(days=5 + _mixed(number, 2) % 40) if number % 3 else None
    chance = _mixed(number, 2) % 20
    if chance < 4:  # noqa: PLR2004 - see above
        return today - timedelta(days=1 + _mixed(number, 4) % 20)
    late_or_soon = 9
    days = _mixed(number, 4) % 8 if chance < late_or_soon else 8 + _mixed(number, 4) % 80
    return today + timedelta(days=days)


def _reached(stage: Stage) -> int:
    return list(Stage).index(stage)


# Rows ----------------------------------------------------------------------------------------------


def _insert(model: type, rows: list[dict[str, object]]) -> None:
    if rows:
        db.session.execute(insert(model.__table__), rows)  # type: ignore[attr-defined]  # a mapped class


def _insert_cards(plots: Sequence[Plot], cast: Cast) -> list[int]:
    """The ids the database gave, in the order of the plots."""
    last = db.session.scalar(select(func.max(Card.id))) or 0
    _insert(Card, [_card(plot, cast) for plot in plots])
    return list(db.session.scalars(select(Card.id).where(Card.id > last).order_by(Card.id)))


def _card(plot: Plot, cast: Cast) -> dict[str, object]:
    claimed = plot.stage is not Stage.UNCLAIMED
    asked = _reached(plot.stage) >= _reached(Stage.CLOSING_ASKED)
    responsible = cast.of(plot.unit, plot.number)
    return {
        "unit_id": plot.unit.id,
        "title": plot.sample.title,
        "category": plot.sample.category,
        "source_kind": plot.sample.source,
        "goal": GOAL,
        "user_id": responsible if claimed else None,
        "leader_id": cast.leader,
        "due_on": plot.due_on,
        "stage": plot.stage,
        "version": 1 + _reached(plot.stage),
        "opened_by": cast.office,
        "opened_at": plot.opened_at,
        "stage_since": plot.since,
        "claimed_by": responsible if claimed else None,
        "asked_by": responsible if asked else None,
    }


def _mover(plot: Plot, end: Stage, cast: Cast) -> int:
    """Who took the step into this stage."""
    if end in {Stage.UNCLAIMED, Stage.IN_PROGRESS, Stage.CLOSED}:
        return cast.office
    if end is Stage.ACCEPTED:
        return cast.leader if plot.number % 2 else cast.supervisor
    return cast.of(plot.unit, plot.number)


def _measures(card_id: int, plot: Plot, cast: Cast) -> Iterator[dict[str, object]]:
    if plot.stage is Stage.UNCLAIMED and plot.number % 4:
        return
    worker, done_on = cast.of(plot.unit, plot.number), clock.local(plot.since).date()
    for position, text in enumerate(plot.sample.measures, start=1):
        is_done = position <= plot.done
        yield {
            "card_id": card_id,
            "position": position,
            "text": text,
            "due_on": plot.due_on,
            "done_on": done_on if is_done else None,
            "done_by": worker if is_done else None,
            "version": 1,
        }


def _events(card_id: int, plot: Plot, cast: Cast) -> Iterator[dict[str, object]]:
    """The way here, a step every few days, the last one when the card came to its stage."""
    way = list(Stage)[: _reached(plot.stage) + 1]
    for step, stage in enumerate(way):
        if plot.number >= TOLD_IN_FULL and stage not in SHORT and stage is not plot.stage:
            continue
        at = plot.reached(stage)
        mover = _mover(plot, stage, cast)
        if stage is Stage.CLOSING_ASKED and _has_evidence(plot):
            added = [["file added", "", name] for name in NAMES]
            yield _event(card_id, at, mover, EventKind.EVIDENCE) | {"changes": added}
        event = _event(card_id, at, mover, EventKind.MOVED if step else EventKind.OPENED)
        yield event | {
            "from_stage": way[step - 1] if step else None,
            "to_stage": stage,
            "note": EVIDENCE if stage is Stage.CLOSING_ASKED else "",
        }
    if plot.stage is Stage.IN_PROGRESS:
        worker = cast.of(plot.unit, plot.number)
        event = _event(card_id, plot.since, worker, EventKind.PROGRESS)
        yield event | {"note": PROGRESS[plot.number % len(PROGRESS)]}


def _has_evidence(plot: Plot) -> bool:
    return plot.number < RECENT and _reached(plot.stage) >= _reached(Stage.CLOSING_ASKED)


def _event(card_id: int, at: datetime, user_id: int, kind: EventKind) -> dict[str, object]:
    row = {"card_id": card_id, "at": at, "user_id": user_id, "kind": kind}
    return row | {"from_stage": None, "to_stage": None, "note": "", "changes": []}
