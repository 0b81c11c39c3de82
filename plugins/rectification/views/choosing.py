"""The choices of the filters, with words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from flask_babel import gettext as _

from intranet.contracts import Text
from intranet.wording import listed
from plugins.rectification import lights, stages
from plugins.rectification.filters import Filters
from plugins.rectification.models import CATEGORY_TITLES, SOURCE_TITLES
from plugins.rectification.queries.scope import Scope

Word = TypeVar("Word", bound=StrEnum)
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
        _words("category", _("全部类别"), CATEGORY_TITLES, filters.category),
        _words("source", _("全部来源"), SOURCE_TITLES, filters.source),
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
    return Choice(name, title, [(word.value, str(label), word in on) for word, label in titles.items()])
