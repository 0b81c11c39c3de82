"""来龙去脉: one problem from the first word to the look-back, in the order of time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet import clock
from intranet.contracts import Reference, Text
from plugins.rectification.models import Card, Event, Measure
from plugins.rectification.wording import EventKind

FOUND, LATER = _l("问题提出"), _l("回头看")
WORDS: dict[str, Text] = {
    "claim": _l("认领"),
    "approve": _l("方案"),
    "return_plan": _l("方案"),
    "accept": _l("验收"),
    "return_asked": _l("验收"),
    "review": _l("验收"),
    "return_accepted": _l("验收"),
    "publish": _l("公示"),
    "record_verdict": _l("群众评价"),
    "refuse_closing": _l("销号"),
    "close": _l("销号"),
    "close_quietly": _l("销号"),
    "check": _l("回头看"),
    "redo": _l("返工"),
    "relapse": _l("反弹"),
}
"""Which part of the way a step belongs to; every other one is work."""
KINDS: dict[EventKind, Text] = {
    EventKind.OPENED: _l("登记"),
    EventKind.EDITED: _l("登记"),
    EventKind.MEASURE: _l("措施"),
    EventKind.ADJUSTED: _l("措施"),
    EventKind.PROGRESS: _l("办理"),
    EventKind.EVIDENCE: _l("佐证"),
    EventKind.MOVED: _l("办理"),
    EventKind.UNDONE: _l("办理"),
    EventKind.URGED: _l("办理"),
}
PLACES = {EventKind.MEASURE: "measures", EventKind.ADJUSTED: "measures", EventKind.EVIDENCE: "evidence"}
"""The part of the card's page an entry leads to; `history` where none is named."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, in plain words; `url` only for whoever may go there."""

    at: datetime
    part: Text
    title: str
    told: tuple[str, ...] = ()
    who: str = ""
    url: str = ""
    is_day: bool = False
    """The hour is not known, or nobody's business."""


Way = Callable[[Event], str]
History = Sequence[tuple[Event, str]]


def with_measures(history: History, measures: Sequence[Measure]) -> dict[int, tuple[str, ...]]:
    """By the event with which a round was claimed, what was to be done in it."""
    found, number = {}, 1
    for event, _who in sorted(history, key=lambda line: line[0].id):
        name = event.step.name if event.step else ""
        number += name in {"redo", "relapse"}
        if name == "claim":
            of_round = [each.text for each in measures if each.round == number and not each.parent_id]
            planned = [text for text in of_round if not _is_added_after(event, text, history)]
            found[event.id] = tuple(_("措施：%(text)s", text=text) for text in planned)
    return found


def _is_added_after(claim: Event, text: str, history: History) -> bool:
    """Of such a measure the history tells by itself, with who and when in brackets behind it."""
    later = (change for event, _who in history if event.id > claim.id for change in event.changes)
    added = (new for which, _old, new in later if which == "measure added")
    return any(new == text or new.startswith(f"{text}（") for new in added)


def entries_of(
    card: Card, history: History, measures: Sequence[Measure], beside: Sequence[Reference], way: Way
) -> list[Entry]:
    """Of its own history and of what others know; `way` leads to what an entry speaks of."""
    planned = with_measures(history, measures)
    own = [
        _of_event(event, who, way(event), planned.get(event.id, ()))
        for event, who in sorted(history, key=lambda line: line[0].id)
        if _is_told(event)
    ]
    begun = _first_days(beside, clock.local(card.opened_at).date())
    others = [_of_other(each, begun[each.source, each.key]) for each in beside if each.starts_on]
    return sorted([*others, *own], key=lambda entry: entry.at)


def _is_told(event: Event) -> bool:
    """Of edits only another problem that was merged into this one."""
    if event.kind is EventKind.EDITED:
        return any(which == "merged" for which, _old, _new in event.changes)
    return event.kind in KINDS


def _of_event(event: Event, who: str, url: str, more: tuple[str, ...]) -> Entry:
    part = KINDS[event.kind]
    if event.kind is EventKind.MOVED:
        part = WORDS.get(event.step.name, part) if event.step else part
    return Entry(event.at, part, event.words, (*event.told, *more), who, url)


def _first_days(beside: Sequence[Reference], opened_on: date) -> dict[tuple[str, str], date]:
    """Until when what is known of each problem is its first word; of one merged later, its own first day."""
    found: dict[tuple[str, str], date] = {}
    for each in beside:
        day, key = each.starts_on or opened_on, (each.source, each.key)
        found[key] = min(found.get(key, day), day)
    return {key: max(day, opened_on) for key, day in found.items()}


def _of_other(reference: Reference, first_until: date) -> Entry:
    """The first word stands before the card of the same day, the look-back behind its last deed."""
    day = reference.starts_on or clock.today()
    is_first = day <= first_until
    at = datetime.combine(day, time.min if is_first else time.max, clock.ZONE)
    part = FOUND if is_first else LATER
    return Entry(at, part, reference.title, url=reference.url, is_day=True)


def first_word(card: Card, source_note: str) -> str:
    """Where nobody else knows of it, what the card itself says of its source, as far as one may know."""
    note = f" · {source_note}" if source_note else ""
    return str(_("来源：%(source)s%(note)s", source=str(card.source_title), note=note))
