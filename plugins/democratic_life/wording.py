"""The words of meetings: their kinds and states."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text


class Kind(StrEnum):
    """民主生活会 of a leading group, 组织生活会 of a branch."""

    DEMOCRATIC = "democratic"
    ORGANISATIONAL = "organisational"


class State(StrEnum):
    """Where a meeting is (domain: 筹备 → 待批 → 已批 → 召开 → 记录定稿 → 已上报 → 已通报 → 整改中 → 闭合)."""

    PREPARING = "preparing"
    SUBMITTED = "submitted"
    AGREED = "agreed"
    HELD = "held"
    RECORDED = "recorded"
    REPORTED = "reported"
    ANNOUNCED = "announced"
    CORRECTING = "correcting"
    CLOSED = "closed"


class Stage(StrEnum):
    """A meeting as the way of a campaign counts it: still ahead, or held."""

    AHEAD = "ahead"
    HELD = "held"


class Attendance(StrEnum):
    """Of a seat, once the meeting has begun."""

    PRESENT = "present"
    ABSENT = "absent"


class Phase(StrEnum):
    """A gate belongs before the meeting, into it, or behind it."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class SaidKind(StrEnum):
    """What is said in a meeting: 相互批评, 表态, 缺席的同志的书面发言, 上级点评."""

    CRITICISM = "criticism"
    RESPONSE = "response"
    WRITTEN = "written"
    REMARK = "remark"


class PaperKind(StrEnum):
    """What leaves a meeting in plain words: 情况报告 upward, 通报 to its circle."""

    REPORT = "report"
    CIRCULAR = "circular"


class Circle(StrEnum):
    """Who may read the circular."""

    CADRES = "cadres"
    STAFF = "staff"


class PartOf(StrEnum):
    """What a report or circular can be drafted from."""

    BASIC = "basic"
    PREPARED = "prepared"
    ATTENDED = "attended"
    SPOKEN = "spoken"
    RAISED = "raised"


class ReviewState(StrEnum):
    """Where a self-review is (domain §5)."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    PASSED = "passed"
    READ_OUT = "read_out"
    ADDED_TO = "added_to"
    FILED = "filed"


class Source(StrEnum):
    """Where in a meeting a problem was named that went on to the board."""

    REVIEW = "review"
    CRITICISM = "criticism"
    REMARKS = "remarks"


KIND_TITLES: dict[Kind, Text] = {
    Kind.DEMOCRATIC: _l("民主生活会"),
    Kind.ORGANISATIONAL: _l("组织生活会"),
}
STATE_TITLES: dict[State, Text] = {
    State.PREPARING: _l("筹备"),
    State.SUBMITTED: _l("待批"),
    State.AGREED: _l("已批"),
    State.HELD: _l("召开"),
    State.RECORDED: _l("记录定稿"),
    State.REPORTED: _l("已上报"),
    State.ANNOUNCED: _l("已通报"),
    State.CORRECTING: _l("整改中"),
    State.CLOSED: _l("闭合"),
}
STATE_LIGHTS: dict[State, str] = {
    State.PREPARING: "none",
    State.SUBMITTED: "amber",
    State.AGREED: "green",
    State.HELD: "amber",
    State.RECORDED: "green",
    State.REPORTED: "green",
    State.ANNOUNCED: "green",
    State.CORRECTING: "amber",
    State.CLOSED: "done",
}
PLANNING = (State.PREPARING, State.SUBMITTED, State.AGREED)
"""Not begun yet."""
STAGES: dict[Stage, tuple[State, ...]] = {
    Stage.AHEAD: PLANNING,
    Stage.HELD: tuple(state for state in State if state not in PLANNING),
}
PHASE_TITLES: dict[Phase, Text] = {
    Phase.BEFORE: _l("会前"),
    Phase.DURING: _l("会中"),
    Phase.AFTER: _l("会后"),
}
SAID_TITLES: dict[SaidKind, Text] = {
    SaidKind.CRITICISM: _l("批评意见"),
    SaidKind.RESPONSE: _l("表态"),
    SaidKind.WRITTEN: _l("书面发言"),
    SaidKind.REMARK: _l("上级点评"),
}
AGENDA: tuple[Text, ...] = (
    _l("主持人宣布会议开始，通报到会情况"),
    _l("通报上次会议整改措施落实情况和本次会议准备、征求意见情况"),
    _l("主要负责人代表班子作对照检查，成员提意见"),
    _l("主要负责人带头作个人对照检查，其他同志逐一提出批评意见，本人表态"),
    _l("其他成员依次作个人对照检查、听取批评意见、表态"),
    _l("上级领导或督导组点评"),
    _l("主持人总结"),
)
"""The usual order of proceedings; each meeting may have its own."""
PAPER_TITLES: dict[PaperKind, Text] = {
    PaperKind.REPORT: _l("情况报告"),
    PaperKind.CIRCULAR: _l("通报"),
}
PART_TITLES: dict[PartOf, Text] = {
    PartOf.BASIC: _l("时间、地点、主题、主持人"),
    PartOf.PREPARED: _l("会前准备"),
    PartOf.ATTENDED: _l("到会情况"),
    PartOf.SPOKEN: _l("批评和自我批评的条数"),
    PartOf.RAISED: _l("转到整改台账的问题"),
}
CIRCLE_TITLES: dict[Circle, Text] = {
    Circle.CADRES: _l("本单位及下属单位的负责人和干事"),
    Circle.STAFF: _l("本单位及下属单位的全体职工"),
}
ATTENDANCE_TITLES: dict[Attendance, Text] = {
    Attendance.PRESENT: _l("到会"),
    Attendance.ABSENT: _l("缺席"),
}
REVIEW_TITLES: dict[ReviewState, Text] = {
    ReviewState.DRAFT: _l("起草"),
    ReviewState.IN_REVIEW: _l("审阅中"),
    ReviewState.RETURNED: _l("退回修改"),
    ReviewState.PASSED: _l("已审定"),
    ReviewState.READ_OUT: _l("会上已宣读"),
    ReviewState.ADDED_TO: _l("会后已补充"),
    ReviewState.FILED: _l("已归档"),
}
SOURCE_TITLES: dict[Source, Text] = {
    Source.REVIEW: _l("对照检查"),
    Source.CRITICISM: _l("相互批评"),
    Source.REMARKS: _l("上级点评"),
}
REVIEW_LIGHTS: dict[ReviewState, str] = {
    ReviewState.DRAFT: "none",
    ReviewState.IN_REVIEW: "amber",
    ReviewState.RETURNED: "red",
    ReviewState.PASSED: "green",
    ReviewState.READ_OUT: "green",
    ReviewState.ADDED_TO: "green",
    ReviewState.FILED: "done",
}
PASSED = (ReviewState.PASSED, ReviewState.READ_OUT, ReviewState.ADDED_TO, ReviewState.FILED)
"""A self-review that the whole chain has agreed to."""

PARTS: dict[str, Text] = {
    "basics": _l("作风建设基本情况（遵守政治纪律、执行八项规定）"),
    "problems": _l("主要问题：总的情况"),
    "formalism": _l("主要问题：形式主义"),
    "bureaucracy": _l("主要问题：官僚主义"),
    "hedonism": _l("主要问题：享乐主义"),
    "extravagance": _l("主要问题：奢靡之风"),
    "causes": _l("原因分析"),
    "measures": _l("努力方向和改进措施"),
    "answers": _l("对群众意见的回应"),
    "public_funds": _l("说明：三公经费"),
    "duty_spending": _l("说明：职务消费"),
    "favours": _l("说明：人情消费"),
    "cars": _l("说明：公务用车"),
    "housing": _l("说明：办公用房、住房"),
    "family": _l("说明：家属子女从业"),
    "private_funds": _l("说明：小金库"),
    "clubs": _l("说明：会所"),
    "unplaced": _l("未归入"),
}
"""Of a self-review, in its order. What a Word file holds that belongs to none of the others is `unplaced`."""
POINTS = ("formalism", "bureaucracy", "hedonism", "extravagance")
"""The four winds: one point a line."""
DECLARATIONS = (
    "public_funds",
    "duty_spending",
    "favours",
    "cars",
    "housing",
    "family",
    "private_funds",
    "clubs",
)
PARTS_OF: dict[Kind, tuple[str, ...]] = {
    Kind.DEMOCRATIC: tuple(PARTS),
    Kind.ORGANISATIONAL: tuple(name for name in PARTS if name not in DECLARATIONS),
}
"""Branch members declare nothing."""
