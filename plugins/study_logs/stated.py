"""How much a plan asks people to study, read from its own sentences; a person confirms it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from intranet.contracts import Reference
from plugins.study_logs.queries.likely import WORDS as FORM_WORDS
from plugins.study_logs.wording import Form, Measure, People

WORDS = ("学时", "小时", "課時", "课时", "学习", "學習", "党课", "笔记", "心得")
"""Sentences worth looking at hold one of these."""
ASKS = re.compile(
    r"(?:不少于|不得少于|不少於|不低于|至少|达到|達到|确保|≥)\s*"
    r"(?P<number>\d{1,3}(?:\.\d)?|[一二两三四五六七八九十]{1,3})\s*个?(?P<what>学时|學時|课时|課時|小时|小時|次|篇)"
)
MEASURES = {"次": Measure.SESSIONS, "篇": Measure.NOTES}
PERIODIC = re.compile(r"每[年季月周天日]|每半年|每季度")
"""So much a month is no sum: nobody guesses it."""
DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
LEADERS = ("中心组", "中心組", "班子", "领导", "領導")


@dataclass(frozen=True, slots=True)
class Stated:
    """One target as the plan states it, with the sentence it stands in."""

    sentence: str
    url: str
    title: str
    measure: Measure
    amount: float
    form: Form | None
    people: People
    starts_on: date | None
    ends_on: date | None


def read(sentences: Iterable[Reference]) -> list[Stated]:
    """All that is asked for in them, in their order."""
    return [found for one in sentences for found in _read(one)]


def _read(one: Reference) -> Iterator[Stated]:
    start = 0
    for match in ASKS.finditer(one.title):
        clause = re.split("[：:]", one.title[start : match.end()])[-1].strip("，,、 ")
        start = match.end()
        amount = _amount(match["number"])
        if not amount or PERIODIC.search(clause):
            continue
        measure = MEASURES.get(match["what"], Measure.HOURS)
        form = _form(clause) if measure is not Measure.NOTES else None
        yield Stated(
            one.title,
            one.url,
            clause[:100],
            measure,
            amount,
            form,
            _people(clause),
            one.starts_on,
            one.ends_on,
        )


def _form(clause: str) -> Form | None:
    """集中学习 is no form of its own, nor is a branch that studies: only what is said counts."""
    forms = (
        form for form, words in FORM_WORDS if form is not Form.BRANCH and any(w in clause for w in words)
    )
    return next(forms, None)


def _people(clause: str) -> People:
    if any(word in clause for word in LEADERS):
        return People.LEADERS
    return People.PARTY if "党员" in clause or "黨員" in clause else People.ALL


def _amount(text: str) -> float:
    """12, 1.5, 三, 十二, 四十; 0 for what is no number."""
    if text[0] not in DIGITS and text[0] != "十":
        return float(text)
    tens, ten, ones = text.rpartition("十") if "十" in text else ("", "", text)
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return (DIGITS.get(tens, 1) * 10 if ten else 0) + DIGITS.get(ones, 0)
