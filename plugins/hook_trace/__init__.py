"""接口跟踪：写插件的人把它打开，日志里就有每一次接口调用，谁答的、多久、多少，没有内容。"""

from flask_babel import lazy_gettext as _l

TITLE = _l("接口跟踪")
PURPOSE = _l("给编写插件的人用：设置 TRACE_PLUGINS 后，每次接口调用在日志里占一行，不含内容。")
REQUIRES_CORE = "1"
FOR_SITE = True
