"""审计：谁在什么时候对什么做了什么，按人、按事、按单位查，导出，核对，按月留存。"""

from flask_babel import lazy_gettext as _l

TITLE = _l("审计")
PURPOSE = _l("审计管理员查阅、导出、核对全部操作记录；到期的记录按月封存后清除，留下签名的首尾。")
REQUIRES_CORE = "1"
FOR_SITE = True
DEEDS = {
    "export": _l("导出审计记录"),
    "close": _l("封存并清除到期的审计记录"),
}
DETAILS = {
    "count": _l("条数"),
    "by_sealed": _l("只限查阅密件"),
    "by_person": _l("人员"),
    "by_deed": _l("做了什么"),
    "by_unit": _l("单位"),
    "by_start": _l("从"),
    "by_end": _l("到"),
    "by_result": (_l("结果"), {"done": _l("已办成"), "refused": _l("被拒绝")}),
    "by_address": _l("来自"),
    "by_subject": _l("对象"),
    "first": _l("首条"),
    "last": _l("末条"),
}
OBJECTS = {"core_audit_entry": _l("审计记录"), "core_audit_segment": _l("审计分段")}
