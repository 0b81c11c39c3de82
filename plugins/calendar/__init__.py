"""日历：各项功能的全部期限按月、按列表看；每人可以在自己的手机和电脑里订阅自己的期限。"""

from flask_babel import lazy_gettext as _l

TITLE = _l("日历")
PURPOSE = _l("各项功能的全部期限按月或列成清单看；自己的期限可以订阅到手机和电脑的日历里。")
REQUIRES_CORE = "1"
FOR_SITE = True
DEEDS = {
    "make": _l("生成日历订阅地址"),
    "content": _l("调整日历订阅的内容"),
    "revoke": _l("停用日历订阅地址"),
}
DETAILS = {"titles": (_l("写出标题"), {"True": _l("是"), "False": _l("否")})}
