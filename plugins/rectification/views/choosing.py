"""The choices of the filters, with words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from intranet.contracts import Text
from intranet.models import Unit
from intranet.pages import day
from intranet.wording import listed
from plugins.rectification import lights, stages
from plugins.rectification.filters import Filters, Lanes, Mark, Past, Then
from plugins.rectification.models import Field
from plugins.rectification.queries.categories import category_titles
from plugins.rectification.queries.counting import sums
from plugins.rectification.queries.drives import names_seen
from plugins.rectification.queries.fields import fields_for
from plugins.rectification.queries.scope import Scope
from plugins.rectification.views.blueprint import bp, here
from plugins.rectification.views.kept import kept_html
from plugins.rectification.wording import SOURCE_TITLES, TERM_TITLES, FieldKind

Word = TypeVar("Word", bound=str)
MARK_TITLES: dict[Mark, Text] = {
    Mark.EXTENSION: _l("申请延期"),
    Mark.STAGED: _l("阶段性完成"),
    Mark.AGAIN: _l("返工、反弹"),
    Mark.WEEK: _l("本周销号"),
    Mark.CHECKED: _l("定期检查过"),
    Mark.RELAPSED: _l("销号后反弹"),
}
LANE_TITLES: dict[Lanes, Text] = {
    Lanes.UNIT: _l("泳道：责任部门"),
    Lanes.LEADER: _l("泳道：责任领导"),
    Lanes.CATEGORY: _l("泳道：类别"),
}
PAST_TITLES: dict[Past, Text] = {
    Past.OPENED: _l("%(day)s起一周新登记的："),
    Past.MOVED: _l("%(day)s起一周办理过的："),
    Past.CLOSED: _l("%(day)s起一周销号的："),
    Past.LATE: _l("%(day)s起一周新逾期的："),
    Past.WAS_CLOSED: _l("到%(day)s已销号的："),
    Past.WAS_JUDGED: _l("到%(day)s在验收公示中的："),
    Past.WAS_WORKING: _l("到%(day)s在整改中的："),
    Past.WAS_WAITING: _l("到%(day)s待认领待批的："),
    Past.LEFT_UNCLAIMED: _l("%(day)s以来从“待认领”办出的："),
    Past.LEFT_PLAN_PENDING: _l("%(day)s以来从“方案待批”办出的："),
    Past.LEFT_IN_PROGRESS: _l("%(day)s以来从“整改中”办出的："),
    Past.LEFT_CLOSING_ASKED: _l("%(day)s以来从“申请销号”办出的："),
    Past.LEFT_ACCEPTED: _l("%(day)s以来从“已验收”办出的："),
    Past.LEFT_REVIEWED: _l("%(day)s以来从“已复核”办出的："),
    Past.LEFT_PUBLISHED: _l("%(day)s以来从“公示中”办出的："),
}
"""What a report counted, above the list of just these cards."""
MOST_UNITS = 80
"""Beyond that a list of boxes is no help: one goes through the table by unit."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: its boxes, and what is chosen in short."""

    name: str
    title: str
    boxes: list[tuple[str, str, bool]]

    @property
    def summary(self) -> str:
        chosen = [label for _value, label, is_on in self.boxes if is_on]
        return listed(chosen) or self.title


class Offer(NamedTuple):
    """All that the drawn choices show."""

    filters: Filters
    categories: int
    units: tuple[tuple[str, str], ...]
    drives: tuple[tuple[int, str], ...]
    with_stage: bool
    language: str


def choices(filters: Filters, scope: Scope, *, with_stage: bool = False) -> Markup:
    """The menus of the filters as HTML."""
    units = tuple((unit.code, unit.name) for unit in scope.units.values())
    drives = tuple(_drives(filters, scope))
    offer = Offer(filters, sums(scope).words, units, drives, with_stage, str(get_locale()))
    [drawn] = kept_html().all(
        [offer], lambda _missing: [_draw(_choices(filters, scope, drives, with_stage=with_stage))]
    )
    return drawn


def _drives(filters: Filters, scope: Scope) -> Iterator[tuple[int, str]]:
    """专项整治 that go on, and those in the address."""
    for drive in names_seen(here(), scope):
        if not drive.is_closed or drive.id in filters.drive:
            yield drive.id, drive.name


def _draw(found: list[Choice]) -> Markup:
    html = current_app.jinja_env.get_template("rectification/_choices.html").render(choices=found)
    return Markup(html)  # noqa: S704 - a template of ours, which escapes what people typed


def _choices(
    filters: Filters, scope: Scope, drives: Iterable[tuple[int, str]], *, with_stage: bool
) -> list[Choice]:
    """Those a page offers: units only where there are several, 专项整治 only where there are any."""
    found = [
        _words("category", _("全部类别"), category_titles(scope), filters.category),
        _words("source", _("全部来源"), SOURCE_TITLES, filters.source),
        _words("term", _("全部时限"), TERM_TITLES, filters.term),
        _words("mark", _("全部标记"), MARK_TITLES, filters.mark),
        _words("light", _("全部灯色"), lights.TITLES, filters.light),
    ]
    if with_stage:
        found.insert(0, _words("stage", _("所有环节"), stages.TITLES, filters.stage))
    boxes = [(str(key), name, key in filters.drive) for key, name in drives]
    if boxes:
        found.append(Choice("drive", _("全部专项"), boxes))
    if 1 < len(scope.units) <= MOST_UNITS:
        boxes = [(unit.code, unit.name, unit.code in filters.unit) for unit in scope.units.values()]
        found.append(Choice("unit", _("全部部门"), boxes))
    return found


@bp.app_template_filter("said_of_past")
def said_of_past(then: Then) -> str:
    return str(PAST_TITLES[then.past]) % {"day": day(then.day)}


def _words(name: str, title: str, titles: Mapping[Word, Text], chosen: Iterable[Word]) -> Choice:
    on = set(chosen)
    return Choice(name, title, [(str(word), str(label), word in on) for word, label in titles.items()])


@dataclass(frozen=True, slots=True)
class OwnChoice:
    """The filter of a unit's own field: boxes where there are choices, else what is typed."""

    name: str
    title: str
    boxes: list[tuple[str, str, bool]]
    typed: str
    hint: str

    @property
    def chosen(self) -> bool:
        return bool(self.typed)


def own_choices(filters: Filters, scope: Scope, unit: Unit) -> list[OwnChoice]:
    """Of the fields cards of the unit are asked for, and of any that is in the address."""
    wanted = dict(filters.own)
    fields = fields_for(unit, scope)
    return [_own_choice(each, wanted) for each in fields if not each.retired or each.id in wanted]


def _own_choice(field: Field, wanted: Mapping[int, tuple[str, ...]]) -> OwnChoice:
    words = wanted.get(field.id, ())
    offered = [("1", _("是"))] if field.kind is FieldKind.CHECK else [(word, word) for word in field.choices]
    boxes = [(value, label, value in words) for value, label in offered]
    hints = {FieldKind.NUMBER: _("如 5 或 5..20"), FieldKind.DATE: _("如 2026-01-01..2026-06-30")}
    return OwnChoice(field.key, field.name, boxes, " ".join(words), hints.get(field.kind, ""))
