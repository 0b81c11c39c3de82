"""How long the whole campaign runs: 从今年2月开始，用8个月左右的时间开展."""

import re
from collections.abc import Iterator
from dataclasses import replace

from .clauses import Piece, is_numbered, numbering, sentences
from .draft import Draft
from .lines import Line
from .times import Time, find_times

_CAMPAIGN = re.compile(r"活动|教育|专题")
_RUNS = re.compile(r"(?:用|历时|时间|开展|进行|集中|结束|完成|期间|部署)")
_NAME = re.compile(
    r"(?:[^,。;:把将]{0,30}?(?:教育|实践|专题|党的|学习|创先争优)[^,。;:把将]{0,16}?活动|[^,。;:把将]{0,14}(?:学习教育|专题教育|主题教育))"
)
_CARRIED_OUT = ("开展了", "开展", "作为")
_LABEL = re.compile(r"(?:活动|教育|实施|起止|总体)(?:时间|日期)(?:安排)?(?:[:]|为)")
_SET_FOR = re.compile(r"(?:定于|拟于|计划于|决定于?|于|在)$")
_WHOLE = re.compile(
    r"(?:开展|进行|深入)[^,。;]{0,30}(?:活动|教育)$|(?:开展|进行|深入)[^,。;]{0,24}(?:教育实践活动|学习教育|专题教育|主题教育|实践活动)"
)
_MAX_NUMBERED = 70
_NEAR = 40
NAMELESS = "活动全程"


def campaign_runs(line: Line) -> Iterator[tuple[Draft, Time]]:
    """Yield every time in a line that spans the campaign, as a draft and as it stands."""
    words = line.plain.text
    if is_numbered(words) and len(words) > _MAX_NUMBERED and not _CAMPAIGN.search(words[:_MAX_NUMBERED]):
        return
    for sentence in sentences(words):
        for time in find_times(sentence.text):
            if _is_run(sentence, time):
                start, end = sentence.start + time.start, sentence.start + time.end
                shown = line.plain.verbatim(start, end)
                draft = Draft(_title(line, sentence, time), line.number, shown, replace(time, words=shown))
                yield draft, replace(time, start=start, end=end)


def _is_run(sentence: Piece, time: Time) -> bool:
    """Tell a campaign from … to …, or since a month; a masked year proves nothing."""
    before, after = sentence.text[: time.start], sentence.text[time.end :]
    if not time.names_a_month or any(stretch.year.masked for stretch in time.stretches):
        return False
    if time.is_since:
        return _CAMPAIGN.search(before[-_NEAR:] or after) is not None
    if _LABEL.search(before[-10:]):
        return len(time.stretches) > 1 or time.has_tail
    is_range = time.has_tail or len(time.stretches) > 1
    opens = is_range and (time.words[0] in "从自" or _SET_FOR.search(before) is not None)
    if opens and (_runs_to_its_end(time) or _WHOLE.search(after[:_NEAR])):
        return True
    if not (opens or time.lasts) or time.words[0] not in "从自" or not _CAMPAIGN.search(before[-_NEAR:]):
        return False
    return time.has_tail or _RUNS.match(after.lstrip(",")) is not None


def _runs_to_its_end(time: Time) -> bool:
    """Tell 从9月开始至次年2月结束, which needs no other word."""
    return time.words[0] in "从自" and time.words.endswith("结束")


def _title(line: Line, sentence: Piece, time: Time) -> str:
    """Name the campaign by the clause that the time belongs to, or the nearest that names one."""
    words, start = line.plain.text, sentence.start
    end = start + time.start
    if not _CAMPAIGN.search(words, start, end):
        return _named(line, start + time.end, sentence.end)
    begun = max(words.rfind(mark, start, end) for mark in ",。;:") + 1
    begun = max(begun, start + numbering(sentence.text))
    title = line.plain.verbatim(begun, end).strip(" ，,、：:")
    return title if _CAMPAIGN.search(title) else _named(line, start, end)


def _named(line: Line, start: int, end: int) -> str:
    match = _NAME.search(line.plain.text, start, end)
    if match is None:
        return NAMELESS
    ends = [match[0].rfind(verb) + len(verb) for verb in _CARRIED_OUT if verb in match[0]]
    begun = match.start() + max([*ends, numbering(match[0])])
    return line.plain.verbatim(begun, match.end())
