"""Duties that come back: 每月25日前, 每半年; they have words for when, and no day."""

import re

from .clauses import Piece, numbering
from .model import remark
from .points import Stretch
from .times import Time, find_times

_RECURS = re.compile(
    r"每(?:[两双]个?|个)?(?:半[年月]|季度?|星期|[周月年])"
    r"(?:[一二三四五六日](?![个次名人场期]))?(?:的?第[一二三四]个(?:周|星期)[一二三四五六日])?"
    r"(?:[初底末]|\d{1,2}[日号])?(?:[上下]午|晚上)?(?:之前|以前|前)?"
)
_IS_DONE = re.compile(
    r"组织|召开|开展|举[办行]|集中|学习|报|检查|督查|通报|调度|走访|汇总|讲|谈|评|更新|编发|[一两三\d]次|主题党日"
)
_LEADS_ON = re.compile(r"(?:坚持|做到|保证|确保|实行|,|、|:|\))$")
_FARTHEST = 20


def recurring_time(text: str, sentence: Piece) -> Time | None:
    """Read the one recurring time of a sentence that names no other."""
    if next(find_times(sentence.text), None) is not None:
        return None
    match = _RECURS.search(sentence.text)
    if match is None or not _is_duty(sentence.text, match):
        return None
    start, end = sentence.start + match.start(), sentence.start + match.end()
    doubt = remark("“{}”是循环安排，没有写明起止日期", match[0])
    return Time(start, end, text[start:end], (Stretch(None, None, doubt=doubt),))


def _is_duty(text: str, match: re.Match[str]) -> bool:
    """Tell what must be done from what is counted: the act follows, or its unit stands before."""
    before = text[numbering(text) : match.start()]
    opens = len(before) <= _FARTHEST or _LEADS_ON.search(before) is not None
    return opens and _IS_DONE.search(text, match.end(), match.end() + _FARTHEST) is not None
