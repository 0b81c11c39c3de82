"""邮件通知：消息另用邮件告诉本人，即时或每日汇总，由每个人自己选；经医院自己的邮件服务器寄出。"""

from flask_babel import lazy_gettext as _l

TITLE = _l("邮件通知")
PURPOSE = _l("有新消息时另寄邮件，即时或每日汇总，每个人自己选；系统管理员看得到寄没寄成，看不到内容。")
REQUIRES_CORE = "1"
FOR_SITE = True
DEEDS = {
    "address": _l("填写接收通知的邮箱"),
    "confirm": _l("确认接收通知的邮箱"),
    "choose": _l("选择邮件通知的方式"),
    "remove": _l("删除接收通知的邮箱"),
    "test": _l("发送测试邮件"),
    "resend": _l("重发邮件"),
}
DETAILS = {
    "address": _l("邮箱"),
    "mode": (_l("方式"), {"off": _l("不发"), "at_once": _l("即时"), "daily": _l("每日汇总")}),
    "result": (_l("结果"), {"sent": _l("已寄出")}),
}
OBJECTS = {"mail_letter": _l("邮件")}
