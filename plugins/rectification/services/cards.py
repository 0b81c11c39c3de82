"""Opening a card, changing its fields, and taking a problem in from elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from intranet import clock
from intranet.contracts import Problem
from intranet.db import change
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.rectification.models import Card, Category, EventKind, SourceKind
from plugins.rectification.queries.details import cards_made_from
from plugins.rectification.services.finding import let_find
from plugins.rectification.services.history import count, record, remember, what_happened
from plugins.rectification.services.measures import add_measures
from plugins.rectification.services.telling import tell_assigned
from plugins.rectification.stages import JUDGED, Stage

IN_FULL = {"title", "goal", "due_on"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is written on a card when it is opened."""

    title: str
    category: Category
    source_kind: SourceKind
    goal: str = ""
    due_on: date | None = None
    leader_id: int | None = None


def open_card(unit: Unit, facts: Facts, *, by: User, measures: Sequence[str] = ()) -> Card:
    """A new card, unclaimed, for the unit to claim."""
    return _open(Card(unit_id=unit.id, **asdict(facts)), by, measures)


def open_from(problem: Problem, unit: Unit, facts: Facts, *, by: User, measures: Sequence[str] = ()) -> Card:
    """A card for a problem found elsewhere. A second one for the same problem is refused."""
    card = Card(unit_id=unit.id, **asdict(facts))
    card.source, card.source_key, card.source_url = problem.source, problem.key, problem.url
    refuse_second(problem.source, problem.key)
    try:
        with db.session.begin_nested():
            return _open(card, by, measures)
    except IntegrityError:
        refuse_second(problem.source, problem.key)
        raise


def refuse_second(source: str, key: str) -> None:
    """Raises Conflict, with the card's number, when this problem has a card."""
    known = cards_made_from([(source, key)])
    if known:
        number = f"{next(iter(known.values())):03d}"
        raise Conflict(_("这个问题已经登记为卡片 %(number)s，不必再登记。", number=number))


def _open(card: Card, by: User, measures: Sequence[str]) -> Card:
    card.stage, card.version = Stage.UNCLAIMED, 1
    card.opened_by = by.id
    card.opened_at = card.stage_since = clock.now()
    db.session.add(card)
    db.session.flush()
    add_measures(card, measures)
    remember(card, EventKind.OPENED, by=by, way=(None, Stage.UNCLAIMED))
    record(card, "rectification:open", by=by)
    count(card.unit_id, Stage.UNCLAIMED, 1)
    let_find(card)
    return card


# Editing -------------------------------------------------------------------------------------------


def edit_card(card: Card, changes: Mapping[str, object], *, version: int, by: User) -> None:
    """Changes fields. Raises Conflict when the card has changed since it was shown."""
    if card.stage is Stage.CLOSED:
        raise Invalid(_("此卡已销号，不能再修改。"))
    if card.stage in JUDGED:
        raise Invalid(_("此卡正在验收或销号，内容不能再改；确需修改，请先退回整改。"))
    if card.stage is not Stage.UNCLAIMED and _takes_away(changes, "user_id", "due_on"):
        raise Invalid(_("已认领的卡片必须有责任人和完成期限。"))
    different = {name: value for name, value in changes.items() if getattr(card, name) != value}
    if not different and card.version == version:
        return
    before = {name: getattr(card, name) for name in different}
    change(card, version, Card.stage == card.stage, too_late=partial(what_happened, card), **different)
    remember(card, EventKind.EDITED, by=by).changes = _changes(before, different)
    record(card, "rectification:edit", by=by, fields=",".join(sorted(different)))
    count(card.unit_id, card.stage, 0)
    let_find(card)
    if "user_id" in different:
        tell_assigned(card, by=by)


def _takes_away(changes: Mapping[str, object], *names: str) -> bool:
    return any(name in changes and changes[name] is None for name in names)


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> list[list[str]]:
    """What the history keeps: texts in full, of references only that they changed."""
    return [
        [name, str(before[name] or ""), str(after[name] or "")] if name in IN_FULL else [name, "", ""]
        for name in after
    ]
