"""The one table of steps of a meeting: from, to, whose they are, the rule in a sentence."""

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from plugins.democratic_life.wording import State

OVERVIEW = "democratic_life:overview"
PREPARE = "democratic_life:prepare"
AGREE = "democratic_life:agree"
SEAT, CHAIR, RECORDER, KEEPER, SUPERIOR = "seat", "chair", "recorder", "keeper", "superior"
"""What a person can be to a meeting. A keeper has PREPARE in its unit, a superior has AGREE from above it."""
READERS = frozenset({SEAT, CHAIR, RECORDER})
"""Who opens what was said."""
KEEPERS = (KEEPER, RECORDER)
BEGUN = (State.HELD, State.RECORDED, State.REPORTED, State.ANNOUNCED, State.CORRECTING)


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow. `stamp`: the column that keeps the moment. `asks`, `asks_day`: what must be written."""

    name: str
    starts: tuple[State, ...]
    end: State
    verb: Text
    by: tuple[str, ...]
    sentence: Text
    stamp: str = ""
    asks: Text = ""
    asks_day: Text = ""
    quiet: bool = False

    def is_for(self, parts: Collection[str]) -> bool:
        return bool(set(self.by) & set(parts))


STEPS = (
    Step(
        "submit",
        (State.PREPARING,),
        State.SUBMITTED,
        _l("报批方案"),
        KEEPERS,
        _l("主题、时间、地点、主持人、记录人和参加人员齐了，报上级同意。"),
        "submitted_at",
    ),
    Step(
        "agree",
        (State.SUBMITTED,),
        State.AGREED,
        _l("同意方案"),
        (SUPERIOR,),
        _l("上级同意主题和时间以后，才能发通知、召开。"),
        "agreed_at",
    ),
    Step(
        "agree_on_paper",
        (State.SUBMITTED,),
        State.AGREED,
        _l("登记上级的书面同意"),
        KEEPERS,
        _l("上级不用本系统的，收到批复以后登记日期和文号；谁登记的会写在会议页上。"),
        "agreed_at",
        asks=_l("批复的文号"),
        asks_day=_l("批复的日期"),
        quiet=True,
    ),
    Step(
        "send_back",
        (State.SUBMITTED,),
        State.PREPARING,
        _l("退回修改"),
        (SUPERIOR,),
        _l("写明要改什么，筹备的人会收到消息。"),
        asks=_l("要改什么"),
        quiet=True,
    ),
    Step(
        "withdraw",
        (State.SUBMITTED, State.AGREED),
        State.PREPARING,
        _l("撤回修改"),
        KEEPERS,
        _l("方案要改（主题、时间、人员），先撤回，改好重新报批。"),
        quiet=True,
    ),
    Step(
        "notify",
        (State.AGREED,),
        State.AGREED,
        _l("发出会议通知"),
        KEEPERS,
        _l("参加会议的人都会收到消息，日历里也有这次会议。"),
        "noticed_at",
    ),
    Step(
        "begin",
        (State.AGREED,),
        State.HELD,
        _l("开会"),
        (CHAIR, *KEEPERS),
        _l("会前关口都过了，到会人数够了，就可以开会。"),
        "held_at",
    ),
    Step(
        "record",
        (State.HELD,),
        State.RECORDED,
        _l("记录定稿"),
        (CHAIR, RECORDER),
        _l("会中关口都过了，会议记录写好，就可以定稿；定稿以后发言和记录不再改动。"),
        "recorded_at",
    ),
    Step(
        "report",
        (State.RECORDED,),
        State.REPORTED,
        _l("上报情况报告"),
        KEEPERS,
        _l("情况报告写好、看过预览，再上报。"),
        "reported_at",
    ),
    Step(
        "announce",
        (State.REPORTED,),
        State.ANNOUNCED,
        _l("发布通报"),
        KEEPERS,
        _l("通报写好、选定范围、看过预览，再发布；范围里的人都能看。"),
        "announced_at",
    ),
    Step(
        "correct",
        (State.ANNOUNCED,),
        State.CORRECTING,
        _l("进入整改"),
        KEEPERS,
        _l("整改清单转交以后，进入整改。"),
    ),
    Step(
        "close",
        (State.CORRECTING,),
        State.CLOSED,
        _l("闭合"),
        KEEPERS,
        _l("会后关口都过了，整改措施办完，这次会议就闭合。"),
    ),
    Step(
        "again",
        BEGUN,
        State.CLOSED,
        _l("责令重新召开"),
        (SUPERIOR,),
        _l("会议走过场、质量不高的，写明理由，责令重新召开；本次会议就此结束，另起一次筹备。"),
        asks=_l("理由"),
        quiet=True,
    ),
)
STEP_OF = {step.name: step for step in STEPS}
