"""People as forms and searches know them: who is meant by a few letters, and who can be named."""

from collections import Counter
from collections.abc import Collection
from unicodedata import normalize

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from intranet import clock
from intranet.contracts import ADMINISTRATORS, Role
from intranet.extensions import db
from intranet.models import Grant, Membership, User

DUTIES = frozenset(Role) - ADMINISTRATORS
"""The roles that have to do with a unit's work; administering the site is none of them."""
LONG_ENOUGH = 4
"""Letters of a given name without its surname; of fewer, half the house would be found."""
Ids = Select[int]


def working_in(units: Collection[int]) -> Ids:
    """Whoever is a member of one of these units today."""
    return select(Membership.user_id).where(Membership.unit_id.in_(units), Membership.in_force(clock.today()))


def serving(units: Collection[int], roles: Collection[Role] = DUTIES) -> Ids:
    """Whoever holds one of these roles today, given at one of these units itself."""
    return select(Grant.user_id).where(
        Grant.unit_id.in_(units), Grant.role.in_(roles), Grant.in_force(clock.today())
    )


def called(text: str) -> ColumnElement[bool]:
    """The name has these words in it; number, pinyin or initials begin so; or the pinyin has them inside."""
    words = normalize("NFKC", text).strip().lower()
    plain = "".join(words.split())
    sound = func.replace(User.pinyin, " ", "")
    within = sound.contains(plain, autoescape=True) if len(plain) >= LONG_ENOUGH else false()
    heads = (func.lower(User.username), sound, User.initials)
    named = (func.lower(User.name).contains(each, autoescape=True) for each in {words, plain})
    return or_(*named, *(head.startswith(plain, autoescape=True) for head in heads), within)


def names_of(*people: Ids, also: Collection[int] = ()) -> dict[int, str]:
    """By id, as they are spelt. Those of `also`, named already, stay though their account is closed."""
    among = or_(*(User.id.in_(ids) for ids in people)) & User.disabled.is_(False)
    query = select(User.id, User.name, User.username).where(or_(among, User.id.in_(also)))
    rows = db.session.execute(query.order_by(User.pinyin, User.name, User.id)).all()
    times = Counter(name for _key, name, _username in rows)
    return {key: name if times[name] == 1 else f"{name}（{username}）" for key, name, username in rows}
