"""整改任务书: the open problems of a unit or of a leader as Word names them, always in Chinese."""

from collections.abc import Iterable, Mapping

from intranet import clock
from intranet.models import Unit
from intranet.wording import spelt
from plugins.rectification.models import Card, Event
from plugins.rectification.queries.ledger import Entry
from plugins.rectification.stages import Stage
from plugins.rectification.wording import TERM_TITLES, Term

DIGITS = "零一二三四五六七八九"
AGAIN: dict[Stage | None, str] = {Stage.CLOSED: "反弹，重新挂号", Stage.PUBLISHED: "返工"}
"""Why the work begins anew, by the stage it had come to."""
MOST = 300
"""As many problems as one book holds."""


def as_words(
    entries: Iterable[Entry],
    people: Mapping[int, str],
    units: Mapping[int, Unit],
    begun: Mapping[int, Event],
) -> list[dict[str, object]]:
    """A section a problem, in the order given. `begun`: with what the work on a card began anew."""
    return [
        {"number": chinese(number), "again": _again(entry, begun), **_section(entry, people, units)}
        for number, entry in enumerate(entries, 1)
    ]


def _section(entry: Entry, people: Mapping[int, str], units: Mapping[int, Unit]) -> dict[str, object]:
    card = entry.card
    person, lasts = people.get(card.user_id or 0, "待定"), card.term is Term.LASTING
    due = str(TERM_TITLES[Term.LASTING]) if lasts else spelt(card.due_on) or "待定"
    return {
        "title": card.title,
        "unit": units[card.unit_id].name,
        "helpers": "、".join(units[key].name for key in sorted(entry.helpers) if key in units),
        "leader": entry.leader or "待定",
        "person": person,
        "due": due,
        "check": spelt(card.due_on) if lasts else "",
        "goal": card.goal,
        "standard": card.standard,
        "rows": _rows(entry, person, due)
        or [{"number": "", "text": _to_come(card), "owner": person, "due": due}],
    }


def _to_come(card: Card) -> str:
    return "认领时制定" if card.stage is Stage.UNCLAIMED else "本轮措施待定"


def _again(entry: Entry, begun: Mapping[int, Event]) -> str:
    """Of a later round which it is, why, and what came before: only its own measures stand in the table."""
    card = entry.card
    if card.round == 1:
        return ""
    before = [each for each, _owner in entry.measures if each.round < card.round and not each.parent_id]
    done = sum(each.done_on is not None for each in before)
    event = begun.get(card.id)
    why = f"（{spelt(clock.local(event.at).date())}{AGAIN[event.from_stage]}）" if event else ""
    below = "下表只列本轮措施" if done == len(before) else "没有完成的和本轮措施列在下表"
    return f"第{card.round}轮整改{why}：以前各轮措施{len(before)}条，已完成{done}条；{below}。"


def _rows(entry: Entry, person: str, due: str) -> list[dict[str, object]]:
    """Measures 1, 2, 3 of the present round, and what is left of those before; their steps in brackets."""
    rows: list[dict[str, object]] = []
    above = below = 0
    for measure, owner in entry.measures:
        if not measure.counts_in(entry.card.round):
            continue
        above, below = (above, below + 1) if measure.parent_id else (above + 1, 0)
        number = f"（{below}）" if measure.parent_id else str(above)
        day = "已完成" if measure.done_on else spelt(measure.due_on) or due
        rows.append({"number": number, "text": measure.text, "owner": owner or person, "due": day})
    return rows


def chinese(number: int) -> str:
    """一, 十二, 一百零五: of the numbers from 1 to 999."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return words + (DIGITS[ones] if ones else "")
