"""Notices that say 时间：, 地点：, 主题： and leave the act itself to their title."""

import re
from dataclasses import replace

from .clauses import numbering
from .draft import Draft
from .glyphs import plain
from .lines import Line
from .times import find_times

_TIME_LABEL = re.compile(r"(?:会议|活动|举办|召开|培训|讲座|学习|报告会|具体)?(?:时间|日期)[:]")
_SUBJECT_LABEL = re.compile(r"(?:会议|活动|讲座|学习|培训|党课|报告)?(?:主题|议题|名称|题目|内容)[:]")
_CALLED = re.compile(
    r"关于(?:印发|转发)?(?P<act>(?:召开|举办|举行|开展|组织|参加|做好)[^。;]{2,60}?)的?(?:预备|补充|预)?通知$"
)
_MAX_SUBJECT = 60


def topic_of(title: str) -> str:
    """Say what a notice calls people to: 召开…报告会 in 关于召开…报告会的通知."""
    words = plain(title)
    match = _CALLED.search(words.text)
    return words.verbatim(*match.span("act")) if match else ""


def bare_time(line: Line) -> Draft | None:
    """Read 时间：4月18日下午, which says when and not what; ranges are read as campaigns."""
    words = line.plain
    label = _TIME_LABEL.match(words.text, numbering(words.text))
    time = next(find_times(words.text[label.end() :]), None) if label else None
    if label is None or time is None or time.start > 0 or not time.names_a_month:
        return None
    placed = (label.end(), label.end() + time.end)
    shown = words.verbatim(*placed)
    return Draft("", line.number, shown, replace(time, start=placed[0], end=placed[1], words=shown))


def subject_of(line: Line) -> str:
    """Return what stands behind 主题： or 内容：."""
    words = line.plain
    label = _SUBJECT_LABEL.match(words.text, numbering(words.text))
    subject = words.verbatim(label.end(), len(words.text)).strip(" 。；;") if label else ""
    return subject if len(subject) <= _MAX_SUBJECT else ""
