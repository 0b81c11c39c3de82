"""我的账号：自己改密码，看自己在哪些电脑上登录，把不认识的登录结束掉；密码要求也在这里。"""

from flask_babel import lazy_gettext as _l

TITLE = _l("我的账号")
PURPOSE = _l("每个人改自己的密码，查看并结束自己的登录；按等保或 ASVS 检查新密码。")
REQUIRES_CORE = "1"
FOR_SITE = True
DEEDS = {"password": _l("修改密码"), "refused": _l("修改密码被拒")}
