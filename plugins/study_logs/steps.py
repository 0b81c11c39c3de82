"""The stages of a session, and the one table of steps: from, to, who, what it needs, its rule."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text

RECORD = "study_logs:record"
ARCHIVE = "study_logs:archive"
SEE = "study_logs:see"
TARGETS = "study_logs:targets"


class Stage(StrEnum):
    """Where a session is."""

    PLANNED = "planned"
    NOTIFIED = "notified"
    SIGNING = "signing"
    RECORDED = "recorded"
    CLOSED = "closed"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


TITLES: dict[Stage, Text] = {
    Stage.PLANNED: _l("计划"),
    Stage.NOTIFIED: _l("已通知"),
    Stage.SIGNING: _l("签到中"),
    Stage.RECORDED: _l("已记录"),
    Stage.CLOSED: _l("补课闭合"),
    Stage.ARCHIVED: _l("已归档"),
    Stage.CANCELLED: _l("已取消"),
}
LIGHTS = {
    Stage.PLANNED: "none",
    Stage.NOTIFIED: "none",
    Stage.SIGNING: "green",
    Stage.RECORDED: "amber",
    Stage.CLOSED: "done",
    Stage.ARCHIVED: "done",
    Stage.CANCELLED: "none",
}
AHEAD = (Stage.PLANNED, Stage.NOTIFIED)
UNSETTLED = (Stage.PLANNED, Stage.NOTIFIED, Stage.SIGNING)
"""The record is not final: facts and roster may change."""
HELD = (Stage.RECORDED, Stage.CLOSED, Stage.ARCHIVED)
"""It took place, and counts."""
FILED = (Stage.ARCHIVED, Stage.CANCELLED)
"""Nothing of it changes any more."""


class Need(StrEnum):
    """What a step asks for."""

    NOTE = "note"
    ROSTER = "roster"
    CONTENT = "content"
    ALL_MARKED = "all_marked"
    REASONS = "reasons"
    ALL_MADE_UP = "all_made_up"


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow. `quiet`: its button stands back, as that of a return does."""

    start: Stage
    end: Stage
    verb: Text
    permission: str
    sentence: Text
    needs: tuple[Need, ...] = ()
    note: Text = ""
    quiet: bool = False

    @property
    def end_title(self) -> Text:
        return TITLES[self.end]


BACK, WHY = _l("退回理由"), _l("取消原因")
CANCEL_RULE = _l("取消要写原因；已经通知的，会告诉名单上的每个人。")
STEPS = (
    Step(
        Stage.PLANNED,
        Stage.NOTIFIED,
        _l("发通知"),
        RECORD,
        _l("按受邀单位现在的人员更新名单，通知名单上的每个人。"),
        (Need.ROSTER,),
    ),
    Step(
        Stage.PLANNED,
        Stage.SIGNING,
        _l("直接登记考勤"),
        RECORD,
        _l("已经办完的学习补记台账用这一步，不发通知。"),
        (Need.ROSTER,),
        quiet=True,
    ),
    Step(Stage.PLANNED, Stage.CANCELLED, _l("取消"), RECORD, CANCEL_RULE, (Need.NOTE,), note=WHY, quiet=True),
    Step(
        Stage.NOTIFIED,
        Stage.SIGNING,
        _l("开始签到"),
        RECORD,
        _l("名单再按现在的人员更新一次，然后考勤或开放签到码。"),
        (Need.ROSTER,),
    ),
    Step(
        Stage.NOTIFIED, Stage.CANCELLED, _l("取消"), RECORD, CANCEL_RULE, (Need.NOTE,), note=WHY, quiet=True
    ),
    Step(
        Stage.SIGNING,
        Stage.RECORDED,
        _l("记录定稿"),
        RECORD,
        _l("人人有考勤、请假有事由和批准人、写明学习内容，才能定稿；定稿后没到的人各有一项补课任务。"),
        (Need.ALL_MARKED, Need.REASONS, Need.CONTENT),
    ),
    Step(
        Stage.RECORDED,
        Stage.SIGNING,
        _l("退回考勤"),
        RECORD,
        _l("考勤有误的写明理由退回；改为出席的人，补课任务随之撤销。"),
        (Need.NOTE,),
        note=BACK,
        quiet=True,
    ),
    Step(
        Stage.RECORDED,
        Stage.CLOSED,
        _l("补课闭合"),
        RECORD,
        _l("没到的人全部补课确认或免除以后，才能闭合。"),
        (Need.ALL_MADE_UP,),
    ),
    Step(
        Stage.CLOSED, Stage.ARCHIVED, _l("归档"), ARCHIVE, _l("材料齐了再归档；归档以后内容和材料都不再改。")
    ),
    Step(
        Stage.CLOSED,
        Stage.RECORDED,
        _l("退回补课"),
        ARCHIVE,
        _l("归档前发现记录或补课有问题的，写明理由退回。"),
        (Need.NOTE,),
        note=BACK,
        quiet=True,
    ),
)
STEP_OF = {(step.start, step.end): step for step in STEPS}
STEPS_FROM = {stage: tuple(step for step in STEPS if step.start is stage) for stage in Stage}


def steps_for(stage: Stage, held: Collection[str]) -> list[Step]:
    """What somebody with these permissions in the session's unit may do next."""
    return [step for step in STEPS_FROM[stage] if step.permission in held]
