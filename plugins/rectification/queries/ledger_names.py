"""Which units, people, cards and special campaigns the words of an uploaded ledger mean."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import normalize

from flask_babel import gettext as _
from sqlalchemy import or_, select

from intranet import clock
from intranet.contracts import Role
from intranet.extensions import db
from intranet.models import Grant, Membership, Unit, User
from intranet.wording import listed
from plugins.rectification.ledger_in import LONGEST
from plugins.rectification.models import Card, Cells
from plugins.rectification.queries.drives import names_over
from plugins.rectification.queries.scope import Scope

SEVERAL = re.compile(r"[、,，;；/\n]+")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rows may lead: units a person may open cards in, units that may help, what is seen anyway."""

    to_open: Collection[Unit]
    to_help: Collection[Unit]
    seen: Scope


class Account(NamedTuple):
    """A person a row may mean."""

    id: int
    username: str
    name: str

    @property
    def in_full(self) -> str:
        return f"{self.name}（{self.username}）"


class FoundCard(NamedTuple):
    """A card a row may be about."""

    id: int
    title: str
    unit_id: int


def _named(words: str, units: Iterable[Unit]) -> list[Unit]:
    return [unit for unit in units if words in (unit.code, unit.name)]


def _several(word: str, units: Iterable[Unit]) -> str:
    codes = listed(unit.code for unit in units)
    return str(_("叫“%(word)s”的单位有几个，请写编码：%(codes)s。", word=word, codes=codes))


class Finder:
    """Knows all units, people and cards the rows may mean. What is not found is a reason."""

    def __init__(self, rows: Iterable[tuple[int, Cells]], places: Places, by: User) -> None:
        self.places, self.by = places, by
        self.first_rows: dict[tuple[str, int], int] = {}
        said = [cells for _number, cells in rows]
        self.accounts = _accounts({cells[key] for cells in said for key in ("leader", "person")} - {""})
        self.works, self.serves, self.leads = _posts([account.id for account in self.accounts])
        self.cards = _cards(said, places.seen)

    def unit(self, words: str, reasons: list[str]) -> Unit | None:
        return self._one_unit(words, self.places.to_open, reasons)

    def helpers(self, words: str, reasons: list[str]) -> tuple[int, ...]:
        found: dict[int, None] = {}
        for word in filter(None, map(str.strip, SEVERAL.split(words))):
            units = _named(word, self.places.to_help)
            found |= dict.fromkeys(unit.id for unit in units[:1])
            if len(units) > 1:
                reasons.append(_several(word, units))
            elif not units:
                reasons.append(_("配合部门里的“%(word)s”不是本院的单位。", word=word[:40]))
        return tuple(found)

    def drives(self, words: str, unit: Unit, reasons: list[str]) -> tuple[int, ...]:
        """Open ones the unit's cards may be in, each once; the nearest of the same name."""
        over = names_over(unit, self.places.seen)
        ids = {
            drive.name: drive.id for drive in sorted(over, key=lambda drive: unit.line.index(drive.unit_id))
        }
        names = dict.fromkeys(filter(None, map(str.strip, SEVERAL.split(words))))
        reasons += [
            _("没有正在进行的专项“%(word)s”，请核对名称，或请活动办先设立。", word=name[:40])
            for name in names
            if name not in ids
        ]
        return tuple(ids[name] for name in names if name in ids)

    def _one_unit(self, words: str, units: Collection[Unit], reasons: list[str]) -> Unit | None:
        found = _named(words, units)
        if len(found) == 1:
            return found[0]
        if not words:
            reasons.append(_("“责任部门”没有填。"))
        elif found:
            reasons.append(_several(words, found))
        elif SEVERAL.search(words):
            reasons.append(_("责任部门“%(word)s”只能写一个，其余写到配合部门。", word=words[:40]))
        else:
            reasons.append(_("没有“%(word)s”这个单位，或您不能为它登记问题。", word=words[:40]))
        return None

    def card(self, cells: Cells, unit: Unit, reasons: list[str]) -> FoundCard | None:
        """By its number, else by problem and unit. A number that names something else is a reason."""
        same = [card for card in self.cards if (card.title, card.unit_id) == (cells["title"], unit.id)]
        named = [card for card in self.cards if card.id == _number(cells)]
        if named and not same:
            reasons += _another(cells, unit, named[0])
        return next(iter(same or named), None)

    def before(self, title: str, unit: Unit, number: int, reasons: list[str]) -> bool:
        """Whether this is the first row with this problem of this unit."""
        first = self.first_rows.setdefault((title, unit.id), number)
        if first != number:
            reasons.append(_("与第 %(number)s 行重复。", number=first))
        return first == number

    def person(self, words: str, unit: Unit, reasons: list[str]) -> int | None:
        here = {(user_id, unit.id) for user_id in self._ids} & (self.works | self.serves)
        none = _("%(name)s不在%(unit)s，不能做责任人；请核对姓名，或认领时再定。", name=words, unit=unit.name)
        return self._one_person(words, {user_id for user_id, _unit in here}, none, reasons)

    def leader(self, words: str, unit: Unit, reasons: list[str]) -> int | None:
        over = {user_id for user_id, unit_id in self.leads if unit_id in unit.line}
        none = _("%(name)s不是%(unit)s的分管领导。", name=words, unit=unit.name)
        return self._one_person(words, over, none, reasons)

    @property
    def _ids(self) -> list[int]:
        return [account.id for account in self.accounts]

    def _one_person(self, words: str, fitting: set[int], none: str, reasons: list[str]) -> int | None:
        if not words:
            return None
        meant = [each for each in self.accounts if each.username == words]
        meant = meant or [each for each in self.accounts if each.name == words]
        found = [each for each in meant if each.id in fitting]
        if len(found) == 1:
            return found[0].id
        if found:
            names = listed(each.in_full for each in found)
            reasons.append(_("“%(word)s”有几位：%(names)s，请写工号。", word=words, names=names))
        elif meant:
            reasons.append(none)
        elif SEVERAL.search(words):
            reasons.append(_("“%(word)s”只能写一位，其余写在措施里。", word=words[:40]))
        else:
            reasons.append(_("没有叫“%(word)s”的人，请写姓名或工号。", word=words[:40]))
        return None


def _number(cells: Cells) -> int | None:
    """Of a card, as far as one can have it; what else stands there is no number."""
    return int(cells["number"]) if re.fullmatch(r"[0-9]{1,9}", cells["number"]) else None


def _another(cells: Cells, unit: Unit, card: FoundCard) -> Iterator[str]:
    """Paper ledgers number their rows 1, 2, 3. In the card's own unit spaces and wide signs do not count."""
    here = unit.id == card.unit_id
    first, second = (_squeezed(title) if here else title for title in (cells["title"], card.title))
    if first and first != second:
        words = {"number": cells["number"], "title": card.title, "said": cells["title"][: LONGEST["title"]]}
        yield _(
            "编号 %(number)s 是卡片“%(title)s”，这一行写的是“%(said)s”；新问题请把编号空着，"
            "同一个问题请把“问题”改成与卡片一样。",
            **words,
        )


def _squeezed(title: str) -> str:
    return "".join(normalize("NFKC", title).split())


def _accounts(words: set[str]) -> list[Account]:
    named = or_(User.name.in_(words), User.username.in_(words))
    query = select(User.id, User.username, User.name).where(named, User.disabled.is_(False))
    return [Account(*row) for row in db.session.execute(query.order_by(User.username))] if words else []


Posts = set[tuple[int, int]]


def _posts(ids: Collection[int]) -> tuple[Posts, Posts, Posts]:
    """Who works where, who heads or records there, who leads there: pairs of person and unit."""
    today = clock.today()
    if not ids:
        return set(), set(), set()
    works = select(Membership.user_id, Membership.unit_id).where(
        Membership.user_id.in_(ids), Membership.in_force(today)
    )
    grants = db.session.execute(
        select(Grant.user_id, Grant.unit_id, Grant.role).where(Grant.user_id.in_(ids), Grant.in_force(today))
    ).all()
    serves = {(user, unit) for user, unit, role in grants if role in {Role.HEAD, Role.RECORDER}}
    leads = {(user, unit) for user, unit, role in grants if role == Role.LEADER}
    return {(user, unit) for user, unit in db.session.execute(works)}, serves, leads


def _cards(said: Iterable[Cells], seen: Scope) -> list[FoundCard]:
    """Those with one of these problems or numbers, among what this person sees."""
    rows = list(said)
    numbers = {_number(cells) for cells in rows} - {None}
    named = or_(Card.title.in_({cells["title"] for cells in rows}), Card.id.in_(numbers))
    query = select(Card.id, Card.title, Card.unit_id).where(Card.unit_id.in_(list(seen.units)), named)
    return [FoundCard(*row) for row in db.session.execute(query.order_by(Card.id))] if rows else []
