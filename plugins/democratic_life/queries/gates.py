"""How far each gate of a meeting is. Facts only; who marks or waives one is the business of services."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import select

from intranet import clock
from intranet.contracts import Bar, Text
from intranet.extensions import db
from intranet.gate import enabled_plugins
from intranet.models import User
from intranet.pages import day as spelt
from intranet.permissions import may_enter
from intranet.plugins import collect
from plugins.democratic_life.gates import GATES, Gate
from plugins.democratic_life.models import Mark, Raised
from plugins.democratic_life.queries.handover import raised_before, raised_in
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.queries.progress import reviews_passed, reviews_read_out
from plugins.democratic_life.queries.said import Spoken, open_pairs, pairs_of, spoken_in
from plugins.democratic_life.wording import PLANNING, Phase, State


@dataclass(frozen=True, slots=True)
class Seen:
    """A gate as it stands: `done` of `total`; `by_hand`: nobody can answer for it but people."""

    gate: Gate
    done: int = 0
    total: int = 1
    url: str = ""
    note: Text = ""
    by_hand: bool = False
    mark: Mark | None = None
    marked_by: str = ""
    is_settled: bool = False
    """The step it blocks is behind the meeting."""
    is_later: bool = False
    """Its time has not come: it belongs into the meeting or behind it."""

    @property
    def is_met(self) -> bool:
        return self.is_settled or self.mark is not None or (not self.by_hand and self.done >= self.total)

    @property
    def is_waived(self) -> bool:
        return self.mark is not None and self.mark.is_waived


class Facts:
    """What the gates of one meeting are worked out from; each is asked for once, and only if it is needed."""

    def __init__(self, found: Found) -> None:
        self.found, self.meeting = found, found.meeting

    @cached_property
    def spoken(self) -> Spoken:
        return Spoken() if self.meeting.state in PLANNING else spoken_in(self.meeting)

    @cached_property
    def marks(self) -> dict[str, tuple[Mark, str]]:
        query = select(Mark, User.name).join(User, User.id == Mark.by_id)
        rows = db.session.execute(query.where(Mark.meeting_id == self.meeting.id))
        return {mark.gate: (mark, name) for mark, name in rows}

    @cached_property
    def reviews(self) -> tuple[int, int, Text]:
        return *reviews_passed(self.meeting), ""

    @cached_property
    def read_out(self) -> frozenset[int | None]:
        """Whose self-review was read out; None is the group's own."""
        return frozenset() if self.meeting.state in PLANNING else reviews_read_out(self.meeting)

    @cached_property
    def raised(self) -> Sequence[Raised]:
        return [] if self.meeting.state in PLANNING else raised_in(self.meeting)

    def is_behind(self, gate: Gate) -> bool:
        """A gate into the meeting is not measured any more once it has begun."""
        return gate.phase is Phase.BEFORE and self.meeting.state not in PLANNING

    def is_ahead(self, gate: Gate) -> bool:
        """What the meeting begins with counts from its day on, the rest of it once it has begun."""
        if gate.phase is Phase.AFTER:
            return self.meeting.state in {*PLANNING, State.HELD}
        if gate.phase is Phase.BEFORE or self.meeting.state not in PLANNING:
            return False
        return not (self.found.is_the_day and "begin" in gate.blocks)

    def due(self, days: int) -> date | None:
        """So many days after the meeting; before it if negative."""
        return self.found.day + timedelta(days=days) if self.found.day else None


def gates_of(facts: Facts) -> list[Seen]:
    return [seen_of(gate, facts) for gate in GATES]


def unmet(facts: Facts, step: str) -> list[Seen]:
    """The gates that hold up this step."""
    return [
        seen for seen in (seen_of(gate, facts) for gate in GATES if step in gate.blocks) if not seen.is_met
    ]


def seen_of(gate: Gate, facts: Facts) -> Seen:
    mark, name = facts.marks.get(gate.name, (None, ""))
    if facts.is_behind(gate):
        return Seen(gate, mark=mark, marked_by=name, is_settled=True)
    done, total, url, note, by_hand = _measured(gate, facts)
    return Seen(gate, done, total, url, note, by_hand, mark, name, is_later=facts.is_ahead(gate))


MEASURES_OF_LAST = "measures"
Measured = tuple[int, int, str, Text, bool]


def _measured(gate: Gate, facts: Facts) -> Measured:
    if gate.asked:
        return _asked(gate, facts)
    if gate.name == "handover":
        return _handover(facts)
    done, total, note = MEASURES[gate.name](facts)
    return done, total, "", note, False


def _asked(gate: Gate, facts: Facts) -> Measured:
    found = facts.found
    end = min(found.day or clock.today(), clock.today())
    where: dict[str, object] = {"unit": found.unit, "user": found.viewer, "start": found.since, "end": end}
    raised = raised_before(found.meeting) if gate.name == MEASURES_OF_LAST else ()
    where["keys"] = [str(each.id) for each in raised]
    names = enabled_plugins(found.unit)
    bars = cast("list[Bar]", collect("democratic_life_readiness", names, gate=gate.name, **where))
    if not bars:
        return 0, 1, "", gate.asked, True
    url = bars[0].url if may_enter(found.viewer, found.unit) else ""
    return sum(bar.done for bar in bars), sum(bar.total for bar in bars), url, "", False


def _handover(facts: Facts) -> Measured:
    """A meeting that named nothing to put right is rare, so people must say it."""
    number = len(facts.raised)
    note = _("已转 %(n)s 个问题", n=number) if number else _("还没有转交；没有要整改的，请登记说明。")
    return int(bool(number)), 1, "", note, not number


def _in_time(done_at: datetime | None, due: date | None) -> tuple[int, int, Text]:
    """Done, and not later than the day it was due."""
    if due is None:
        return 0, 1, _("会议时间还没有定。")
    if done_at is None:
        return 0, 1, _("%(day)s 之前", day=spelt(due))
    day = clock.local(done_at).date()
    if day > due:
        return 0, 1, _("%(day)s 办的，晚了 %(n)s 天", day=spelt(day), n=(day - due).days)
    return 1, 1, _("%(day)s 办的", day=spelt(day))


def _plan(facts: Facts) -> tuple[int, int, Text]:
    meeting = facts.meeting
    in_time, _total, note = _in_time(meeting.submitted_at, facts.due(-meeting.plan_days))
    return in_time if meeting.agreed_at else 0, 1, note if meeting.agreed_at else _("上级还没有同意。")


def _reviews(facts: Facts) -> tuple[int, int, Text]:
    return facts.reviews


def _notice(facts: Facts) -> tuple[int, int, Text]:
    return _in_time(facts.meeting.noticed_at, facts.due(-facts.meeting.notice_days))


def _quorum(facts: Facts) -> tuple[int, int, Text]:
    found = facts.found
    enough = max(found.needed, 1)
    words = {"all": len(found.sitters), "here": len(found.present), "enough": enough}
    said = _("应到 %(all)s 人，实到 %(here)s 人，至少 %(enough)s 人到会", **words)
    return min(len(found.present), enough), enough, said


def _criticism(facts: Facts) -> tuple[int, int, Text]:
    all_, left = len(pairs_of(facts.found)), len(open_pairs(facts.found, facts.spoken))
    return all_ - left, max(all_, 1), _("相互批评意见 %(n)s 条", n=facts.spoken.total)


def _responses(facts: Facts) -> tuple[int, int, Text]:
    found, spoken = facts.found, facts.spoken
    done = sum(each.user_id in spoken.responses for each in found.present)
    return done + sum(each.user_id in spoken.written for each in found.absent), len(found.sitters), ""


def _remarks(facts: Facts) -> tuple[int, int, Text]:
    return min(facts.spoken.remarks, 1), 1, ""


def _minutes(facts: Facts) -> tuple[int, int, Text]:
    return int(facts.meeting.recorded_at is not None), 1, ""


def _told(facts: Facts) -> tuple[int, int, Text]:
    """Nobody can be told before it is known who was absent."""
    absent = facts.found.absent
    if facts.meeting.state in PLANNING:
        return 0, 1, ""
    return sum(each.seat.told_on is not None for each in absent), len(absent), ""


def _report(facts: Facts) -> tuple[int, int, Text]:
    return _in_time(facts.meeting.reported_at, facts.due(facts.meeting.report_days))


def _circular(facts: Facts) -> tuple[int, int, Text]:
    return _in_time(facts.meeting.announced_at, facts.due(facts.meeting.announce_days))


MEASURES: dict[str, Callable[[Facts], tuple[int, int, Text]]] = {
    "plan": _plan,
    "reviews": _reviews,
    "notice": _notice,
    "quorum": _quorum,
    "criticism": _criticism,
    "responses": _responses,
    "remarks": _remarks,
    "minutes": _minutes,
    "told": _told,
    "report": _report,
    "circular": _circular,
}
