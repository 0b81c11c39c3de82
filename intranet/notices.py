"""What people are told in the page. Kept as kind and values, said in the reader's language when shown.

Whoever sends it elsewhere as well reads `core_notice`: `tell` writes a row once, and nothing else does.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, bindparam, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from intranet import clock
from intranet.asking import Asked, run_all
from intranet.contracts import Text
from intranet.db import rows_changed
from intranet.extensions import db
from intranet.gate import is_on
from intranet.ids import among, given
from intranet.models import Notice, Unit, User
from intranet.organisation import organisation
from intranet.permissions import may_enter
from intranet.plugins import loaded

KEPT = timedelta(days=90)
PAGE = 30
NOTICES: dict[str, Text] = {
    "due": _l("%(day)s 到期：%(title)s"),
    "overdue": _l("已经逾期（%(day)s 到期）：%(title)s"),
    "urged": _l("%(who)s催办：%(title)s"),
    "escalated": _l("逾期多日没有办结（%(day)s 到期）：%(title)s"),
}
"""What can be said of any plugin's duty; the plugin names what else it says in NOTICES."""
UNREAD = (
    select(Notice.unit_id, Notice.plugin, func.count() - func.count(Notice.read_at))
    .where(Notice.user_id == bindparam("user"))
    .group_by(Notice.unit_id, Notice.plugin)
)
TOLD = [each for each in Notice.__table__.columns if each.key not in {"id", "user_id", "read_at"}]
PEOPLE = select(User.id, *(bindparam(each.key, type_=each.type) for each in TOLD))
HEARD = PEOPLE.where(among(User.id, given("users")))
NEW = insert(Notice).from_select(["user_id", *TOLD], HEARD).on_conflict_do_nothing()
"""In words that both databases know; one statement, however many people hear of it."""


# Telling -----------------------------------------------------------------------------------------


def tell(
    people: Iterable[int | None], kind: str, url: str, unit: Unit, *, once: object, **values: object
) -> int:
    """Tells each of these people; a second time with the same kind, url and `once` nobody hears anything.

    `kind` is `plugin:kind`, its words take the values: never any of a sealed text. Returns how many heard.
    Of a closed unit nobody hears anything.
    """
    return run_all(letter(people, kind, url, unit, once=once, **values))[0]


def letter(
    people: Iterable[int | None], kind: str, url: str, unit: Unit, *, once: object, **values: object
) -> Asked:
    """As `tell`, for who runs it together with other deeds."""
    plugin, _colon, name = kind.partition(":")
    words = {key: str(value) for key, value in values.items()}
    row = {"unit_id": unit.id, "plugin": plugin, "kind": name, "url": url, "key": f"{kind} {url} {once}"}
    users = set() if unit.closed_on else {*people} - {None}
    return NEW, row | {"values": words, "created_at": clock.now(), "users": users}


# Reading -----------------------------------------------------------------------------------------


def unread(user: User) -> dict[tuple[int, str], int]:
    """How many, by unit and plugin: of units the person may enter now, with the plugin on there now."""
    rows = db.session.execute(UNREAD, {"user": user.id})
    return {(key, name): count for key, name, count in rows if _is_shown(user, key, name)}


def new_of(user: User, counted: str) -> int:
    """How many are new, of those the session's own query has counted: unit, plugin and number, `4:mail:2`."""
    found = (part.split(":") for part in counted.split(","))
    return sum(int(number) for key, name, number in found if _is_shown(user, int(key), name))


def _is_shown(user: User, unit_id: int, plugin: str) -> bool:
    unit, known = organisation().by_id.get(unit_id), loaded().working.get(plugin)
    if unit is None or known is None or unit.closed_on or not may_enter(user, unit):
        return False
    return known.for_site or is_on(plugin, unit)


def shown_to(user: User) -> ColumnElement[bool]:
    """The condition for what this person may see: the list, the one notice and the number agree."""
    return and_(Notice.user_id == user.id, tuple_(Notice.unit_id, Notice.plugin).in_(list(unread(user))))


def page_of(user: User, page: int) -> list[Notice]:
    """Unread first, then the newest; one more than a page says there is another."""
    query = select(Notice).where(shown_to(user)).order_by(Notice.read_at.is_not(None), Notice.id.desc())
    return list(db.session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)))


def said(notice: Notice) -> str:
    """In the reader's language; a kind its plugin no longer knows says only whose it is."""
    plugin = loaded().working[notice.plugin]
    kinds: dict[str, Text] = NOTICES | getattr(plugin.module, "NOTICES", {})
    return str(kinds.get(notice.kind, plugin.title)) % defaultdict(str, notice.values)


def mark_read(user: User, *which: ColumnElement[bool]) -> None:
    seen = update(Notice).where(shown_to(user), Notice.read_at.is_(None), *which)
    db.session.execute(seen.values(read_at=clock.now()))


def forget_old() -> dict[str, int]:
    return {"notices": rows_changed(delete(Notice).where(Notice.created_at < clock.now() - KEPT))}
