"""整改任务书: the open problems of a unit or of a leader as Word names them, always in Chinese."""

from collections.abc import Iterable, Mapping
from datetime import date

from intranet.models import Unit
from intranet.wording import spelt
from plugins.rectification.queries.ledger import Entry
from plugins.rectification.wording import TERM_TITLES, Term

DIGITS = "零一二三四五六七八九"
MOST = 300
"""As many problems as one book holds."""


def as_words(
    entries: Iterable[Entry], people: Mapping[int, str], units: Mapping[int, Unit]
) -> list[dict[str, object]]:
    """A section a problem, in the order given."""
    return [_section(number, entry, people, units) for number, entry in enumerate(entries, 1)]


def _section(
    number: int, entry: Entry, people: Mapping[int, str], units: Mapping[int, Unit]
) -> dict[str, object]:
    card = entry.card
    person = people.get(card.user_id or 0, "待定")
    due = str(TERM_TITLES[Term.LASTING]) if card.term is Term.LASTING else spelt(card.due_on) or "待定"
    return {
        "number": chinese(number),
        "title": card.title,
        "unit": units[card.unit_id].name,
        "helpers": "、".join(units[key].name for key in sorted(entry.helpers) if key in units),
        "leader": entry.leader or "待定",
        "person": person,
        "due": due,
        "goal": card.goal,
        "standard": card.standard,
        "rows": _rows(entry, person, card.due_on)
        or [{"number": "", "text": "认领时制定", "owner": person, "due": due}],
    }


def _rows(entry: Entry, person: str, due_on: date | None) -> list[dict[str, object]]:
    """Measures 1, 2, 3; under each its steps in brackets."""
    rows: list[dict[str, object]] = []
    above = below = 0
    for measure, owner in entry.measures:
        above, below = (above, below + 1) if measure.parent_id else (above + 1, 0)
        number = f"（{below}）" if measure.parent_id else str(above)
        day = "已完成" if measure.done_on else spelt(measure.due_on or due_on) or "待定"
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
