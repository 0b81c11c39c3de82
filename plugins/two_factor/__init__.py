"""二次验证：密码之后再输一次手机上的动态码，偷到密码的人也进不来。"""

from flask_babel import lazy_gettext as _l

TITLE = _l("二次验证")
PURPOSE = _l("登录时在密码之后再要一个手机上的动态码；安全管理员可以要求某些角色必须使用。")
REQUIRES_CORE = "1"
FOR_SITE = True
DEEDS = {
    "set-up": _l("开启二次验证"),
    "refused": _l("动态码不对"),
    "recovered": _l("用恢复码登录"),
    "codes": _l("换一组恢复码"),
    "off": _l("关闭二次验证"),
    "reset": _l("解除他人的二次验证"),
    "demand": _l("调整哪些角色必须二次验证"),
}
DETAILS = {"demanded": (_l("必须"), {"True": _l("是"), "False": _l("否")})}
