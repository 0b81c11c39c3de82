"""Addresses: which ones we send to, and how they are shown to others than their owner."""

import re

from flask import current_app
from flask_babel import gettext as _

from intranet.errors import Invalid

LONGEST = 254
LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DOMAIN = rf"{LABEL}(?:\.{LABEL})*"
SIGNS = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = re.compile(rf"(?=.{{1,64}}@){SIGNS}(?:\.{SIGNS})*@{DOMAIN}")
"""What HTML calls a valid address, with dots only between other signs: no blanks, quotes or line breaks."""


def is_valid(address: str) -> bool:
    return len(address) <= LONGEST and ADDRESS.fullmatch(address) is not None


def checked(typed: str) -> str:
    """The address as it is kept. Raises Invalid for what no letter could reach.

    A domain without a dot is a slip of the pen, unless the site's own settings name it: `oa@mailhost`.
    """
    name, _at, domain = typed.strip().rpartition("@")
    address = f"{name}@{domain.lower()}"
    own = {
        current_app.config["MAIL_FROM"].rpartition("@")[2].lower(),
        current_app.config["SMTP_HOST"].lower(),
    }
    if not is_valid(address) or ("." not in domain and domain.lower() not in own):
        raise Invalid(_("这不像一个邮箱地址，请照 name@example.cn 的样子填写，只用英文字母、数字和符号。"))
    return address


def masked(address: str) -> str:
    """Enough to recognise one's own address, not enough to write to it."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}" if domain else ""
