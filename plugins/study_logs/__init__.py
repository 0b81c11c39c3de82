"""学习台账：学习活动从计划、签到、记录到补课闭合，谁到了、谁缺了、补没补、学了多少，一本账。"""

from flask_babel import lazy_gettext as _l

from plugins.study_logs.steps import TITLES
from plugins.study_logs.wording import MARK_TITLES

TITLE = _l("学习台账")
PURPOSE = _l("登记学习活动，扫码签到或一键考勤，缺席的人自动有补课任务；写心得，看学时进度，出签到表和台账。")
SEEN_BY = _l(
    "学习活动：本单位和受邀单位的人；考勤和补课：本人、本单位负责人、干事和上级；不公开的心得：只有本人。"
)
REQUIRES_CORE = "1"
DEEDS = {
    "open": _l("登记学习活动"),
    "edit": _l("修改学习活动"),
    "remove": _l("删除计划中的学习活动"),
    "move": _l("办理学习活动"),
    "sitting": _l("增加或删除场次"),
    "test": _l("指定学习活动的知识测试"),
    "roster": _l("调整学习名单"),
    "mark": _l("登记考勤"),
    "unmark": _l("撤销成批登记的考勤"),
    "window": _l("开放或结束签到码"),
    "sign_in": _l("本人签到"),
    "makeup": _l("交补课"),
    "decide": _l("确认、退回或免除补课"),
    "note": _l("写学习心得"),
    "remove_note": _l("删除学习心得"),
    "target": _l("设学习指标"),
    "rules": _l("修改学习规则"),
    "export": _l("导出学习台账"),
}
NOTICES = {
    "invited": _l("请参加%(day)s的学习：%(title)s"),
    "cancelled": _l("%(day)s的学习取消：%(title)s。原因：%(note)s"),
    "makeup": _l("请在 %(due)s 前补课：%(title)s"),
    "makeup_due": _l("补课 %(due)s 到期，您还没有交：%(title)s"),
    "makeup_late": _l("补课已经逾期（%(due)s 到期），请尽快交：%(title)s"),
    "handed": _l("%(who)s交来补课：%(title)s"),
    "confirmed": _l("您的补课已确认：%(title)s"),
    "returned": _l("您的补课被退回：%(title)s。原因：%(note)s"),
    "excused": _l("您的补课已免除：%(title)s。原因：%(note)s"),
}
DETAILS = {
    "start": (_l("原环节"), TITLES),
    "end": (_l("新环节"), TITLES),
    "mark": (_l("考勤"), {**{mark.value: word for mark, word in MARK_TITLES.items()}, "": _l("未登记")}),
    "people": _l("人数"),
    "rows": _l("行数"),
    "person": _l("人员编号"),
    "state": (
        _l("补课"),
        {"handed": _l("已交"), "returned": _l("退回"), "confirmed": _l("已确认"), "excused": _l("免除")},
    ),
    "kind": (_l("格式"), {"docx": "Word", "xlsx": "Excel"}),
}
OBJECTS = {
    "study_logs_session": _l("学习活动"),
    "study_logs_attendance": _l("考勤"),
    "study_logs_makeup": _l("补课"),
    "study_logs_note": _l("学习心得"),
    "study_logs_target": _l("学习指标"),
    "study_logs_rules": _l("学习规则"),
}
