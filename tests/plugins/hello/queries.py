"""What is on the board."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.models import Unit
from plugins.hello.models import Notice

PAGE = 50


def newest_notices(unit: Unit) -> Sequence[Notice]:
    """The unit's own notices with their authors, newest first."""
    query = select(Notice).where(Notice.unit_id == unit.id).options(joinedload(Notice.author))
    return db.session.scalars(query.order_by(Notice.id.desc()).limit(PAGE)).all()
