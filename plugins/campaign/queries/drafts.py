"""Drafts of a unit, and what names in plans stand for."""

from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from intranet.errors import NotFound
from intranet.extensions import db
from intranet.models import Unit
from plugins.campaign.models import Alias, Draft

OPEN = (
    select(Draft)
    .where(Draft.unit_id == bindparam("unit"), Draft.confirmed_at.is_(None))
    .options(joinedload(Draft.created_by))
    .order_by(Draft.created_at.desc())
)
"""The page of the plan asks it, so it is built once."""


def open_drafts(unit: Unit) -> list[Draft]:
    """Uploaded and neither confirmed nor discarded, the newest first."""
    return list(db.session.scalars(OPEN, {"unit": unit.id}))


def draft_or_404(unit: Unit, draft_id: int) -> Draft:
    """A draft of this very unit, confirmed or not."""
    query = select(Draft).where(Draft.unit_id == unit.id, Draft.id == draft_id)
    draft = db.session.scalar(
        query.options(
            joinedload(Draft.created_by),
            joinedload(Draft.changed_by),
            joinedload(Draft.confirmed_by),
        )
    )
    if draft is None:
        raise NotFound(_("没有这份待核对的方案，它可能已经被放弃。"))
    return draft


def remembered_names(unit: Unit) -> dict[str, tuple[int, ...]]:
    """What people of this hospital said a name stands for; empty: people, no unit."""
    found: dict[str, list[int]] = {}
    query = select(Alias.name, Alias.target_id).where(Alias.unit_id == unit.id)
    for name, target in db.session.execute(query.order_by(Alias.id)):
        found.setdefault(name, []).extend([] if target is None else [target])
    return {name: tuple(targets) for name, targets in found.items()}
