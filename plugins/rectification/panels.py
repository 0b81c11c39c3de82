"""The board on a person's home page: what waits for them, and how far the units are."""

from collections import Counter
from collections.abc import Collection, Mapping
from functools import partial

from flask import url_for
from flask_babel import gettext as _

from intranet.asking import side_by_side
from intranet.contracts import Bar, Duty, Panel
from intranet.models import Unit, User
from plugins.rectification.queries.counting import kept
from plugins.rectification.queries.scope import Scope, scope_of, scope_over
from plugins.rectification.queries.waiting import Part, Waiting, helped_by_stage, own_parts, waiting_cards
from plugins.rectification.rights import Rights
from plugins.rectification.stages import Need, Stage
from plugins.rectification.wording import number_of

MOST_BARS = 8


def panels(user: User, units: list[Unit]) -> list[Panel]:
    """One panel: duties for the common list, a bar a unit for the progress."""
    scope = scope_over(units, user)
    if not scope.units:
        return []
    first = units[0]
    found, parts, helped, numbers = side_by_side(
        partial(waiting_cards, scope, Rights(user)),
        partial(own_parts, scope, user),
        partial(helped_by_stage, scope_of(first, user)),
        partial(kept, scope),
    )
    duties = [*_duties(found, scope), *(_part(part, scope.units[part.unit_id]) for part in parts)]
    bars = [*_bars(scope, units, numbers.all), *_helping(first, helped)]
    return [Panel(_("整改进度"), url_for("rectification.board", unit=first.code), tuple(duties), tuple(bars))]


def _part(part: Part, unit: Unit) -> Duty:
    """A measure or a step that is this person's own."""
    page = url_for("rectification.card", unit=unit.code, card_id=part.card_id)
    note = _("%(number)s · %(unit)s", number=number_of(part.card_id), unit=unit.name)
    title = _("完成措施：%(text)s", text=part.text)
    return Duty(title, f"{page}#measure-{part.id}", _("整改看板"), part.due_on, note, unit.code)


def _helping(unit: Unit, numbers: Mapping[Stage, int]) -> list[Bar]:
    """配合: cards of others this unit and those under it help with, as the list counts them."""
    total = sum(numbers.values())
    url = url_for("rectification.cards", unit=unit.code, helping=1)
    return [Bar(_("配合其他部门"), numbers.get(Stage.CLOSED, 0), total, url, _("件"))] if total else []


def _duties(found: Collection[Waiting], scope: Scope) -> list[Duty]:
    """The words are looked up once for all, the address of the cards once a unit."""
    units = {waiting.face.unit_id for waiting in found}
    pages = {key: url_for("rectification.cards", unit=scope.units[key].code) for key in units}
    verbs = {step: str(step.verb) for step in {waiting.step for waiting in found}}
    title, note = _("%(verb)s：%(title)s"), _("%(number)s · %(unit)s · 措施 %(done)s/%(all)s")
    source, duties, finish = _("整改看板"), [], _("完成措施")
    for waiting in found:
        face, unit = waiting.face, scope.units[waiting.face.unit_id]
        url = f"{pages[unit.id]}/{face.id}"
        words = {"number": face.number, "unit": unit.name, "done": face.done, "all": face.measures}
        verb = finish if _has_open_measures(waiting) else verbs[waiting.step]
        named = title % {"verb": verb, "title": face.title}
        duties.append(Duty(named, url, source, face.due_on, note % words, unit.code))
    return duties


def _has_open_measures(waiting: Waiting) -> bool:
    """Who has any cannot ask for the closing yet."""
    face, step = waiting
    return Need.ALL_DONE in step.needs and (face.done < face.measures or not face.measures)


def _bars(scope: Scope, units: list[Unit], numbers: Mapping[int, dict[Stage, int]]) -> tuple[Bar, ...]:
    """Closed of all: for a person's units, or for those right under the only one."""
    shown = units if len(units) > 1 else [units[0], *_below(scope, units[0])]
    total, closed = Counter[int](), Counter[int]()
    for key, stages in numbers.items():
        for above in scope.units[key].line:
            total[above] += sum(stages.values())
            closed[above] += stages.get(Stage.CLOSED, 0)
    word, some = _("件"), [unit for unit in shown if total[unit.id]][:MOST_BARS]
    return tuple(
        Bar(unit.name, closed[unit.id], total[unit.id], url_for("rectification.cards", unit=unit.code), word)
        for unit in some
    )


def _below(scope: Scope, unit: Unit) -> list[Unit]:
    return [other for other in scope.units.values() if other.parent_id == unit.id]
