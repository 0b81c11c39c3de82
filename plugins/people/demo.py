"""The demo's people are found by pinyin, and last month somebody stood in for the head of a ward."""

from datetime import timedelta

from sqlalchemy import select, update

from intranet import clock
from intranet.contracts import Role
from intranet.extensions import db
from intranet.models import Grant, Unit, User
from plugins.people.pinyin import keys_of


def make(hospital: Unit, people: dict[str, User]) -> None:
    rows = db.session.execute(select(User.id, User.name).order_by(User.id)).all()
    db.session.execute(update(User), [{"id": user_id, **keys_of(name)} for user_id, name in rows])
    ward = db.session.scalars(select(Unit).where(hospital.subtree(), Unit.code == "nk1")).one()
    away = {"for_user_id": people["head"].id, "unit_id": ward.id, "role": Role.HEAD}
    today = clock.today()
    days = {"starts_on": today - timedelta(days=40), "ends_on": today - timedelta(days=30)}
    db.session.add(Grant(user_id=people["recorder"].id, **away, **days))
    db.session.flush()
