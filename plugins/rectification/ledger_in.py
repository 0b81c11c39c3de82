"""A 整改台账 people bring: its columns, and what a row says as far as that needs no database."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet import clock
from intranet.contracts import Text
from intranet.documents.excel import Column
from intranet.wording import listed
from plugins.rectification.ledger_words import by_word, day_due, is_known
from plugins.rectification.models import Cells
from plugins.rectification.wording import SOURCE_TITLES, TERM_TITLES, SourceKind, Term

COLUMNS = (
    Column(_l("编号"), 6, key="number", optional=True, also=("编号",), note=_l("新问题空着。")),
    Column(
        _l("问题"),
        28,
        key="title",
        example="出院结算需往返两处窗口（示例）",
        also=("问题", "问题表现", "存在问题", "存在的问题", "主要问题", "突出问题", "问题描述", "整改问题"),
        note=_l("必填，不超过 200 字。"),
    ),
    Column(
        _l("类别"),
        10,
        key="category",
        example="官僚主义",
        optional=True,
        also=("类别", "问题类别", "问题类型"),
        note=_l("写系统里已有的类别；空着就是“其他”。"),
    ),
    Column(
        _l("专项整治"),
        12,
        key="drives",
        optional=True,
        also=("专项整治", "专项", "所属专项"),
        note=_l("写系统里正在进行的专项；几个用顿号隔开。"),
    ),
    Column(
        _l("来源"),
        10,
        key="source",
        example="群众提",
        also=("来源", "问题来源"),
        note=_l("必填：群众提、自己找、上级点、互相帮、方案。"),
    ),
    Column(_l("来源说明"), 14, key="source_note", optional=True, also=("来源说明",)),
    Column(_l("整改目标"), 16, key="goal", optional=True, also=("整改目标", "目标")),
    Column(
        _l("整改措施"),
        30,
        key="measures",
        example="1. 合并窗口",
        optional=True,
        also=("整改措施", "具体措施", "措施"),
        note=_l("一行一条；具体步骤写在措施下面，以“—”开头。"),
    ),
    Column(_l("完成标准"), 16, key="standard", optional=True, also=("完成标准",)),
    Column(
        _l("责任领导"),
        10,
        key="leader",
        optional=True,
        also=("责任领导", "牵头领导", "分管领导", "包保领导"),
        note=_l("姓名或工号；重名的写工号。"),
    ),
    Column(
        _l("责任部门"),
        12,
        key="unit",
        example="内一科",
        also=("责任部门", "责任科室", "责任单位", "牵头部门", "牵头科室", "牵头单位"),
        note=_l("必填，单位的名称或编码，只写一个。"),
    ),
    Column(
        _l("配合部门"),
        12,
        key="helpers",
        optional=True,
        also=("配合部门", "配合科室", "配合单位", "协助部门"),
        note=_l("几个部门用顿号隔开。"),
    ),
    Column(
        _l("责任人"),
        10,
        key="person",
        optional=True,
        also=("责任人", "具体责任人", "经办人"),
        note=_l("姓名或工号，只写一位；重名的写工号。"),
    ),
    Column(
        _l("时限类型"),
        10,
        key="term",
        example="近期",
        optional=True,
        also=("时限类型",),
        note=_l("立行立改、近期、中期、长期坚持。"),
    ),
    Column(
        _l("完成期限"),
        12,
        key="due_on",
        optional=True,
        also=("完成期限", "完成时限", "整改时限", "整改期限", "完成时间", "时限"),
        note=_l("写成 2026-03-05 或 12月底前（没写年份的算今年）；也可以写“立行立改”“长期坚持”。"),
    ),
    Column(
        _l("进展情况"),
        24,
        key="progress",
        optional=True,
        also=("进展情况", "整改进展", "整改情况", "完成情况"),
        note=_l("记入卡片的经过。"),
    ),
    Column(
        _l("所在环节"),
        10,
        key="stage",
        optional=True,
        also=("所在环节", "整改状态", "状态", "是否销号"),
        note=_l("写明已销号或已完成的行不登记；其余都从“待认领”开始。"),
    ),
)
LONGEST = {"title": 200, "source_note": 200, "goal": 4000, "standard": 4000, "progress": 4000}
LONGEST_MEASURE, MOST_MEASURES, LONGEST_YEARS = 500, 50, 20
AT_ONCE_TOO, LASTING_TOO = ("立即整改", "即知即改", "立查立改"), ("长期", "持续推进", "长期整改")
STEP = re.compile(r"^\s*[—–]+\s*")
BULLET = re.compile(r"^\s*(?:[*·•]|-(?!\d)|[（(]?\d{1,2}(?:[）)、]|[.．](?!\d)))\s*")
"""In front of a measure; 1.5米线 and -18℃ are its own words."""
TICKED = re.compile(r"（\d{4}-\d{2}-\d{2} 完成）$")
"""As our own export writes it; any other date in brackets belongs to the measure."""
Tree = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says of a problem; the units and people are still the words that stand there."""

    title: str
    category: str
    source_kind: SourceKind
    source_note: str
    goal: str
    measures: Tree
    standard: str
    term: Term
    due_on: date | None
    progress: str
    state: str


def understand(cells: Cells, categories: Mapping[str, str]) -> tuple[Said | None, list[str]]:
    """What the row says, or every reason why it cannot be taken."""
    term, due_on = _dates(cells)
    measures = tree_of(cells["measures"])
    reasons = [
        *_wrong_words(cells, categories),
        *_wrong_dates(cells, term, due_on),
        *_wrong_measures(measures),
    ]
    if reasons:
        return None, reasons
    return Said(
        title=cells["title"],
        category=categories.get(cells["category"], "other"),
        source_kind=SourceKind(by_word(_plain(SOURCE_TITLES))[cells["source"]]),
        source_note=cells["source_note"],
        goal=cells["goal"],
        measures=measures,
        standard=cells["standard"],
        term=term or Term.NEAR,
        due_on=due_on,
        progress=cells["progress"],
        state=cells["stage"],
    ), []


def cautions_about(said: Said) -> Iterator[str]:
    """What is taken in as it stands, and should surprise nobody."""
    if said.state and not is_known(said.state):
        yield _("不认识状态“%(word)s”，按“待认领”登记。", word=said.state[:20])
    if said.due_on and said.due_on < clock.today():
        yield _("期限已过。")


def _plain(titles: Mapping[SourceKind, Text] | Mapping[Term, Text]) -> dict[str, Text]:
    return {str(kind): title for kind, title in titles.items()}


def _wrong_words(cells: Cells, categories: Mapping[str, str]) -> Iterator[str]:
    sources = by_word(_plain(SOURCE_TITLES))
    if not cells["title"]:
        yield _("“问题”没有填。")
    if cells["source"] not in sources:
        known = listed(SOURCE_TITLES.values())
        yield _("来源“%(word)s”不认识，请填：%(known)s。", word=cells["source"][:20], known=known)
    if cells["category"] and cells["category"] not in categories:
        yield _("没有“%(word)s”这个类别，请改成已有的，或先在“类别”里增加。", word=cells["category"][:20])
    for column in COLUMNS:
        most = LONGEST.get(column.key)
        if most and len(cells[column.key]) > most:
            yield _("“%(column)s”超过 %(most)s 字，请精简。", column=column.heading, most=most)


def _dates(cells: Cells) -> tuple[Term | None, date | None]:
    """The term may be said in the place of the date."""
    terms = _terms()
    word = terms.get(cells["term"]) or terms.get(cells["due_on"])
    return Term(word) if word else None, day_due(cells["due_on"])


def _terms() -> dict[str, str]:
    terms = by_word(_plain(TERM_TITLES)) | dict.fromkeys(AT_ONCE_TOO, "at_once")
    return terms | dict.fromkeys(LASTING_TOO, "lasting")


def _wrong_dates(cells: Cells, term: Term | None, due_on: date | None) -> Iterator[str]:
    if cells["term"] and term is None:
        known = listed(TERM_TITLES.values())
        yield _("时限类型“%(word)s”不认识，请填：%(known)s。", word=cells["term"][:20], known=known)
    if cells["due_on"] and due_on is None and cells["due_on"] not in _terms():
        yield _("完成期限“%(word)s”不是日期，请写成 2026-03-05 这样。", word=cells["due_on"][:20])
    if due_on and abs(due_on.year - clock.today().year) > LONGEST_YEARS:
        yield _("完成期限“%(word)s”请检查年份。", word=cells["due_on"][:20])


def _wrong_measures(measures: Tree) -> Iterator[str]:
    texts = [text for top, steps in measures for text in (top, *steps)]
    if len(texts) > MOST_MEASURES:
        yield _("措施和步骤超过 %(most)s 条，请合并，或拆成几行。", most=MOST_MEASURES)
    if any(len(text) > LONGEST_MEASURE for text in texts):
        yield _("有一条措施超过 %(most)s 字，请分成几条写。", most=LONGEST_MEASURE)


def tree_of(text: str) -> Tree:
    """A measure a line, under it its steps behind a dash; numbers and what was done when are left out."""
    tree: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        is_step, words = bool(STEP.match(line)), TICKED.sub("", BULLET.sub("", STEP.sub("", line))).strip()
        if words and is_step and tree:
            tree[-1][1].append(words)
        elif words:
            tree.append((words, []))
    return tuple((top, tuple(steps)) for top, steps in tree)


def texts_of(rows: Mapping[int, Mapping[str, object]]) -> list[tuple[int, Cells]]:
    """Lines stay only where they count."""
    kept = {"measures", "goal", "standard", "progress"}
    return [
        (number, {key: _printable(str(cell), in_one_line=key not in kept) for key, cell in cells.items()})
        for number, cells in rows.items()
    ]


def _printable(text: str, *, in_one_line: bool) -> str:
    plain = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)
    return " ".join(plain.split()) if in_one_line else plain.strip()
