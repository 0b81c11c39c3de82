"""The roster of a session: who is on it, as far as somebody may see, and who should be."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, bindparam, func, or_, select

from intranet import clock
from intranet.asking import ask
from intranet.contracts import Role
from intranet.extensions import db
from intranet.gate import units_with
from intranet.models import Grant, Membership, Unit, User
from intranet.organisation import organisation
from plugins.study_logs.models import Attendance, Makeup, Session
from plugins.study_logs.queries.scope import invited_to
from plugins.study_logs.rights import PLUGIN, Rights
from plugins.study_logs.steps import SEE
from plugins.study_logs.wording import ATTENDED, OWING, Mark

PAGE = 50
CAME, UNMARKED = "came", "unmarked"
"""Lists of the roster besides those of one mark."""
Marks = Counter[Mark | None]
"""How many rows have which mark, or none yet."""


@dataclass(frozen=True, slots=True)
class Counts:
    """应到, 实到 and what became of the others."""

    expected: int
    came: int
    marks: dict[Mark, int]
    unmarked: int

    def of(self, group: str) -> int:
        """How many rows this list has; of an unknown one, all."""
        if group in set(Mark):
            return self.marks.get(Mark(group), 0)
        return {CAME: self.came, UNMARKED: self.unmarked}.get(group, self.expected)


def in_group(group: str) -> list[ColumnElement[bool]]:
    """The condition behind one number of `Counts`."""
    if group in set(Mark):
        return [Attendance.mark == Mark(group)]
    known = {CAME: Attendance.mark.in_(ATTENDED), UNMARKED: Attendance.mark.is_(None)}
    return [known[group]] if group in known else []


def seen(session: Session, rights: Rights) -> ColumnElement[bool]:
    """The condition on rows: one's own, and those of units where the person may see them."""
    tree = organisation().by_id.get(session.unit_id)
    below = organisation().under(tree.path) if tree else []
    ids = rights.units(SEE, below)
    here = Attendance.session_id == session.id
    return here & or_(Attendance.user_id == rights.user.id, Attendance.unit_id.in_(ids))


def rows_of(
    where: Sequence[ColumnElement[bool]], page: int, size: int = PAGE
) -> Sequence[Row[Attendance, str, Makeup | None]]:
    """With the name and what is owed; by unit, then as they came onto the roster."""
    query = select(Attendance, User.name, Makeup).join(User, User.id == Attendance.user_id)
    query = query.outerjoin(Makeup, Makeup.attendance_id == Attendance.id).where(*where)
    ordered = query.order_by(Attendance.unit_id, Attendance.id)
    return db.session.execute(ordered.limit(size).offset(page * size)).all()


OF_SESSION = (
    select(Attendance.mark, func.count())
    .where(Attendance.session_id == bindparam("session"))
    .group_by(Attendance.mark)
)
"""Every page of a session asks it, so it is built once."""


def counts_of(session: Session) -> Counts:
    """Of the whole roster: numbers are no secret, and a report needs them."""
    return counted([Counter(dict(ask(OF_SESSION, {"session": session.id})))])


def marks_by_unit(session: Session, rights: Rights) -> dict[int, Marks]:
    """Of the rows this person may see: one query for all numbers of the page."""
    query = select(Attendance.unit_id, Attendance.mark, func.count()).where(seen(session, rights))
    rows = db.session.execute(query.group_by(Attendance.unit_id, Attendance.mark))
    found: defaultdict[int, Marks] = defaultdict(Counter)
    for unit_id, mark, number in rows:
        found[unit_id][mark] = number
    return dict(sorted(found.items()))


def counted(parts: Iterable[Marks]) -> Counts:
    """Of these parts of a roster together."""
    found = sum(parts, Counter[Mark | None]())
    marks = {mark: found[mark] for mark in Mark if mark in found}
    came = sum(number for mark, number in marks.items() if mark in ATTENDED)
    return Counts(found.total(), came, marks, found[None])


def last_batch(session: Session, user: User) -> tuple[datetime, int] | None:
    """What this person marked in one go last: the moment, and how many rows are still as it left them."""
    mine = (Attendance.session_id == session.id, Attendance.marked_by == user.id)
    query = select(Attendance.marked_at, func.count()).where(*mine, Attendance.signed_at.is_(None))
    query = query.group_by(Attendance.marked_at).having(func.count() > 1)
    row = db.session.execute(query.order_by(Attendance.marked_at.desc()).limit(1)).first()
    return (row[0], row[1]) if row and row[0] else None


def find_row(session: Session, row_id: int) -> Attendance | None:
    query = select(Attendance).where(Attendance.session_id == session.id, Attendance.id == row_id)
    return db.session.scalar(query)


def own_row(session: Session, user: User) -> Row[Attendance, Makeup | None] | None:
    query = select(Attendance, Makeup).outerjoin(Makeup, Makeup.attendance_id == Attendance.id)
    here = (Attendance.session_id == session.id, Attendance.user_id == user.id)
    return db.session.execute(query.where(*here)).first()


def own_signed(session_id: int, user: User) -> Row[Attendance, Session] | None:
    """Where this person has signed in, whatever became of the session since."""
    query = select(Attendance, Session).join(Session, Session.id == Attendance.session_id)
    mine = (Attendance.session_id == session_id, Attendance.user_id == user.id)
    return db.session.execute(query.where(*mine, Attendance.signed_at.is_not(None))).first()


def name_of(user_id: int | None) -> str:
    return db.session.scalar(select(User.name).where(User.id == user_id)) or ""


def without_reason(session: Session) -> Sequence[str]:
    """Whose leave says no reason or names nobody who granted it."""
    query = select(User.name).join(Attendance, Attendance.user_id == User.id)
    lacks = or_(Attendance.reason == "", Attendance.approver == "")
    here = (Attendance.session_id == session.id, Attendance.mark == Mark.LEAVE)
    return db.session.scalars(query.where(*here, lacks).order_by(Attendance.id)).all()


def absentees(session: Session) -> Sequence[Row[Attendance, Makeup | None]]:
    query = select(Attendance, Makeup).outerjoin(Makeup, Makeup.attendance_id == Attendance.id)
    here = (Attendance.session_id == session.id, Attendance.mark.in_(OWING))
    return db.session.execute(query.where(*here)).all()


# Who should be there -------------------------------------------------------------------------------


def expected(session: Session) -> dict[int, int]:
    """By person, the unit through which they are invited: the first where studying is on."""
    invited = invited_to(session)
    paths = [unit.path for unit in invited]
    open_ = units_with(PLUGIN, organisation().units)
    places = [unit.id for unit in open_ if any(unit.is_under(path) for path in paths)]
    found = members_of(places)
    if session.with_leaders:
        found |= {key: session.unit_id for key in leaders_of(session.unit_id) if key not in found}
    return found


def members_of(unit_ids: Sequence[int]) -> dict[int, int]:
    """People who work in these units today, each with the first of them."""
    order = {unit_id: place for place, unit_id in enumerate(unit_ids)}
    query = select(Membership.user_id, Membership.unit_id)
    query = query.where(Membership.unit_id.in_(unit_ids), Membership.in_force(clock.today()))
    rows = sorted(db.session.execute(query), key=lambda row: (order[row.unit_id], row.user_id))
    found: dict[int, int] = {}
    for user_id, unit_id in rows:
        found.setdefault(user_id, unit_id)
    return found


def leaders_of(unit_id: int) -> Sequence[int]:
    held = (Grant.unit_id == unit_id, Grant.role == Role.LEADER, Grant.in_force(clock.today()))
    return db.session.scalars(select(Grant.user_id).where(*held)).all()


def person_to_add(session: Session, username: str) -> tuple[User, int] | None:
    """Somebody who works in the unit of the session or under it, by 工号 or by a name only one there has."""
    unit = organisation().by_id[session.unit_id]
    places = [each.id for each in organisation().under(unit.path)]
    named = or_(User.username == username, User.name == username)
    people = db.session.scalars(select(User).where(named).limit(PAGE)).all()
    homes = members_of(places)
    homes |= {key: unit.id for key in leaders_of(unit.id) if key not in homes}
    found = [(user, homes[user.id]) for user in people if user.id in homes]
    return found[0] if len(found) == 1 else None


def units_named(ids: Collection[int]) -> list[Unit]:
    return [unit for unit in organisation().units if unit.id in ids]
