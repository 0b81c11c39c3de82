"""What the audit administrator wants to see, as it stands in the address."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from intranet import clock
from intranet.audit import COMMAND, JOB

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty means all. Dates are days of the hospital, both included."""

    person: str = ""
    deed: str = ""
    unit: str = ""
    start: str = ""
    end: str = ""
    result: str = ""
    address: str = ""
    subject: str = ""
    sealed: str = ""

    @classmethod
    def of(cls, words: MultiDict[str, str]) -> "Filters":
        return cls(**{field.name: words.get(field.name, "").strip()[:LONGEST] for field in fields(cls)})

    @property
    def set(self) -> dict[str, str]:
        """Only what narrows, by name."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: word for name, word in named.items() if word}

    @property
    def narrowed(self) -> bool:
        return bool(set(self.set) - {"sealed"})

    def query_string(self, **more: object) -> str:
        return urlencode({**self.set, **more})

    @property
    def since(self) -> datetime | None:
        return _midnight(self.start)

    @property
    def until(self) -> datetime | None:
        """The first moment that no longer counts."""
        last = _midnight(self.end)
        return last + timedelta(days=1) if last else None

    @property
    def from_where(self) -> str:
        """The address as it is stored: two words stand for what no browser asked."""
        return {_("命令行"): COMMAND, _("定时任务"): JOB}.get(self.address, self.address)

    @property
    def refusals(self) -> list[str]:
        """What cannot be understood, in sentences."""
        wrong = [day for day in (self.start, self.end) if day and _midnight(day) is None]
        sentences = [_("日期“%(day)s”看不懂，请写成 2026-11-21 这样。", day=day) for day in wrong]
        if self.since and self.until and self.since >= self.until:
            sentences.append(_("开始日期晚于结束日期，请调换。"))
        return sentences


def _midnight(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=clock.ZONE) if 1 < day.year < 9999 else None  # noqa: PLR2004 - the calendar's ends
    except ValueError:
        return None
