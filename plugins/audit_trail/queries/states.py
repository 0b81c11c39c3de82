"""How the chains stand: what the last checks found, what is closed, where they end now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from intranet.extensions import db
from intranet.models import AuditCheck, AuditHead, AuditSegment
from intranet.organisation import organisation
from plugins.audit_trail.models import FILE, Outside

SEGMENTS = 120
"""Shown on one page: ten years of one chain."""


@dataclass(frozen=True, slots=True)
class State:
    """What is known of one chain."""

    place: str
    count: int
    checked_at: datetime
    broken_at: int | None
    """The first entry changed or missing, by the chain itself."""
    differs_at: int | None
    """The first entry that is not the one written outside."""

    @property
    def whole(self) -> bool:
        return self.broken_at is None and self.differs_at is None


def states() -> list[State]:
    """Every chain that was ever checked, the site's first."""
    checks = {each.chain: each for each in db.session.scalars(select(AuditCheck))}
    outside = {each.chain: each for each in db.session.scalars(select(Outside).where(Outside.chain != FILE))}
    return [_state(chain, checks.get(chain), outside.get(chain)) for chain in sorted({*checks, *outside})]


def _state(chain: int, checked: AuditCheck | None, outside: Outside | None) -> State:
    moments = [each.checked_at for each in (checked, outside) if each]
    return State(
        place=place_of(chain),
        count=checked.number if checked else 0,
        checked_at=min(moments),
        broken_at=checked.broken_at if checked else None,
        differs_at=outside.broken_at if outside else None,
    )


def place_of(chain: int) -> str:
    """The hospital a chain belongs to."""
    unit = organisation().by_id.get(chain)
    return unit.name if unit else str(_("全站") if chain == 0 else _("第 %(chain)s 链", chain=chain))


def file_state() -> Outside | None:
    """The file of heads, when it was compared at all."""
    return db.session.get(Outside, FILE)


def segments() -> Sequence[AuditSegment]:
    """What was closed and deleted, the newest first."""
    query = select(AuditSegment).order_by(AuditSegment.last_at.desc(), AuditSegment.chain)
    return db.session.scalars(query.limit(SEGMENTS)).all()


def ends() -> list[tuple[str, AuditHead]]:
    """Where the chains end now."""
    found = db.session.scalars(select(AuditHead).where(AuditHead.number > 0).order_by(AuditHead.chain))
    return [(place_of(head.chain), head) for head in found]
