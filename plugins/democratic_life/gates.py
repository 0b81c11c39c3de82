"""The gates of a meeting: what must be done before a step may be taken, in three lists."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from plugins.democratic_life.wording import Phase


@dataclass(frozen=True, slots=True)
class Gate:
    """`blocks`: the steps that wait for it. `asked`: what people look at where no other plugin answers."""

    name: str
    phase: Phase
    title: Text
    sentence: Text
    blocks: tuple[str, ...]
    asked: Text = ""


GATES = (
    Gate(
        "plan",
        Phase.BEFORE,
        _l("方案报批"),
        _l("主题和时间提前报上级，上级同意。"),
        ("begin",),
    ),
    Gate(
        "study",
        Phase.BEFORE,
        _l("集中学习"),
        _l("会前组织集中学习。"),
        ("begin",),
        asked=_l("请核对会前学了几次、谁没有参加，再登记办完的日期和说明。"),
    ),
    Gate(
        "opinions",
        Phase.BEFORE,
        _l("征求意见并反馈"),
        _l("听取各方面意见，原汁原味反馈给本人。"),
        ("begin",),
        asked=_l("请核对征求了多少条意见、是否反馈给本人，再登记办完的日期和说明。"),
    ),
    Gate(
        "talks",
        Phase.BEFORE,
        _l("谈心谈话"),
        _l("该谈的都谈到，把问题谈开在会前。"),
        ("begin",),
        asked=_l("请核对该谈的是否都谈到，再登记办完的日期和说明。"),
    ),
    Gate(
        "measures",
        Phase.BEFORE,
        _l("上次整改措施"),
        _l("上次会议的整改措施落实情况，会上要通报。"),
        ("begin",),
        asked=_l("请核对上次会议的整改措施办到哪里，再登记日期和说明；上次没有开过的也写明。"),
    ),
    Gate(
        "reviews",
        Phase.BEFORE,
        _l("对照检查材料审定"),
        _l("班子和每位成员的材料逐级审阅通过。"),
        ("begin",),
    ),
    Gate(
        "notice",
        Phase.BEFORE,
        _l("会议通知"),
        _l("提前通知参加会议的人。"),
        ("begin",),
    ),
    Gate(
        "quorum",
        Phase.DURING,
        _l("到会人数"),
        _l("到会人数达到规定比例才能开会。"),
        ("begin", "record"),
    ),
    Gate(
        "criticism",
        Phase.DURING,
        _l("相互批评"),
        _l("到会的每一位对其他每一位都提出批评意见。"),
        ("record",),
    ),
    Gate(
        "responses",
        Phase.DURING,
        _l("表态和书面发言"),
        _l("到会的每一位表态，缺席的交书面发言。"),
        ("record",),
    ),
    Gate(
        "remarks",
        Phase.DURING,
        _l("上级点评"),
        _l("上级或督导组对会议作点评。"),
        ("record",),
    ),
    Gate(
        "minutes",
        Phase.AFTER,
        _l("会议记录"),
        _l("会议记录定稿，密封保存。"),
        ("close",),
    ),
    Gate(
        "told",
        Phase.AFTER,
        _l("转告缺席的同志"),
        _l("会上对缺席同志的批评意见，会后转告本人。"),
        ("report",),
    ),
    Gate(
        "report",
        Phase.AFTER,
        _l("情况报告"),
        _l("会后按时上报会议情况。"),
        ("close",),
    ),
    Gate(
        "circular",
        Phase.AFTER,
        _l("通报"),
        _l("会后按时在一定范围通报。"),
        ("close",),
    ),
    Gate(
        "handover",
        Phase.AFTER,
        _l("整改清单"),
        _l("批评意见和点评里的问题、措施转到整改台账。"),
        ("correct", "close"),
    ),
)
GATE_OF = {gate.name: gate for gate in GATES}
