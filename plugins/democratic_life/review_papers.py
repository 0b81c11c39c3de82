"""A self-review as the words of its Word template."""

from datetime import datetime

from intranet import clock
from intranet.wording import spelt
from plugins.democratic_life.queries.reviews import FoundReview, Handed
from plugins.democratic_life.services.reviews_reading import Opened
from plugins.democratic_life.wording import PARTS, POINTS


def as_words(found: FoundReview, opened: Opened) -> dict[str, object]:
    """What the template names. Always Chinese, as the paper is. Remarks stay in the site."""
    return {
        "meeting": found.meeting.name,
        "who": found.author or found.unit.name + "领导班子",
        "number": opened.handed.number,
        "revisions": found.revisions,
        "submitted_on": _day(opened.handed.row.submitted_at),
        "parts": [
            {"title": str(PARTS[name]), "lines": numbered(name, text)}
            for name, text in opened.texts.items()
            if text
        ],
        "additions": [{"day": _day(moment), "lines": text.splitlines()} for moment, text in opened.additions],
        "verdicts": [said for handed in found.versions for said in _verdicts(handed)],
    }


def numbered(name: str, text: str) -> list[str]:
    """Points have numbers, other parts are paragraphs."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [f"{number}. {line}" for number, line in enumerate(lines, 1)] if name in POINTS else lines


def _verdicts(handed: Handed) -> list[dict[str, object]]:
    """That a place passed or returned a version, and when."""
    return [
        {
            "title": each.title,
            "day": spelt(each.given_on),
            "number": handed.number,
            "verdict": "通过" if each.is_passed else "退回修改",
        }
        for each in handed.verdicts
    ]


def _day(moment: datetime) -> str:
    return spelt(clock.local(moment).date())
