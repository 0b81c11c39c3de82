"""Reading what somebody brings as Word, in a process of its own."""

import sys
from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from intranet.documents.apart import SLOW, read_apart
from intranet.errors import Invalid
from plugins.democratic_life.documents.paragraphs import BROKEN, INSIDE, LOCKED, MACROS, SECONDS, VAST

MOST_MB = 20
READER = [sys.executable, "-P", str(Path(__file__).with_name("paragraphs.py"))]
REFUSALS: dict[int, Text] = {
    VAST: _l("文件解开后过大，不像一份对照检查。请把文字复制到新的 Word 文件里再上传。"),
    BROKEN: _l("这不是完好的 .docx 文件。请用 Word 或 WPS 打开，另存为 .docx 再上传。"),
    MACROS: _l("文件带有宏，没有读取。请另存为不带宏的 .docx 再上传。"),
    LOCKED: _l("文件有密码，或者是旧的 .doc 格式。请去掉密码，另存为 .docx 再上传。"),
    INSIDE: _l("文件里嵌着另一份文件，里面的文字读不到。请把它的文字复制到正文里再上传。"),
    SLOW: _l("文件太复杂，没能读完。请把文字复制到新的 Word 文件里再上传。"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """All that a file says. `pictures`: how many it has, whose words nobody can read here."""

    lines: tuple[str, ...]
    aside: tuple[str, ...]
    pictures: int


def read(content: bytes) -> Words:
    """Raises Invalid with what to do."""
    if len(content) > MOST_MB * 2**20:
        raise Invalid(_("文件超过 %(n)s MB，没有读取。请去掉图片和附件，只留文字再上传。", n=MOST_MB))
    found = read_apart(READER, content, SECONDS + 10, REFUSALS)
    return Words(tuple(found["lines"]), tuple(found["aside"]), found["pictures"])
