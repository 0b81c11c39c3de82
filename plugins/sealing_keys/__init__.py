"""密封密钥：换一把新密钥，人在用的时候把旧密钥密封的内容全部改用新的；密钥不在会说出来。"""

from flask_babel import lazy_gettext as _l

TITLE = _l("密封密钥")
PURPOSE = _l("更换密封密钥：已密封的内容逐份改用新密钥，不影响使用；密钥不在时，检查会说有多少份打不开。")
REQUIRES_CORE = "1"
FOR_SITE = True
DEEDS = {
    "reseal": _l("改用新密钥重新密封"),
    "new-key": _l("增加密封密钥"),
}
