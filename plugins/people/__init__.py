"""单位与人员：单位表、人员、成员关系、授权与临时代理；按医院自己的 Excel 表导入和导出。"""

from flask_babel import lazy_gettext as _l

from plugins.people.wording import KINDS

TITLE = _l("单位与人员")
PURPOSE = _l("系统管理员维护单位和人员，安全管理员授权；全院名单可以用一个 Excel 文件导入和导出。")
REQUIRES_CORE = "1"
FOR_SITE = True
DEEDS = {
    "edit-unit": _l("修改单位"),
    "move-unit": _l("移动单位"),
    "close-unit": _l("关闭单位"),
    "reopen-unit": _l("重新启用单位"),
    "merge-unit": _l("合并单位"),
    "edit-person": _l("修改人员资料"),
    "membership": _l("修改成员关系"),
    "leave": _l("结束成员关系"),
    "revoke": _l("收回授权"),
    "delegate": _l("安排临时代理"),
    "permission": _l("调整权限"),
    "import": _l("导入单位和人员"),
    "export": _l("导出单位和人员"),
}
NOTICES = {
    "stands_in": _l("您从 %(start)s 到 %(end)s 代理%(who)s在%(place)s的职责"),
    "stood_in": _l("%(who)s从 %(start)s 到 %(end)s 代理您在%(place)s的职责"),
    "stands_no_more": _l("您不再代理%(who)s在%(place)s的职责"),
    "stood_no_more": _l("%(who)s不再代理您在%(place)s的职责"),
}
DETAILS = {
    "name": _l("名称"),
    "kind": (_l("类型"), {str(kind): word for kind, word in KINDS.items()}),
    "position": _l("顺序号"),
    "whole": (_l("连同下级"), {"True": _l("是"), "False": _l("否")}),
    "instead_of": _l("代理谁"),
    "day": _l("日期"),
    "new_units": _l("新单位"),
    "changed_units": _l("改动的单位"),
    "new_people": _l("新人员"),
    "renamed": _l("改名"),
    "memberships": _l("成员关系"),
}
OBJECTS = {"people_draft": _l("名单")}
