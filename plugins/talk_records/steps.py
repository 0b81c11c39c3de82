"""The one table of steps of a talk: from, to, whose they are, what they need, the rule in a sentence."""

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from plugins.talk_records.wording import State

HOST, SUBJECT, RECORDER, PLANNER = "host", "subject", "recorder", "planner"
PARTIES = (HOST, SUBJECT)
"""What a person can be to a talk; the planner is the office, which reads nothing of it."""
DAY, HELD_ON, WRITTEN = "day", "held_on", "written"
"""What a step may need: the day to come, the day it was, something written about it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow. `each`: everybody of these sides takes it, and the last one moves the talk."""

    name: str
    starts: tuple[State, ...]
    end: State | None
    verb: Text
    by: tuple[str, ...]
    sentence: Text
    needs: tuple[str, ...] = ()
    each: bool = False
    quiet: bool = False
    reopens: bool = False
    """What was confirmed must be confirmed once more."""

    def is_for(self, parts: Collection[str]) -> bool:
        return bool(set(self.by) & set(parts))


STEPS = (
    Step(
        "arrange",
        (State.PLANNED, State.ARRANGED),
        State.ARRANGED,
        _l("约定时间"),
        (HOST, SUBJECT, RECORDER, PLANNER),
        _l("填谈话的日期；改约再填一次，双方都会收到消息。"),
        (DAY,),
    ),
    Step(
        "hold",
        (State.PLANNED, State.ARRANGED),
        State.HELD,
        _l("谈过了"),
        (HOST, SUBJECT, RECORDER),
        _l("填实际谈话的日期，不晚于今天；内容随后填写。"),
        (HELD_ON,),
    ),
    Step(
        "confirm",
        (State.HELD,),
        State.CONFIRMED,
        _l("确认"),
        PARTIES,
        _l("谈话内容写好以后，双方各自打开核对、确认；内容再有改动，要重新确认。"),
        (WRITTEN,),
        each=True,
    ),
    Step(
        "archive",
        (State.HELD, State.CONFIRMED),
        State.ARCHIVED,
        _l("归档"),
        (HOST, RECORDER),
        _l("双方确认后归档，内容不再改动。"),
    ),
    Step(
        "redate",
        (State.HELD, State.CONFIRMED),
        State.HELD,
        _l("更正日期"),
        (HOST, SUBJECT, RECORDER),
        _l("谈话或回访的日期填错了在这里改；改了以后双方要重新确认。"),
        (HELD_ON,),
        quiet=True,
        reopens=True,
    ),
    Step(
        "follow",
        (State.HELD, State.CONFIRMED, State.ARCHIVED),
        None,
        _l("已回访"),
        (HOST, RECORDER),
        _l("到期回访以后点一下，提醒就此结束。"),
    ),
    Step(
        "dismiss",
        (State.PLANNED, State.ARRANGED, State.HELD, State.CONFIRMED),
        None,
        _l("不要记录人"),
        PARTIES,
        _l("记录人从此打不开谈话内容，由双方自己填写；点了以后不能恢复。"),
        quiet=True,
    ),
    Step(
        "cancel",
        (State.PLANNED, State.ARRANGED),
        State.CANCELLED,
        _l("取消"),
        (HOST, SUBJECT, PLANNER),
        _l("还没有谈的可以取消；该谈的仍算未谈。"),
        quiet=True,
    ),
)
STEP_OF = {step.name: step for step in STEPS}
