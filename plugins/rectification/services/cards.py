"""Opening a card, changing its fields, and taking a problem in from elsewhere."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from intranet import clock
from intranet.contracts import Problem
from intranet.db import change
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from plugins.rectification.models import Card, Event, Helper
from plugins.rectification.queries.details import cards_made_from, helpers_of
from plugins.rectification.services.effects import DECIDED
from plugins.rectification.services.fields import Contents, keep_values, told_of
from plugins.rectification.services.finding import let_find
from plugins.rectification.services.history import count, record, remember, what_happened
from plugins.rectification.services.measures import add_measures
from plugins.rectification.services.telling import tell_assigned, tell_redated
from plugins.rectification.stages import JUDGED, Stage
from plugins.rectification.wording import EventKind, SourceKind, Term, number_of

IN_FULL = {"title", "goal", "standard", "due_on"}
AS_FIELD = {"field": "own"}
"""How the audit entry calls what the history tells in full."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is written on a card when it is opened."""

    title: str
    category: str
    source_kind: SourceKind
    term: Term = Term.NEAR
    check_months: int | None = None
    goal: str = ""
    standard: str = ""
    source_note: str = ""
    due_on: date | None = None
    leader_id: int | None = None
    helpers: tuple[int, ...] = ()


def open_card(
    unit: Unit, facts: Facts, *, by: User, measures: Sequence[str] = (), own: Contents | None = None
) -> Card:
    """A new card, unclaimed, for the unit to claim. `own`: what stands in the units' own fields."""
    made = _open(_card(unit, facts), facts, by, measures)
    keep_values(made, own or {})
    return made


def open_from(problem: Problem, unit: Unit, facts: Facts, *, by: User, measures: Sequence[str] = ()) -> Card:
    """A card for a problem found elsewhere. A second one for the same problem is refused."""
    card = _card(unit, facts)
    card.source, card.source_key, card.source_url = problem.source, problem.key, problem.url
    refuse_second(problem.source, problem.key)
    try:
        with db.session.begin_nested():
            return _open(card, facts, by, measures)
    except IntegrityError:
        refuse_second(problem.source, problem.key)
        raise


def refuse_second(source: str, key: str) -> None:
    """Raises Conflict, with the card's number, when this problem has a card."""
    known = cards_made_from([(source, key)])
    if known:
        number = number_of(next(iter(known.values())))
        raise Conflict(_("这个问题已经登记为卡片 %(number)s，不必再登记。", number=number))


def _card(unit: Unit, facts: Facts) -> Card:
    columns = asdict(facts)
    columns.pop("helpers")
    return Card(unit_id=unit.id, **columns)


def _open(card: Card, facts: Facts, by: User, measures: Sequence[str]) -> Card:
    card.stage, card.version, card.round = Stage.UNCLAIMED, 1, 1
    card.opened_by = by.id
    card.opened_at = card.stage_since = clock.now()
    db.session.add(card)
    db.session.flush()
    add_measures(card, measures)
    db.session.add_all(Helper(card_id=card.id, unit_id=unit_id) for unit_id in facts.helpers)
    remember(card, EventKind.OPENED, by=by, way=(None, Stage.UNCLAIMED))
    record(card, "rectification:open", by=by)
    count(card.unit_id, Stage.UNCLAIMED, 1)
    let_find(card)
    return card


# Editing -------------------------------------------------------------------------------------------


def edit_card(  # noqa: PLR0913 - what of the card is changed
    card: Card,
    changes: Mapping[str, object],
    *,
    version: int,
    by: User,
    helpers: Collection[Unit] | None = None,
    own: Contents | None = None,
) -> Event | None:
    """Changes fields, and who helps unless None. Raises Conflict when the card was changed meanwhile.

    Returns the line of the history; None when nothing changes.
    """
    _refuse_edit(card, changes)
    different = {name: value for name, value in changes.items() if getattr(card, name) != value}
    helping = _helpers_told(card, helpers)
    told = [*helping, *told_of(card, own or {})]
    if not different and not told and card.version == version:
        return None
    before = {name: getattr(card, name) for name in different}
    values = {**different, **_wish_met(card, different)}
    change(card, version, Card.stage == card.stage, too_late=partial(what_happened, card), **values)
    if helping:
        _set_helpers(card, helpers or ())
    keep_values(card, own or {})
    event = remember(card, EventKind.EDITED, by=by)
    event.changes = [*_changes(before, different), *told]
    _edited(card, sorted({*different, *(AS_FIELD.get(name, name) for name, _old, _new in told)}), by)
    return event


def _wish_met(card: Card, different: Mapping[str, object]) -> dict[str, object]:
    """Who gives at least the time that was asked for has decided: nobody grants the shorter time later."""
    due, wish = different.get("due_on"), card.extension_on
    return DECIDED if isinstance(due, date) and wish and due >= wish else {}


def _edited(card: Card, names: Collection[str], by: User) -> None:
    """What follows from a change of these fields."""
    record(card, "rectification:edit", by=by, fields=",".join(names))
    count(card.unit_id, card.stage, 0)
    let_find(card)
    if "user_id" in names:
        tell_assigned(card, by=by)
    if "due_on" in names:
        tell_redated(card, by=by)


def _refuse_edit(card: Card, changes: Mapping[str, object]) -> None:
    if card.stage is Stage.CLOSED:
        raise Invalid(_("此卡已销号，不能再修改。"))
    if card.stage in JUDGED:
        raise Invalid(_("此卡正在验收或销号，内容不能再改；确需修改，请先退回整改。"))
    if card.stage is not Stage.UNCLAIMED and _takes_away(changes, "user_id", "due_on"):
        raise Invalid(_("已认领的卡片必须有责任人和完成期限。"))


def _helpers_told(card: Card, helpers: Collection[Unit] | None) -> list[list[str]]:
    """The change as the history tells it; nothing when nothing changes."""
    before = helpers_of(card) if helpers is not None else []
    old, new = (["、".join(unit.name for unit in units)] for units in (before, helpers or ()))
    return [["helpers", *old, *new]] if helpers is not None and old != new else []


def _set_helpers(card: Card, helpers: Collection[Unit]) -> None:
    """Closed units stay: nobody could choose them, and they may be opened again."""
    offered = [unit.id for unit in organisation().units]
    db.session.execute(delete(Helper).where(Helper.card_id == card.id, Helper.unit_id.in_(offered)))
    db.session.add_all(Helper(card_id=card.id, unit_id=unit.id) for unit in helpers)


def _takes_away(changes: Mapping[str, object], *names: str) -> bool:
    return any(name in changes and changes[name] is None for name in names)


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> list[list[str]]:
    """What the history keeps: texts in full, of references only that they changed."""
    return [
        [name, str(before[name] or ""), str(after[name] or "")] if name in IN_FULL else [name, "", ""]
        for name in after
    ]
