"""The way of a campaign from its plan to the look-back, and how far it has come: numbers of all plugins."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import lazy_gettext as _l

from intranet.contracts import Figure, Text
from intranet.models import Unit
from plugins.campaign.states import WORDS, State

LINKS: Mapping[str, Text] = {
    "plan": _l("计划安排"),
    "study": _l("学习教育"),
    "opinions": _l("征求意见"),
    "talks": _l("谈心谈话"),
    "reviews": _l("对照检查"),
    "meetings": _l("民主生活会"),
    "problems": _l("查摆问题"),
    "correction": _l("整改落实"),
    "publication": _l("公示与评价"),
    "look_back": _l("回头看"),
}
"""In the order of the work; what nobody has numbers of is not shown."""


@dataclass(frozen=True, slots=True)
class Link:
    """A part of the way with its numbers."""

    title: Text
    figures: Sequence[Figure]


def chain(figures: Iterable[Figure]) -> list[Link]:
    """The numbers under their parts, in order. A place nobody knows is left out."""
    found: dict[str, list[Figure]] = {place: [] for place in LINKS}
    for figure in figures:
        if figure.place in found:
            found[figure.place].append(figure)
    return [Link(LINKS[place], each) for place, each in found.items() if each]


def of_plan(unit: Unit, totals: Counter[State]) -> list[Figure]:
    """Activities of the plan: all, and those in each state that has some."""
    url = url_for("campaign.index", unit=unit.code)
    everything = Figure("plan", _l("项活动"), sum(totals.values()), url)
    states = [state for state in State if totals[state]]
    return [everything, *(Figure("plan", WORDS[s], totals[s], f"{url}?state={s.value}") for s in states)]
