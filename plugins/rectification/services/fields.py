"""A unit's own fields: added, renamed, reordered, retired; and what is written in them on a card."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.rectification.ledger import is_of_ledger
from plugins.rectification.models import Card, Field, Value
from plugins.rectification.queries.counting import forget
from plugins.rectification.queries.fields import Content, own_of, said
from plugins.rectification.services.naming import Naming
from plugins.rectification.wording import FieldKind

MOST_FIELDS = 20
NAMING = Naming(
    Field,
    deed="rectification:field",
    taken=_l("已经有叫“%(name)s”的栏目。"),
    overtaken=_l("这个栏目刚被他人改过，现在叫“%(name)s”，请看过再改。"),
)
Contents = Mapping[int, tuple[Field, Content]]
"""By the id of the field what is to stand in it; None empties it."""


def find_field(unit: Unit, field_id: int) -> Field | None:
    return db.session.scalar(select(Field).where(Field.unit_id == unit.id, Field.id == field_id))


def add_field(unit: Unit, name: str, kind: FieldKind, choices: list[str], *, by: User) -> Field:
    """The last of the unit."""
    NAMING.record(f"field {unit.code}", unit, by)
    number = db.session.scalar(select(func.count()).select_from(Field).where(Field.unit_id == unit.id)) or 0
    if number >= MOST_FIELDS:
        raise Invalid(_("一个单位最多 20 个自设栏目，请先改用已有的栏目。"))
    NAMING.refuse_second(name, Field.unit_id == unit.id)
    _refuse_column(name)
    field = Field(unit_id=unit.id, name=name, kind=kind, choices=choices, position=number + 1)
    field.retired, field.version = False, 1
    db.session.add(field)
    db.session.flush()
    forget()
    return field


def edit_field(field: Field, values: Mapping[str, object], *, version: int, by: User, unit: Unit) -> None:
    """Its kind stays: what is written in it is of that kind. Raises Conflict when somebody was quicker."""
    NAMING.record(f"field {unit.code}", unit, by)
    NAMING.refuse_second(values["name"], Field.unit_id == unit.id, but=field.id)
    if values["name"] != field.name:
        _refuse_column(str(values["name"]))
    NAMING.alter(field, version, **values)


def _refuse_column(name: str) -> None:
    """An export would have it twice, and could not be read again."""
    if is_of_ledger(name):
        raise Invalid(_("“%(name)s”是台账自己的栏目，导出以后分不清，请换个名称。", name=name))


# On a card -----------------------------------------------------------------------------------------


def told_of(card: Card, own: Contents) -> list[list[str]]:
    """What would change, as the history tells it."""
    before = own_of(card, [field for field, _new in own.values()])
    return [
        ["field", *(f"{field.name}：{said(field.kind, content)}" for content in (before.get(key), new))]
        for key, (field, new) in own.items()
        if before.get(key) != new
    ]


def keep_values(card: Card, own: Contents) -> None:
    """Inside the transaction that changes the card."""
    for key, (_field, content) in own.items():
        row = db.session.get(Value, (card.id, key))
        if content is None:
            if row is not None:
                db.session.delete(row)
            continue
        if row is None:
            row = Value(card_id=card.id, field_id=key)
            db.session.add(row)
        row.text = content if isinstance(content, str) else None
        row.day = content if isinstance(content, date) else None
        row.number = content if isinstance(content, float) else None
