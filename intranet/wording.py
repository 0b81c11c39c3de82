"""What roles are called, and how words stand together: Chinese and English put other signs between them."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import Role, Text

ROLES: dict[Role, Text] = {
    Role.MEMBER: _l("职工"),
    Role.RECORDER: _l("干事"),
    Role.HEAD: _l("负责人"),
    Role.LEADER: _l("分管领导"),
    Role.OFFICE: _l("活动办"),
    Role.SUPERVISOR: _l("督导组"),
    Role.SYSTEM: _l("系统管理员"),
    Role.SECURITY: _l("安全管理员"),
    Role.AUDIT: _l("审计管理员"),
}


def listed(words: Iterable[object]) -> str:
    """内一科、外一科: names side by side."""
    return str(_("、")).join(map(str, words))


def spelt(day: date | None) -> str:
    """2026年3月5日, as papers write it in every language of the page."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def sentences(whole: Iterable[object]) -> str:
    """Whole sentences one after another: only English puts a space between."""
    text = ""
    for sentence in map(str, whole):
        text = _("%(before)s%(sentence)s", before=text, sentence=sentence) if text else sentence
    return text
