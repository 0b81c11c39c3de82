"""Cards of the demo hospital, over all units, stages and lights: the same every time, relative to today."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice

from sqlalchemy import func, insert, literal, select

from intranet import clock
from intranet.extensions import db
from intranet.models import Membership, Unit, User
from intranet.organisation import renew
from plugins.rectification.demo.around import hang
from plugins.rectification.demo.files import attach
from plugins.rectification.demo.merged import take_up
from plugins.rectification.demo.plots import RECENT, Cast, Plot, has_evidence
from plugins.rectification.demo.rows import (
    PROMISING,
    WAY,
    card,
    commitment,
    events,
    helpers,
    measures,
    parts_of,
    publications,
)
from plugins.rectification.demo.texts import COMMON, PLACES, RED_BY_UNIT, SAMPLES, Sample
from plugins.rectification.filters import Filters, Lanes
from plugins.rectification.lights import Light
from plugins.rectification.models import (
    Board,
    Card,
    Commitment,
    Event,
    Helper,
    Measure,
    Publication,
    SavedFilter,
    Tally,
)
from plugins.rectification.stages import Stage

CHUNK = 5000
MIX_RECENT = (2, 2, 8, 2, 1, 1, 2, 4)
MIX_HISTORY = (3, 2, 6, 2, 1, 1, 1, 84)
SERVING = ("hlb", "mzb")
LATE = (Stage.IN_PROGRESS, Stage.IN_PROGRESS, Stage.IN_PROGRESS, Stage.PLAN_PENDING)
"""The first four cards, of nk1, wk1, hlb and mzb, are overdue."""


def make(hospital: Unit, people: Mapping[str, User], cards: int) -> None:
    """Writes the cards in bulk: 100,000 take seconds, not minutes."""
    cast = _cast(hospital, people)
    plots = _plots(_departments(hospital), cards)
    while chunk := list(islice(plots, CHUNK)):
        _write(list(zip(_insert_cards(chunk, cast), chunk, strict=True)), cast)
    counted = select(Card.unit_id, Card.stage, func.count(), literal(0)).group_by(Card.unit_id, Card.stage)
    db.session.execute(insert(Tally).from_select(["unit_id", "stage", "cards", "changes"], counted))
    _set_board(hospital)
    hang(hospital, people)
    take_up(hospital, people["office"])


def _set_board(hospital: Unit) -> None:
    """Two limits that mark, and a filter of the whole hospital."""
    limits = {Stage.IN_PROGRESS.value: (30, False), Stage.CLOSING_ASKED.value: (5, False)}
    shown = Filters(light=(Light.RED,), lanes=Lanes.UNIT).query_string()
    db.session.add(Board(unit_id=hospital.id, limits=limits, version=1))
    db.session.add(SavedFilter(unit_id=hospital.id, name=RED_BY_UNIT, words=shown, version=1))
    db.session.flush()
    renew(db.session())


def _write(stories: Sequence[tuple[int, Plot]], cast: Cast) -> None:
    """What hangs on these cards."""
    kinds = ((Measure, measures), (Event, events), (Helper, helpers), (Publication, publications))
    for model, rows_of in kinds:
        _insert(model, [row for key, plot in stories for row in rows_of(key, plot, cast)])
    recent = {key: plot for key, plot in stories if plot.number < RECENT}
    _promise(recent, cast)
    _insert(Measure, [row for measure in _first_measures(recent) for row in parts_of(measure)])
    for key, plot in recent.items():
        if has_evidence(plot):
            attach(key, plot.unit, cast.of(plot.unit, plot.number), at=plot.reached(Stage.CLOSING_ASKED))


def _promise(recent: Mapping[int, Plot], cast: Cast) -> None:
    """Of every other card that is worked on or judged the last measure was promised in public."""
    promising = {key: plot for key, plot in recent.items() if plot.stage in PROMISING and plot.number % 2}
    last = select(func.max(Measure.id)).where(Measure.card_id.in_(promising)).group_by(Measure.card_id)
    found = db.session.scalars(select(Measure).where(Measure.id.in_(last)).order_by(Measure.id)).all()
    _insert(Commitment, [commitment(measure, promising[measure.card_id], cast) for measure in found])


def _first_measures(cards: Collection[int]) -> Sequence[Measure]:
    """Of each of these cards the one that is taken apart."""
    return db.session.scalars(select(Measure).where(Measure.card_id.in_(cards), Measure.position == 1)).all()


def _cast(hospital: Unit, people: Mapping[str, User]) -> Cast:
    staff: dict[int, list[int]] = {}
    rows = db.session.execute(select(Membership.unit_id, Membership.user_id).order_by(Membership.id))
    for unit_id, user_id in rows:
        staff.setdefault(unit_id, []).append(user_id)
    leader = people["leader"]
    serving = [unit.id for unit in _departments(hospital) if unit.code in SERVING]
    supervisor = people["supervisor"].id
    return Cast(hospital.id, people["office"].id, leader.id, leader.name, supervisor, staff, serving)


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
        if stage is Stage.CLOSED and number < RECENT and number % 2 and today.weekday():
            age = 1 + number % today.weekday()  # some were closed this week
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
    for stage, share in zip(WAY, mix, strict=True):
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


# Writing -------------------------------------------------------------------------------------------


def _insert(model: type, rows: list[dict[str, object]]) -> None:
    if rows:
        db.session.execute(insert(model.__table__), rows)  # type: ignore[attr-defined]  # a mapped class


def _insert_cards(plots: Sequence[Plot], cast: Cast) -> list[int]:
    """The ids the database gave, in the order of the plots."""
    last = db.session.scalar(select(func.max(Card.id))) or 0
    _insert(Card, [card(plot, cast) for plot in plots])
    return list(db.session.scalars(select(Card.id).where(Card.id > last).order_by(Card.id)))
