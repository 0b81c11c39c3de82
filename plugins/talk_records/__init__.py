"""谈心谈话：班子成员之间、和分管单位负责人之间谁该谈、谈了没有；内容密封，只有谈话双方和记录人能打开。"""

from flask_babel import lazy_gettext as _l

from plugins.talk_records.steps import STEPS
from plugins.talk_records.wording import KIND_TITLES

TITLE = _l("谈心谈话")
PURPOSE = _l("三必谈、两主动谈：谁该和谁谈、会前谈了没有，一张表看清；内容加密，只有双方和记录人能打开。")
SEEN_BY = _l("谈话内容：只有谈话双方和记录人。活动办、领导和督导组只看到谁和谁、什么时候谈过；管理员看不到。")
REQUIRES_CORE = "1"
DEEDS = {
    "roster": _l("修改班子成员名册"),
    "cycle": _l("设定谈心谈话轮次"),
    "plan": _l("安排谈话"),
    "move": _l("办理谈话"),
    "write": _l("填写谈话内容"),
    "read": _l("打开谈话内容"),
    "take_away": _l("下载谈话记录表"),
    "pass_on": _l("提出转交谈话中的问题"),
    "agree": _l("同意转交谈话中的问题"),
    "withdraw": _l("撤回转交谈话中的问题"),
    "waive": _l("写明免谈"),
    "restore": _l("恢复为应谈"),
    "export": _l("导出谈心谈话一览表"),
}
SEALED_READS = {"read", "take_away"}
NOTICES = {
    "planned": _l("%(who)s约您谈心谈话，请打开查看"),
    "arranged": _l("谈心谈话的时间定在 %(day)s，请打开查看"),
    "cancelled": _l("%(who)s取消了和您的谈心谈话"),
    "held": _l("谈心谈话的记录请您核对确认"),
    "redated": _l("%(who)s更正了谈心谈话的日期，请您重新确认"),
    "passed": _l("谈话对方提出转交一个问题，请您看过再决定是否同意"),
    "withdrawn": _l("%(who)s撤回或者没有同意转交一个谈话中的问题，不再转交"),
}
DETAILS = {
    "kind": (_l("类型"), KIND_TITLES),
    "deed": (_l("办理"), {step.name: step.verb for step in STEPS}),
    "person": _l("人员"),
    "people": _l("哪两位"),
    "starts": _l("开始"),
    "ends": _l("结束"),
    "due": _l("期限"),
    "count": _l("数量"),
}
OBJECTS = {
    "talk_records_talk": _l("谈话"),
    "talk_records_member": _l("班子成员"),
    "talk_records_cycle": _l("谈话轮次"),
}
