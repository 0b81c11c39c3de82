"""Reading pasted lines, and putting days into the table."""

import re
from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete

from intranet import audit
from intranet.extensions import db, read_once
from intranet.models import SpecialDay, User
from intranet.workdays import usually

# 2027-02-06 休, 2027年2月14日（周日）上班, 2月6日 休息, 2/6 off, 2/14 work
LINE = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?[^\d休班]{0,12}?(休|班|off|work)息?")


def read_lines(text: str, year: int) -> tuple[dict[date, bool], list[tuple[int, str, str]]]:
    """What pasted lines say of the year, and those that cannot be: number, line and reason."""
    found: dict[date, bool] = {}
    wrong = []
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        match = LINE.fullmatch(line)
        day = _day(year, match) if match else None
        works = bool(match and match[4] in {"班", "work"})
        if day is None or found.setdefault(day, works) != works:
            unknown = _("看不懂，请写成 %(year)s-02-06 休。", year=year)
            reason = _("这一天不在 %(year)s 年，或者没有这一天。", year=year) if match else unknown
            wrong.append((number, line, str(_("与前面的一行矛盾。") if day else reason)))
    return found, [each for each in wrong if each[1]]


def _day(year: int, match: re.Match[str]) -> date | None:
    try:
        day = date(int(match[1] or year), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return day if day.year == year else None


def put(days: Mapping[date, bool], *, by: User) -> None:
    """From now on people work on these days, or do not."""
    said = " ".join(f"{day}{'+' if works else '-'}" for day, works in days.items())
    audit.record(by, "working_days:change", "core_special_day", days=said)  # whoever is second waits here
    db.session.execute(delete(SpecialDay).where(SpecialDay.day.in_(days)))
    db.session.add_all(
        SpecialDay(day=day, works=works) for day, works in days.items() if works != usually(day)
    )
    read_once().pop("workdays", None)
