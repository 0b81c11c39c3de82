"""The lines of a plan that name who leads its unit: the annex 领导小组名单 or 分工, word for word."""

import re
from collections.abc import Iterator

from sqlalchemy import select

from intranet.contracts import Reference
from intranet.extensions import db
from intranet.models import Unit
from intranet.web import path_to
from plugins.campaign.models import Plan
from plugins.campaign.queries.plans import IS_CURRENT

GROUP = re.compile(r"领导小组|领导班子|班子成员|院领导|领导成员")
LIST = re.compile(r"名单|分工|组成人员|组成成员")
OFFICE = re.compile(r"(领导小组)?(下设)?办公室")
"""Who does the daily work is another list: its heading names a group only with the office."""
LISTED = re.compile(r"(附件[:：]?)?\d{1,2}[.、．]")
"""A line of the table of contents says where an annex is and names nobody."""
CHAPTER = re.compile(r"附件|[一二三四五六七八九十]{1,3}、")
LONGEST_HEADING, MOST = 60, 400
"""So many lines hold sixty people of a table that was copied with one cell a line."""


def named_in(unit: Unit) -> list[Reference]:
    """Of the plan that is the unit's own: that of a unit above names other people."""
    query = select(Plan.id, Plan.source_text).where(Plan.unit_id == unit.id, IS_CURRENT)
    row = db.session.execute(query).first()
    if row is None:
        return []
    url = path_to("campaign.index", unit=unit.code, plan=row[0])
    lines = enumerate(lines_naming(row[1]), 1)
    return [Reference("campaign", f"{row[0]}-{number}", line, url) for number, line in lines]


def lines_naming(text: str) -> list[str]:
    """What stands under such a heading, until another one; blank lines are left out."""
    return list(_under_headings(text))[:MOST]


def _under_headings(text: str) -> Iterator[str]:
    is_inside = False
    for line in text.splitlines():
        words = "".join(line.split())
        if not words:
            continue
        if _heads(words):
            is_inside = True
        elif CHAPTER.match(words) or _heads_others(words):
            is_inside = False
        elif is_inside:
            yield line.strip(" \u3000\r")


def _heads(words: str) -> bool:
    is_short = len(words) <= LONGEST_HEADING and not LISTED.match(words) and words[-1] not in "。；;"
    return is_short and bool(LIST.search(words) and GROUP.search(OFFICE.sub("", words)))


def _heads_others(words: str) -> bool:
    return len(words) <= LONGEST_HEADING and bool(LIST.search(words) and OFFICE.search(words))
