"""The choices of the filters, with words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from intranet.permissions import me
from intranet.wording import listed
from plugins.rectification import lights, stages
from plugins.rectification.filters import Filters, Mark
from plugins.rectification.queries.categories import category_titles
from plugins.rectification.queries.scope import Scope
from plugins.rectification.words import SOURCE_TITLES, TERM_TITLES

Word = TypeVar("Word", bound=str)
MARK_TITLES: dict[Mark, Text] = {
    Mark.EXTENSION: _l("申请延期"),
    Mark.STAGED: _l("阶段性完成"),
    Mark.AGAIN: _l("返工、反弹"),
    Mark.WEEK: _l("本周销号"),
}
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


def choices(filters: Filters, scope: Scope, *, with_stage: bool = False) -> list[Choice]:
    """Those a page offers: units only where there are several."""
    found = [
        _words("category", _("全部类别"), category_titles(scope, me()), filters.category),
        _words("source", _("全部来源"), SOURCE_TITLES, filters.source),
        _words("term", _("全部时限"), TERM_TITLES, filters.term),
        _words("mark", _("全部标记"), MARK_TITLES, filters.mark),
        _words("light", _("全部灯色"), lights.TITLES, filters.light),
    ]
    if with_stage:
        found.insert(0, _words("stage", _("所有环节"), stages.TITLES, filters.stage))
    if 1 < len(scope.units) <= MOST_UNITS:
        boxes = [(unit.code, unit.name, unit.code in filters.unit) for unit in scope.units.values()]
        found.append(Choice("unit", _("全部部门"), boxes))
    return found


def _words(name: str, title: str, titles: Mapping[Word, Text], chosen: Iterable[Word]) -> Choice:
    on = set(chosen)
    return Choice(name, title, [(str(word), str(label), word in on) for word, label in titles.items()])
