"""What a Word file says, put into the parts of a self-review by its headings. Not a line is left out.

A line under no heading we know goes to `unplaced`, where its writer sees it and moves it.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from unicodedata import normalize

HEADINGS: dict[str, tuple[str, ...]] = {
    "basics": (
        "作风建设基本情况",
        "作风建设情况",
        "基本情况",
        "遵守政治纪律",
        "遵守党的政治纪律",
        "执行八项规定",
        "贯彻八项规定",
    ),
    "problems": (
        "存在的主要问题",
        "存在的突出问题",
        "存在的问题",
        "存在问题",
        "主要问题",
        "突出问题",
        "四风",
    ),
    "formalism": ("形式主义",),
    "bureaucracy": ("官僚主义",),
    "hedonism": ("享乐主义",),
    "extravagance": ("奢靡之风", "奢靡"),
    "causes": ("产生问题的原因分析", "产生问题的原因", "问题产生的原因", "原因分析", "原因剖析", "主要原因"),
    "measures": (
        "今后努力方向和改进措施",
        "努力方向和改进措施",
        "努力方向及改进措施",
        "今后努力方向",
        "努力方向",
        "改进措施",
        "整改措施",
        "下一步整改措施",
    ),
    "answers": ("对群众意见的回应", "对群众所提意见的回应", "群众意见的回应", "群众意见回应", "意见回应"),
    "public_funds": ("三公经费",),
    "duty_spending": ("职务消费",),
    "favours": ("人情消费",),
    "cars": ("公务用车", "配备用车"),
    "housing": ("办公用房、住房", "办公用房和住房", "办公用房", "住房"),
    "family": ("家属子女从业", "家属、子女从业", "配偶子女从业", "亲属子女从业", "亲属从业"),
    "private_funds": ("小金库",),
    "clubs": ("会所", "出入私人会所"),
}
"""How people head each part."""
NUMBER = re.compile(
    r"(第?[一二三四五六七八九十\d]{1,3}(部分|[、.．:：)）])|[(（][一二三四五六七八九十\d]{1,3}[)）]|[①-⑳])\s*"
)
BEFORE = re.compile(r"(个人|本人|班子|领导班子|说明|主要问题)?(关于|在|:)?")
BEHIND = re.compile(r"(方面|的|存在|问题|情况|说明)*")
QUOTES = re.compile("[“”\"‘’']")
LONGEST_HEADING = 30
CHAPTER = re.compile(r"第?[一二三四五六七八九十]{1,3}(部分|、)")
"""How the great parts of a paper are numbered."""
SENTENCE_ENDS = "。；;！!？?"
WORDS = sorted(((word, part) for part, words in HEADINGS.items() for word in words), key=lambda w: -len(w[0]))


@dataclass(frozen=True, slots=True)
class Heading:
    """The part a line begins. `is_bare`: it says nothing else, so nothing is lost without it."""

    part: str
    is_bare: bool


def heading_of(line: str) -> Heading | None:
    """None for a line that goes on with what stands above it."""
    text = QUOTES.sub("", normalize("NFKC", line)).strip()
    number = NUMBER.match(text)
    rest = text[number.end() :] if number else text
    begins = BEFORE.match(rest)
    rest = rest[begins.end() :] if begins else rest
    for word, part in WORDS:
        known = normalize("NFKC", word)
        if rest.startswith(known):
            return _heading(part, rest[len(known) :], is_numbered=number is not None)
    return None


def _heading(part: str, behind: str, *, is_numbered: bool) -> Heading | None:
    """A sentence that happens to begin with such a word is no heading."""
    after = BEHIND.match(behind)
    rest = behind[after.end() :] if after else behind
    if not rest.strip(":。.、 "):
        return Heading(part, is_bare=True)
    if rest[0] in ":。" or (is_numbered and len(behind) <= LONGEST_HEADING):
        return Heading(part, is_bare=False)
    return None


def is_chapter(line: str) -> bool:
    """五、其他需要说明的事项: begins another part, though we may not know which."""
    text = normalize("NFKC", line).strip()
    return bool(CHAPTER.match(text)) and len(text) <= LONGEST_HEADING and text[-1] not in SENTENCE_ENDS


def placed(lines: Sequence[str], aside: Sequence[str], parts: Collection[str]) -> dict[str, str]:
    """By part. `aside`: what stands at the edge of the pages and belongs to no part.

    Where known parts are chapters, a chapter nobody knows belongs to none of them.
    """
    found: dict[str, list[str]] = {name: [] for name in parts}
    here, has_chapters = "unplaced", False
    for line in lines:
        heading = heading_of(line)
        if heading and heading.part in found:
            here, has_chapters = heading.part, has_chapters or is_chapter(line)
        elif has_chapters and is_chapter(line):
            here = "unplaced"
        if not (heading and heading.part in found and heading.is_bare):
            found[here].append(line)
    found["unplaced"] += aside
    return {name: "\n".join(said).strip() for name, said in found.items()}
