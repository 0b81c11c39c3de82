"""工作日与到期提醒：节假日和调休的表由系统管理员维护；每个工作日上午，快到期和已逾期的事提醒到人。"""

from flask_babel import lazy_gettext as _l

TITLE = _l("工作日与到期提醒")
PURPOSE = _l("维护放假和调休的日子；到期前若干个工作日和逾期后提醒责任人，久拖不办的告诉分管领导。")
REQUIRES_CORE = "1"
FOR_SITE = True
DEEDS = {"change": _l("修改工作日")}
DETAILS = {"days": _l("日期（+ 上班，- 休息）")}
