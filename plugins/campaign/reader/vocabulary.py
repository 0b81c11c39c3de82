"""Times that name no day: recurring, year-round, relative, still open."""

import re

from .model import Remark, remark

_KINDS = (
    (re.compile(r"待定|另行|再定|商定|待通知|视情"), remark("“{}”尚未确定，请在确定后填写日期")),
    (
        re.compile(r"每[年月日周天季半两旬双]|每个|按[月季周]|定期|逐[月季]|双周|[月周]一次"),
        remark("“{}”是循环安排，没有写明起止日期"),
    ),
    (
        re.compile(r"常年|长期|全程|始终|持续|经常|不定期|随时|贯穿|日常|适时|平时|坚持|长效|整个"),
        remark("“{}”没有写明起止日期"),
    ),
    (
        re.compile(r"立行立改|即知即改|立即|即时|近期|尽快|马上|中期|远期"),
        remark("“{}”没有写明具体日期"),
    ),
    (
        re.compile(r"前|后|之[日内]|期间|同时|随即|当[天日]|[本当上下次]月|[本上下]周|节前|日内|天内|提前"),
        remark("“{}”是相对时间，无法换算成日期"),
    ),
)


def doubt_about(words: str, source: str) -> Remark:
    """Say why a time without a date was left open."""
    shown = " ".join(source.split())
    if not words.strip("-/\\无 "):
        return remark("时间一栏是空的")
    for pattern, doubt in _KINDS:
        if pattern.search(words):
            return doubt._replace(values=(shown,))
    return remark("没有看懂时间“{}”", shown)


def names_no_day(words: str) -> bool:
    """Tell a time without a date from a text that is no time at all."""
    return any(pattern.search(words) for pattern, _ in _KINDS)
