"""Drafts made from what was entered: minutes with every word, report and circular with numbers only.

Always Chinese, as the papers are. What a draft becomes is up to whoever edits it.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from intranet import clock
from plugins.democratic_life.queries.gates import Facts
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.services.said import Opened
from plugins.democratic_life.words import KIND_TITLES, PartOf, SaidKind

PREPARED = {
    "study": "组织集中学习",
    "opinions": "征求各方面意见并向本人反馈",
    "talks": "开展谈心谈话",
}
"""What a report says of a gate that was passed."""


def spelt(day: date | None) -> str:
    """2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "（日期未定）"


def spelt_moment(moment: datetime | None) -> str:
    if moment is None:
        return "（时间未定）"
    local = clock.local(moment)
    return f"{spelt(local.date())}{local:%H:%M}"


def names_of(people: Sequence[str]) -> str:
    return "、".join(people) or "无"


def minutes_draft(found: Found, opened: Sequence[Opened]) -> str:
    """Everything that was said, ordered by whom it concerns."""
    meeting, blocks = found.meeting, ["\n".join(_head(found))]
    for sitter in found.sitters:
        lines = _about(found, sitter.user_id, opened)
        if lines:
            title = f"对{sitter.name}同志的批评意见和本人表态"
            blocks.append("\n".join([title, *lines]))
    remarks = [f"{each.who or '上级'}：{each.text}" for each in opened if each.said.kind is SaidKind.REMARK]
    if remarks:
        blocks.append("\n".join(["上级点评", *remarks]))
    total = sum(each.said.kind is SaidKind.CRITICISM for each in opened)
    blocks.append(f"相互批评意见共 {total} 条。主持人：{found.chair or ''}；记录人：{found.recorder or ''}。")
    return f"{meeting.name}记录\n\n" + "\n\n".join(blocks)


def _head(found: Found) -> list[str]:
    meeting = found.meeting
    return [
        f"时间：{spelt_moment(meeting.meets_at)}",
        f"地点：{meeting.place}",
        f"主题：{meeting.theme}",
        f"主持人：{found.chair or ''}　记录人：{found.recorder or ''}",
        f"到会：{names_of([each.name for each in found.present])}",
        f"缺席：{names_of([_absent(each.name, each.seat.reason) for each in found.absent])}",
        f"列席：{meeting.observers or '无'}",
    ]


def _absent(name: str, reason: str) -> str:
    return f"{name}（{reason}）" if reason else name


def _about(found: Found, user_id: int, opened: Sequence[Opened]) -> list[str]:
    lines = []
    for each in opened:
        said = each.said
        if said.about_id == user_id:
            lines.append(f"{found.names.get(said.speaker_id or 0, '')}：{each.text}")
        elif said.speaker_id == user_id and said.kind in {SaidKind.RESPONSE, SaidKind.WRITTEN}:
            word = "表态" if said.kind is SaidKind.RESPONSE else "书面发言"
            lines.append(f"{found.names[user_id]}（{word}）：{each.text}")
    return lines


# Report and circular --------------------------------------------------------------------------------


def paper_draft(facts: Facts, parts: Collection[str], raised: Sequence[str]) -> str:
    """The chosen parts, a paragraph each. Counts, and never a word of what was said."""
    makers = {
        PartOf.BASIC: _basic,
        PartOf.PREPARED: _prepared,
        PartOf.ATTENDED: _attended,
        PartOf.SPOKEN: _spoken,
    }
    lines = [makers[part](facts) for part in PartOf if part in parts and part in makers]
    if PartOf.RAISED in parts and raised:
        named = "；".join(f"{number}. {title}" for number, title in enumerate(raised, 1))
        lines.append(f"会议查摆的以下问题已转到整改台账，逐项整改、对账销号：{named}。")
    return "\n".join(filter(None, lines))


def _basic(facts: Facts) -> str:
    found, meeting = facts.found, facts.meeting
    when = spelt_moment(meeting.held_at or meeting.meets_at)
    return (
        f"{when}，{found.unit.name}在{meeting.place}召开{KIND_TITLES[meeting.kind]}，"
        f"主题是“{meeting.theme}”，由{found.chair or ''}同志主持。"
    )


def _prepared(facts: Facts) -> str:
    """What was waived was not done, so it is not claimed."""
    waived = {name for name, (mark, _who) in facts.marks.items() if mark.is_waived}
    deeds = [words for gate, words in PREPARED.items() if gate not in waived]
    done, total, _note = facts.reviews
    if "reviews" not in waived:
        deeds.append(f"撰写对照检查材料 {total} 份，审定 {done} 份")
    return f"会前{'，'.join(deeds)}。" if deeds else ""


def _attended(facts: Facts) -> str:
    found = facts.found
    observers = f"列席：{facts.meeting.observers}。" if facts.meeting.observers else ""
    numbers = f"应到 {len(found.sitters)} 人，实到 {len(found.present)} 人，缺席 {len(found.absent)} 人。"
    return numbers + observers


def _spoken(facts: Facts) -> str:
    return (
        "会上班子和每位同志作了对照检查，开展批评和自我批评，"
        f"相互批评意见 {facts.spoken.total} 条，每位同志对批评意见作了表态。"
    )
