"""Drafts made from what was entered: minutes with every word, report and circular with numbers only.

Always Chinese, as the papers are. Only what is known is claimed; what is not stands as （待补充：…） and is
filled in or taken out by whoever edits the draft, before anything goes out.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from intranet import clock
from plugins.democratic_life.gaps import gap
from plugins.democratic_life.queries.gates import Facts
from plugins.democratic_life.queries.meetings import Found, Sitter
from plugins.democratic_life.services.said import Opened
from plugins.democratic_life.wording import KIND_TITLES, PartOf, SaidKind

PREPARED = {
    "study": "组织集中学习",
    "opinions": "征求各方面意见并向本人反馈",
    "talks": "开展谈心谈话",
}
"""What a report says of a gate that was passed."""


def spelt(day: date | None) -> str:
    """2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日" if day else gap("日期")


def spelt_moment(moment: datetime | None) -> str:
    if moment is None:
        return gap("时间")
    local = clock.local(moment)
    return f"{spelt(local.date())}{local:%H:%M}"


def names_of(people: Sequence[str]) -> str:
    return "、".join(people) or "无"


def minutes_draft(found: Found, opened: Sequence[Opened]) -> str:
    """Everything that was said, ordered by whom it concerns."""
    meeting, blocks = found.meeting, ["\n".join(_head(found))]
    blocks += ["\n".join([_title(sitter), *_about(found, sitter, opened)]) for sitter in found.sitters]
    remarks = [f"{each.who or '上级'}：{each.text}" for each in opened if each.said.kind is SaidKind.REMARK]
    if remarks:
        blocks.append("\n".join(["上级点评", *remarks]))
    total = sum(each.said.kind is SaidKind.CRITICISM for each in opened)
    blocks.append(f"相互批评意见共 {total} 条。主持人：{found.chair or ''}；记录人：{found.recorder or ''}。")
    return f"{meeting.name}记录\n\n" + "\n\n".join(blocks)


def _head(found: Found) -> list[str]:
    meeting, unsigned = found.meeting, _unsigned(found)
    return [
        f"时间：{spelt_moment(meeting.meets_at)}",
        f"地点：{meeting.place or gap('地点')}",
        f"主题：{meeting.theme or gap('主题')}",
        f"主持人：{found.chair or gap('主持人')}　记录人：{found.recorder or gap('记录人')}",
        f"到会：{names_of([each.name for each in found.present])}",
        f"缺席：{names_of([_absent(each.name, each.seat.reason) for each in found.absent])}{unsigned}",
        f"列席：{meeting.observers or '无'}",
    ]


def _unsigned(found: Found) -> str:
    """Who neither came nor is known to have been absent."""
    names = [each.name for each in found.sitters if not (each.is_present or each.is_absent)]
    return gap(f"{names_of(names)}是否到会") if names else ""


def _title(sitter: Sitter) -> str:
    if sitter.is_absent:
        return f"对{sitter.name}同志的批评意见（本人缺席）"
    return f"对{sitter.name}同志的批评意见和本人表态"


def _absent(name: str, reason: str) -> str:
    return f"{name}（{reason}）" if reason else name


def _about(found: Found, sitter: Sitter, opened: Sequence[Opened]) -> list[str]:
    """What was said of them and what they said; what nobody has written down is a gap."""
    of_them = [each for each in opened if each.said.about_id == sitter.user_id]
    lines = [f"{found.names.get(each.said.speaker_id or 0, '')}：{each.text}" for each in of_them]
    lines = lines or [gap(f"对{sitter.name}同志的批评意见")]
    kind = SaidKind.WRITTEN if sitter.is_absent else SaidKind.RESPONSE
    word = "书面发言" if sitter.is_absent else "表态"
    own = [each for each in opened if each.said.speaker_id == sitter.user_id and each.said.kind is kind]
    said = [f"{sitter.name}（{word}）：{each.text}" for each in own]
    return [*lines, *(said or [gap(f"{sitter.name}同志的{word}")])]


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
    when = spelt_moment(meeting.meets_at)
    return (
        f"{when}，{found.unit.name}在{meeting.place or gap('地点')}召开{KIND_TITLES[meeting.kind]}，"
        f"主题是“{meeting.theme or gap('主题')}”，由{found.chair or gap('主持人')}同志主持。"
    )


def _prepared(facts: Facts) -> str:
    """What was waived was not done, so it is not claimed."""
    waived = {name for name, (mark, _who) in facts.marks.items() if mark.is_waived}
    deeds = [words for gate, words in PREPARED.items() if gate not in waived]
    done, total, _note = facts.reviews
    if done:
        deeds.append(f"审定对照检查材料 {done} 份")
    if done < total and "reviews" not in waived:
        deeds.append(gap(f"其余 {total - done} 份对照检查材料的情况"))
    return f"会前{'，'.join(deeds)}。" if deeds else ""


def _attended(facts: Facts) -> str:
    found = facts.found
    observers = f"列席：{facts.meeting.observers}。" if facts.meeting.observers else ""
    numbers = f"应到 {len(found.sitters)} 人，实到 {len(found.present)} 人，缺席 {len(found.absent)} 人。"
    return numbers + _unsigned(found) + observers


def _spoken(facts: Facts) -> str:
    total = facts.spoken.total
    criticism = f"开展批评和自我批评，相互批评意见 {total} 条" if total else gap("相互批评的情况")
    deeds = [_read_out(facts), criticism, _responses(facts), _written(facts)]
    return f"会上{'，'.join(filter(None, deeds))}。"


def _read_out(facts: Facts) -> str:
    """Who is known to have read a self-review out; of those absent nobody has."""
    found, read = facts.found, facts.read_out
    missing = [each.name for each in found.present if each.user_id not in read]
    group = "班子" if None in read else ""
    if not missing and group and found.present:
        return "班子和到会的每位同志作了对照检查"
    names = [group, *(each.name for each in found.present if each.user_id in read)]
    known = "、".join(filter(None, names))
    left = names_of([*([] if group else ["班子"]), *missing])
    return (f"{known}作了对照检查" if known else "") + gap(f"{left}是否作了对照检查")


def _responses(facts: Facts) -> str:
    here = facts.found.present
    done = sum(each.user_id in facts.spoken.responses for each in here)
    if here and done == len(here):
        return "到会的每位同志对批评意见作了表态"
    known = f"到会同志中 {done} 位对批评意见作了表态" if done else ""
    return known + gap(f"其余 {len(here) - done} 位的表态" if done else "表态情况")


def _written(facts: Facts) -> str:
    away = facts.found.absent
    done = sum(each.user_id in facts.spoken.written for each in away)
    known = f"缺席的同志交书面发言 {done} 份" if done else ""
    return known + (gap(f"其余 {len(away) - done} 位缺席同志的书面发言") if done < len(away) else "")
