"""What the site has said about its mail server, and what is wrong with it."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from plugins.mail.addresses import DOMAIN, is_valid

HOST = re.compile(rf"{DOMAIN}|[0-9A-Fa-f:]+")
SITE = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/?")
LAST_PORT, LONGEST_WAIT = 65535, 30


class Security(StrEnum):
    """How the way to the mail server is sealed."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Server:
    """The mail server, with everything needed to hand it a letter."""

    host: str
    port: int
    security: Security
    ca_file: str
    user: str
    password: str = field(repr=False)
    timeout: int
    sender: str

    @property
    def domain(self) -> str:
        """Of the sender: what the letters' own names end with."""
        return self.sender.rpartition("@")[2]


def server() -> Server | None:
    """None as long as e-mail is off: no server is named, or what is said about it cannot be right."""
    said = current_app.config
    if not said["SMTP_HOST"] or faults():
        return None
    return Server(
        host=said["SMTP_HOST"],
        port=said["SMTP_PORT"],
        security=Security(said["SMTP_SECURITY"]),
        ca_file=said["SMTP_CA_FILE"],
        user=said["SMTP_USER"],
        password=said["SMTP_PASSWORD"],
        timeout=said["SMTP_TIMEOUT_SECONDS"],
        sender=said["MAIL_FROM"],
    )


def site(path: str) -> str:
    """The whole address of a page: a letter is read far from the site."""
    return str(current_app.config["SITE_ADDRESS"]).rstrip("/") + path


def site_host() -> str:
    """The site's own name, by which it greets the mail server."""
    return urlsplit(current_app.config["SITE_ADDRESS"]).hostname or "localhost"


def says_titles() -> bool:
    """Whether letters say what the notices say, or only how many there are."""
    return bool(current_app.config["MAIL_TITLES"])


def faults() -> list[Text]:
    """What must be put right before a letter is sent. Nothing when no server is named."""
    said = current_app.config
    if not said["SMTP_HOST"]:
        return []
    port, wait, ca_file = said["SMTP_PORT"], said["SMTP_TIMEOUT_SECONDS"], said["SMTP_CA_FILE"]
    site_is = _l("SITE_ADDRESS 应是大家打开本系统的地址，例如 https://intranet.example.cn。")
    wrong = [
        (_l("SMTP_HOST 应是邮件服务器的名字或 IP 地址。"), not HOST.fullmatch(said["SMTP_HOST"])),
        (_l("SMTP_SECURITY 只能是 starttls、tls 或 none。"), said["SMTP_SECURITY"] not in set(Security)),
        (_l("SMTP_PORT 应在 1 到 65535 之间。"), not 1 <= port <= LAST_PORT),
        (_l("SMTP_TIMEOUT_SECONDS 应在 1 到 30 之间。"), not 1 <= wait <= LONGEST_WAIT),
        (_l("MAIL_FROM 应是一个邮箱地址。"), not is_valid(said["MAIL_FROM"])),
        (site_is, not SITE.fullmatch(said["SITE_ADDRESS"])),
        (_l("SMTP_CA_FILE 指的文件不存在。"), bool(ca_file) and not Path(ca_file).is_file()),
        *_of_the_account(said["SMTP_USER"], said["SMTP_PASSWORD"], said["SMTP_SECURITY"]),
    ]
    return [sentence for sentence, is_wrong in wrong if is_wrong]


def _of_the_account(user: str, password: str, security: str) -> list[tuple[Text, bool]]:
    open_way = bool(user) and security == Security.NONE
    return [
        (_l("SMTP_USER 和 SMTP_PASSWORD 要么都填，要么都不填。"), bool(user) != bool(password)),
        (
            _l("SMTP_USER 和 SMTP_PASSWORD 只能用英文字母、数字和符号。"),
            not (user + password).isascii(),
        ),
        (_l("密码不能不加密就送出去：请用 starttls 或 tls，或者不填 SMTP_USER。"), open_way),
    ]
