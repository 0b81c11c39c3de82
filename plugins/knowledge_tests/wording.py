"""The words for kinds and states."""

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from plugins.knowledge_tests.models import Counts, Kind, Shows, State

KINDS: dict[Kind, Text] = {
    Kind.SINGLE: _l("单选"),
    Kind.MULTIPLE: _l("多选"),
    Kind.TRUE_FALSE: _l("判断"),
}
STATES: dict[State, Text] = {State.DRAFT: _l("草稿"), State.OPEN: _l("已发布"), State.CLOSED: _l("已结束")}
LIGHTS = {State.DRAFT: "none", State.OPEN: "green", State.CLOSED: "done"}
COUNTS: dict[Counts, Text] = {Counts.BEST: _l("最好的一次"), Counts.LAST: _l("最后一次")}
SHOWS: dict[Shows, Text] = {
    Shows.CLOSED: _l("测试结束后"),
    Shows.SUBMITTED: _l("本人交卷且不能再考时"),
    Shows.NEVER: _l("不公布"),
}
TRUE_FALSE = ("正确", "错误")
"""What a true-false question offers, in the bank's own language."""
NO_TOPIC: Text = _l("未分类")
WHO: dict[str, Text] = {
    "invited": _l("应考"),
    "taken": _l("已考"),
    "passed": _l("合格"),
    "failed": _l("不合格"),
    "absent": _l("未考"),
    "running": _l("作答中"),
}
"""The lists of a quiz's people."""
