"""Templates of boards: which a unit may use, what one would keep, what a new round would bring."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select

from intranet import clock
from intranet.extensions import db
from intranet.gate import open_units
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.pages import moment
from intranet.wording import listed
from plugins.rectification import stages
from plugins.rectification.filters import Filters
from plugins.rectification.ledger import is_of_ledger
from plugins.rectification.models import Beginning, Board, Card, Measure, SavedFilter, Template
from plugins.rectification.queries.categories import categories_to_choose, category_titles
from plugins.rectification.queries.details import TREE
from plugins.rectification.queries.drives import drive_seen
from plugins.rectification.queries.fields import fields_for, fields_in_use
from plugins.rectification.queries.listing import chosen
from plugins.rectification.queries.rules import rule_of
from plugins.rectification.queries.scope import PLUGIN, Scope
from plugins.rectification.rights import Rights
from plugins.rectification.templating import Bone, Kit, Part, days_after, on_day
from plugins.rectification.wording import Category

MOST_CARDS = 200
MOST_FIELDS = 20
YEAR = 366


# Which ---------------------------------------------------------------------------------------------


def templates_for(unit: Unit) -> list[tuple[Template, str]]:
    """Its own, those of the units above it, and what those beside it share; each with who made it."""
    query = select(Template, User.name).join(User, User.id == Template.made_by)
    rows = db.session.execute(query.where(_usable(unit)).order_by(Template.name, Template.id))
    return [(template, name) for template, name in rows]


def template_for(unit: Unit, template_id: int) -> Template | None:
    return db.session.scalar(select(Template).where(Template.id == template_id, _usable(unit)))


def _usable(unit: Unit) -> ColumnElement[bool]:
    beside = [each.id for each in organisation().units if unit.parent_id and each.parent_id == unit.parent_id]
    return or_(Template.unit_id.in_(unit.line), and_(Template.shared.is_(True), Template.unit_id.in_(beside)))


def rounds_of(template: Template, unit: Unit, scope: Scope) -> list[tuple[Beginning, str]]:
    """Begun from it in this unit and under it, the latest first, each with by whom."""
    query = select(Beginning, User.name).join(User, User.id == Beginning.begun_by)
    here = (Beginning.template_id == template.id, Beginning.unit_id.in_({unit.id, *scope.units}))
    rows = db.session.execute(query.where(*here).order_by(Beginning.starts_on.desc(), Beginning.id.desc()))
    return [(begun, name) for begun, name in rows]


# What would be kept --------------------------------------------------------------------------------


def kit_of(unit: Unit, scope: Scope, view: tuple[str, Filters]) -> Kit:
    """What holds on the board now. `view`: what is looked at, under the name it is to have."""
    rule, board = rule_of(unit.id), db.session.scalar(select(Board).where(Board.unit_id == unit.id))
    fields = fields_in_use(unit, scope)
    views = {each.name: _anywhere(Filters.from_words(each.words)) for each in _shared(unit)}
    views.setdefault(view[0], _anywhere(view[1]))
    return Kit(
        rule.amber_days,
        rule.stay_days,
        {stage: (most, hard) for stage, (most, hard) in (board.limits if board else {}).items()},
        tuple((each.name, each.kind, tuple(each.choices)) for each in fields),
        tuple((name, words) for name, words in views.items() if words),
    )


def _shared(unit: Unit) -> list[SavedFilter]:
    query = select(SavedFilter).where(SavedFilter.unit_id == unit.id, SavedFilter.user_id.is_(None))
    return list(db.session.scalars(query.order_by(SavedFilter.id)))


def _anywhere(filters: Filters) -> str:
    """Without the units, people, own fields and special campaigns of this place."""
    return filters.but(q="", unit=(), leader="", person="", own=(), drive=(), stage=()).query_string()


def cards_to_keep(scope: Scope, filters: Filters, user: User) -> list[Card]:
    """Those the filters leave, at most one more than a template holds."""
    units = scope.narrowed(filters.unit) if filters.unit else scope
    query = select(Card).where(Card.id.in_(chosen(units, filters, user))).order_by(Card.id)
    return list(db.session.scalars(query.limit(MOST_CARDS + 1)))


def first_day_of(cards: Sequence[Card], filters: Filters, unit: Unit, scope: Scope) -> date:
    """When all this began: its special campaign, else the first registration; before any of its deadlines."""
    drive = drive_seen(unit, scope, filters.drive[0]) if len(filters.drive) == 1 else None
    registered = (clock.local(card.opened_at).date() for card in cards)
    start = drive.starts_on if drive else min(registered, default=clock.today())
    every = (bone.earliest for bone in bones_of(cards, scope, start))
    return start + timedelta(min(_first_of_one(days for days in every if days is not None) - 1, 0))


def _first_of_one(days: Iterable[int]) -> int:
    """The earliest before which a year has nothing: what is older belongs to another campaign."""
    latest_first = sorted(days, reverse=True) or [1]
    pairs = pairwise(latest_first)
    return next((later for later, earlier in pairs if later - earlier > YEAR), latest_first[-1])


def bones_of(cards: Sequence[Card], scope: Scope, start: date) -> list[Bone]:
    """Each with the measures of its present round; its days counted from `start`."""
    trees: dict[int, list[Measure]] = {card.id: [] for card in cards}
    rounds = {card.id: card.round for card in cards}
    for measure, _doer, _owner in db.session.execute(TREE.where(Measure.card_id.in_(trees))):
        if measure.round == rounds[measure.card_id]:
            trees[measure.card_id].append(measure)
    return [_bone(card, scope.units[card.unit_id], trees[card.id], start) for card in cards]


def _bone(card: Card, unit: Unit, tree: Sequence[Measure], start: date) -> Bone:
    return Bone(
        card.title,
        card.category,
        card.source_kind,
        card.term,
        card.check_months,
        card.goal,
        card.standard,
        days_after(start, card.due_on),
        unit.id,
        unit.name,
        tuple(_part(each, tree, start) for each in tree if each.parent_id is None),
    )


def _part(measure: Measure, tree: Sequence[Measure], start: date) -> Part:
    steps = tuple(_part(each, tree, start) for each in tree if each.parent_id == measure.id)
    return Part(measure.text, days_after(start, measure.due_on), steps)


# What a new round would bring ----------------------------------------------------------------------


class Opening(NamedTuple):
    """A card that would be opened, and where."""

    unit_id: int
    category: str
    bone: Bone
    due_on: date | None
    is_past: bool
    """It, a measure or a step would be over before it begins."""


@dataclass(slots=True)
class Round:
    """What beginning would do in a unit. With any fault it does nothing."""

    kit: Kit
    faults: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    """Own fields to be added, by name."""
    views: list[str] = field(default_factory=list)
    """Shared filters to be added, by name."""
    opens: list[Opening] = field(default_factory=list)
    recast: list[str] = field(default_factory=list)
    """Categories no longer in use: such cards get 其他."""

    @property
    def digest(self) -> str:
        """The same for the same round: who confirms has seen this one and no other."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def round_of(template: Template, unit: Unit, scope: Scope, start: date, user: User) -> Round:
    """Five queries, however many cards."""
    kit, bones = Kit.of(template.settings), [Bone.of(kept) for kept in template.bones]
    found = Round(kit)
    found.faults += _begun(template, unit, start)
    _take_fields(found, unit, scope)
    there = {each.name for each in _shared(unit)}
    found.views = [name for name, _words in kit.views if name not in there]
    _take_cards(found, unit, bones, start, user)
    _take_categories(found, scope)
    _check_days(found, start)
    _check_rights(found, unit, Rights(user))
    return found


def _begun(template: Template, unit: Unit, start: date) -> list[str]:
    query = select(Beginning, User.name).join(User, User.id == Beginning.begun_by)
    here = (Beginning.template_id == template.id, Beginning.unit_id == unit.id, Beginning.starts_on == start)
    return [
        _(
            "%(name)s已于%(at)s按这个模板开始了 %(day)s 这一轮，登记了 %(n)s 件，不会再登记一次。",
            name=name,
            at=moment(begun.begun_at),
            day=start,
            n=begun.cards,
        )
        for begun, name in db.session.execute(query.where(*here))
    ]


def _take_fields(found: Round, unit: Unit, scope: Scope) -> None:
    known = {each.name: each for each in fields_for(unit, scope)}
    for name, kind, _choices in found.kit.fields:
        if name not in known and is_of_ledger(name):
            found.faults.append(
                _("模板的自设栏目“%(name)s”与台账的栏目同名，请改名后重新存模板。", name=name)
            )
        elif name not in known:
            found.fields.append(name)
        elif known[name].retired or known[name].kind is not kind:
            found.faults.append(
                _("本单位已有叫“%(name)s”的自设栏目，但已停用或内容不同，请先改名或恢复。", name=name)
            )
    own = sum(each.unit_id == unit.id for each in known.values())
    if own + len(found.fields) > MOST_FIELDS:
        found.faults.append(_("加上模板的栏目会超过 20 个，请先停用或合并一些自设栏目。"))


def _take_cards(found: Round, unit: Unit, bones: Sequence[Bone], start: date, user: User) -> None:
    """To the unit itself or one of its name under this one; else to this one."""
    may = {each.id: each for each in open_units(PLUGIN, unit, user)}
    names = {each.name: each.id for each in reversed(may.values())}
    for bone in bones:
        home = bone.unit_id if bone.unit_id in may else names.get(bone.unit, unit.id)
        first = on_day(start, bone.earliest)
        past = first is not None and first < clock.today()
        found.opens.append(Opening(home, bone.category, bone, on_day(start, bone.days), past))


def _take_categories(found: Round, scope: Scope) -> None:
    titles, use = category_titles(scope), categories_to_choose(scope)
    gone = {each.category for each in found.opens} - set(use)
    found.recast = sorted(str(titles[code]) for code in gone)
    other = Category.OTHER.value
    found.opens = [each._replace(category=other) if each.category in gone else each for each in found.opens]


def _check_days(found: Round, start: date) -> None:
    """A deadline that is over before it begins helps nobody."""
    past = [each.bone.earliest or 0 for each in found.opens if each.is_past]
    if past:
        sentence = _(
            "从 %(day)s 开始，有 %(n)s 件的期限今天以前就到了，请选 %(first)s 或以后的日子。",
            day=start,
            n=len(past),
            first=clock.today() - timedelta(min(past)),
        )
        found.faults.append(sentence)


def _check_rights(found: Round, unit: Unit, rights: Rights) -> None:
    if not rights.may(stages.SETTINGS, unit):
        found.faults.append(_("您没有设置本单位看板的权限，请联系安全管理员。"))
    if found.fields and not rights.may(stages.FIELDS, unit):
        found.faults.append(_("您没有增加自设栏目的权限，请联系安全管理员。"))
    homes = [organisation().by_id[key] for key in dict.fromkeys(each.unit_id for each in found.opens)]
    names = [home.name for home in homes if not rights.may(stages.OPEN, home)]
    if names:
        found.faults.append(_("您不能为%(units)s登记问题。", units=listed(names)))
