"""Who can be named in a form: of these people the open accounts, told apart where two have one name."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import Select, or_, select

from intranet import clock
from intranet.contracts import ADMINISTRATORS, Role
from intranet.extensions import db
from intranet.models import Grant, Membership, User

DUTIES = frozenset(Role) - ADMINISTRATORS
"""The roles that have to do with a unit's work; administering the site is none of them."""
Ids = Select[int]


def working_in(units: Collection[int]) -> Ids:
    """Whoever is a member of one of these units today."""
    return select(Membership.user_id).where(Membership.unit_id.in_(units), Membership.in_force(clock.today()))


def serving(units: Collection[int], roles: Collection[Role] = DUTIES) -> Ids:
    """Whoever holds one of these roles today, given at one of these units itself."""
    return select(Grant.user_id).where(
        Grant.unit_id.in_(units), Grant.role.in_(roles), Grant.in_force(clock.today())
    )


def names_of(*people: Ids, also: Collection[int] = ()) -> dict[int, str]:
    """By id, as they are spelt. Those of `also`, named already, stay though their account is closed."""
    among = or_(*(User.id.in_(ids) for ids in people)) & User.disabled.is_(False)
    query = select(User.id, User.name, User.username).where(or_(among, User.id.in_(also)))
    rows = db.session.execute(query.order_by(User.pinyin, User.name, User.id)).all()
    times = Counter(name for _key, name, _username in rows)
    return {key: name if times[name] == 1 else f"{name}（{username}）" for key, name, username in rows}
