"""The notice board of a ward: its people read it, its head and its recorder write on it."""

from flask_babel import lazy_gettext as _l

TITLE = _l("科室公告")
PURPOSE = _l("本科室的通知贴在这里，人人可看，负责人和干事可发。")
REQUIRES_CORE = "1"
DEEDS = {"post": _l("张贴公告")}
