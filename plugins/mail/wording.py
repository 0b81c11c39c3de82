"""What went wrong with a letter or with the mail server, in a sentence that says what to do."""

from collections.abc import Mapping
from typing import Final

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from intranet.wording import sentences
from plugins.mail.models import Kind, Mode, State
from plugins.mail.smtp import Fault

FAULTS: Final[Mapping[Fault, Text]] = {
    Fault.NO_HOST: _l("找不到邮件服务器 %(host)s。请检查 SMTP_HOST 和本机的域名解析。"),
    Fault.UNREACHABLE: _l(
        "连不上邮件服务器 %(host)s 的 %(port)s 端口。请检查 SMTP_PORT、防火墙和服务器是否开着。"
    ),
    Fault.SILENT: _l(
        "邮件服务器没有在 %(seconds)s 秒内应答。请检查 SMTP_SECURITY 与端口是否相配，或稍后再试。"
    ),
    Fault.CLOSED: _l("邮件服务器中途断开了连接。请稍后再试；总是这样，请看邮件服务器的日志。"),
    Fault.CERTIFICATE: _l(
        "邮件服务器的证书不可信，或与名字 %(host)s 不符，没有继续。"
        "医院自己发的证书，请把发证机构的证书填在 SMTP_CA_FILE。"
    ),
    Fault.TLS: _l("没能与邮件服务器建立加密连接。请检查 SMTP_SECURITY 与端口是否相配。"),
    Fault.NO_TLS: _l("邮件服务器没有提供 STARTTLS，为免泄密没有继续。请改用 tls，或请邮件管理员开启。"),
    Fault.LOGIN: _l(
        "邮件服务器不接受 SMTP_USER 和 SMTP_PASSWORD。请检查用户名和密码，邮箱可能另有客户端授权码。"
    ),
    Fault.NOT_NOW: _l("邮件服务器现在不收信。请稍后再试。"),
    Fault.SENDER: _l("邮件服务器不接受发件地址。请检查 MAIL_FROM 是否属于所用的账号。"),
    Fault.STRANGE: _l("看不懂邮件服务器的应答。请检查 SMTP_HOST 和 SMTP_PORT 指的是不是邮件服务器。"),
    Fault.RECIPIENT: _l("邮件服务器拒收这个收件地址。请检查地址。"),
    Fault.LATER: _l("邮件服务器让我们过一会儿再寄。"),
    Fault.POLICY: _l("邮件服务器按自己的规定不转发这封邮件。请邮件管理员允许本系统转发。"),
    Fault.CONTENT: _l("邮件服务器拒收这封邮件的内容。请看邮件服务器的日志。"),
    Fault.INTERRUPTED: _l("寄到一半程序停了，不知道寄到没有，会再寄一次。"),
}
STATES: Final[Mapping[State, tuple[str, Text]]] = {
    State.WAITING: ("none", _l("等待寄出")),
    State.SENDING: ("amber", _l("正在寄出")),
    State.FAILED: ("amber", _l("没寄成，会再试")),
    State.SENT: ("green", _l("已寄出")),
    State.GIVEN_UP: ("red", _l("不再寄")),
}
KINDS: Final[Mapping[Kind, Text]] = {Kind.CODE: _l("确认邮件"), Kind.NOTICES: _l("消息邮件")}
MODES: Final[Mapping[Mode, Text]] = {
    Mode.OFF: _l("不发"),
    Mode.AT_ONCE: _l("即时：有新消息，几分钟内寄出"),
    Mode.DAILY: _l("每日汇总：每个工作日一封"),
}


def said(fault: str, code: str = "") -> str:
    """The sentence, and the number of the server's answer for whoever reads its log."""
    named = {"host": "SMTP_HOST", "port": "SMTP_PORT", "seconds": "SMTP_TIMEOUT_SECONDS"}
    words = {name: current_app.config[setting] for name, setting in named.items()}
    sentence = str(FAULTS[Fault(fault)]) % words
    return sentences([sentence, _("服务器答复：%(code)s。", code=code)]) if code else sentence
