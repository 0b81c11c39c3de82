"""What hangs on a card's page, in one question: history, comments, links, watchers, own fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    Date,
    Float,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.types import TypeEngine

from intranet.asking import ask
from intranet.contracts import Text
from intranet.extensions import UtcDateTime
from intranet.ids import among, given
from intranet.models import Unit, User
from intranet.organisation import organisation
from plugins.rectification.models import Card, Comment, Event, Field, Helper, Link, Value, Watch
from plugins.rectification.queries.fields import said
from plugins.rectification.queries.scope import READABLE, UNITS, scope_anywhere
from plugins.rectification.stages import TITLES, Stage
from plugins.rectification.wording import TIE_TITLES, EventKind, FieldKind, Tie, number_of

COLUMNS: Mapping[str, TypeEngine[Any]] = {
    "what": String(),
    "id": Integer(),
    "user_id": Integer(),
    "name": String(),
    "at": UtcDateTime(),
    "text": String(),
    "word": String(),
    "deed": String(),
    "start": String(),
    "end": String(),
    "changes": JSON(),
    "edited_at": UtcDateTime(),
    "removed_at": UtcDateTime(),
    "version": Integer(),
    "other_id": Integer(),
    "unit_id": Integer(),
    "number": Float(),
    "day": Date(),
}
"""The parts have these in common: a page asks few questions, and each of these alone would be one."""


class Linked(NamedTuple):
    """One link, seen from a card. `page`: number, words, stage and unit of a card the reader may open."""

    id: int
    word: Text
    title: str
    url: str | None
    page: tuple[str, str, Text, Unit] | None


@dataclass(frozen=True, slots=True)
class Around:
    """Each part in its order: the history newest first, comments oldest first."""

    history: list[tuple[Event, str]]
    comments: list[tuple[Comment, str]]
    links: list[Linked]
    watchers: dict[int, str]
    fields: list[tuple[str, str]]
    """What the units' own fields say: the empty ones left out, the retired ones not."""


# What is asked -------------------------------------------------------------------------------------

CARD = bindparam("card", type_=Integer)


def _part(what: str, **columns: Any) -> Select[Any]:  # noqa: ANN401 - columns of any table
    values: dict[str, Any] = {name: cast(null(), kind) for name, kind in COLUMNS.items()}
    values["what"] = literal(what)
    values |= {name: type_coerce(column, COLUMNS[name]) for name, column in columns.items()}
    return select(*(value.label(name) for name, value in values.items()))


def _events() -> Select[Any]:
    part = _part(
        "event",
        id=Event.id,
        user_id=Event.user_id,
        name=User.name,
        at=Event.at,
        text=Event.note,
        word=Event.kind,
        deed=Event.deed,
        start=Event.from_stage,
        end=Event.to_stage,
        changes=Event.changes,
    )
    return part.join_from(Event, User, User.id == Event.user_id).where(Event.card_id == CARD)


def _comments() -> Select[Any]:
    part = _part(
        "comment",
        id=Comment.id,
        user_id=Comment.user_id,
        name=User.name,
        at=Comment.at,
        text=Comment.text,
        edited_at=Comment.edited_at,
        removed_at=Comment.removed_at,
        version=Comment.version,
    )
    return part.join_from(Comment, User, User.id == Comment.user_id).where(Comment.card_id == CARD)


def _links() -> Select[Any]:
    other = func.coalesce(func.nullif(Link.other_id, CARD), Link.card_id)
    helps = select(func.min(Helper.unit_id)).where(Helper.card_id == Card.id, among(Helper.unit_id, UNITS))
    part = _part(
        "link",
        id=Link.id,
        name=Link.title,
        text=Link.url,
        word=Link.tie,
        version=Link.card_id,
        other_id=Card.id,
        deed=Card.title,
        end=Card.stage,
        unit_id=Card.unit_id,
        user_id=helps.correlate(Card).scalar_subquery(),
    )
    to_card = and_(Card.id == other, Link.tie != Tie.OUTSIDE, READABLE)
    return part.join_from(Link, Card, to_card, isouter=True).where(
        or_(Link.card_id == CARD, Link.other_id == CARD)
    )


def _watchers() -> Select[Any]:
    part = _part("watch", id=User.id, name=User.name)
    return part.join_from(Watch, User, User.id == Watch.user_id).where(Watch.card_id == CARD)


def _fields() -> Select[Any]:
    part = _part(
        "field",
        id=Field.id,
        unit_id=Field.unit_id,
        version=Field.position,
        name=Field.name,
        word=Field.kind,
        text=Value.text,
        number=Value.number,
        day=Value.day,
    )
    joined = part.join_from(Value, Field, Field.id == Value.field_id)
    return joined.where(Value.card_id == CARD, among(Field.unit_id, given("line")))


AROUND = union_all(_events(), _comments(), _links(), _watchers(), _fields())
"""Every card's page asks it, and building it takes longer than asking: so it is built once."""


def around(card: Card, unit: Unit, user: User) -> Around:
    """As this reader may know it. Of a linked card they may not open nothing is read but that it is there."""
    values = {"card": card.id, "line": unit.line, **scope_anywhere(user).values}
    found: dict[str, list[Any]] = {name: [] for name in ("event", "comment", "link", "watch", "field")}
    for each in ask(AROUND, values):
        row = SimpleNamespace(**dict(zip(COLUMNS, each, strict=True)))
        found[row.what].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row.id)
    return Around(
        [(_event(row), row.name) for row in reversed(found["event"])],
        [(_comment(row), row.name) for row in found["comment"]],
        [_linked(card, row, user) for row in found["link"]],
        {row.id: row.name for row in sorted(found["watch"], key=lambda row: row.name)},
        list(_said(unit, found["field"])),
    )


# What it says --------------------------------------------------------------------------------------


def _event(row: Any) -> Event:  # noqa: ANN401 - a row of the columns above
    start, end = (Stage(word) if word else None for word in (row.start, row.end))
    return Event(
        id=row.id,
        user_id=row.user_id,
        at=row.at,
        kind=EventKind(row.word),
        deed=row.deed,
        from_stage=start,
        to_stage=end,
        note=row.text,
        changes=row.changes,
    )


def _comment(row: Any) -> Comment:  # noqa: ANN401
    names = ("id", "user_id", "at", "text", "edited_at", "removed_at", "version")
    return Comment(**{name: getattr(row, name) for name in names})


def _linked(card: Card, row: Any, user: User) -> Linked:  # noqa: ANN401
    word = TIE_TITLES[Tie(row.word), row.version == card.id]
    unit = scope_anywhere(user).units.get(row.unit_id) or organisation().by_id.get(row.user_id)
    page = None
    if row.other_id is not None and unit is not None:
        page = number_of(row.other_id), str(row.deed), TITLES[Stage(row.end)], unit
    return Linked(row.id, word, row.name, row.text, page)


def _said(unit: Unit, rows: list[Any]) -> Iterator[tuple[str, str]]:
    """In the order from the topmost unit down, each unit's in its own."""
    for row in sorted(rows, key=lambda row: (unit.line.index(row.unit_id), row.version, row.id)):
        content: str | float | date | datetime | None = row.text
        if content is None:
            content = row.day or row.number
        yield row.name, said(FieldKind(row.word), content)
