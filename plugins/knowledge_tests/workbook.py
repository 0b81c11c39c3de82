"""The bank as an Excel file; its headings are Chinese in every language, so that each can be read again."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from flask_babel import gettext as _

from intranet.documents import excel
from intranet.documents.excel import Column
from intranet.errors import Invalid
from intranet.wording import sentences
from plugins.knowledge_tests.models import LETTERS, Kind, Question
from plugins.knowledge_tests.questions import KIND_WORDS, Written, faults, written
from plugins.knowledge_tests.wording import TRUE_FALSE

MOST_ROWS = 2_000
EXAMPLE = ("中央八项规定改进调查研究，要求轻车简从", "减少陪同", "简化接待", "层层陪同", "悬挂标语")
KIND_HELP = "单选、多选或判断"
ANSWER_HELP = "填字母，如 A 或 ACD；判断题填“正确”或“错误”"
COLUMNS = (
    Column("题型", 8, key="kind", required=True, choices=tuple(KIND_WORDS), example="多选", note=KIND_HELP),
    Column("专题", 14, key="topic", example="八项规定", note="按专题抽题用，可以空着"),
    Column("题干", 40, key="text", required=True, example=EXAMPLE[0]),
    *(
        Column(f"选项{letter}", 16, key=f"option_{letter.lower()}", example=text, note="判断题不用填选项")
        for letter, text in zip(LETTERS, (*EXAMPLE[1:], "", ""), strict=True)
    ),
    Column("答案", 8, key="answer", required=True, example="AB", note=ANSWER_HELP),
    Column("解析", 30, key="explanation", example="见八项规定第一条。", note="交卷后给答题人看，可以空着"),
)
LENIENT = [replace(column, required=False, choices=()) for column in COLUMNS]
"""For reading: what is wrong is said here, all of it at once."""


class Row(NamedTuple):
    """A row of the file that can be taken."""

    number: int
    question: Written


def read(content: bytes) -> tuple[list[Row], dict[int, str], list[str]]:
    """The good rows, of each bad one all that is wrong, and headings nobody knows."""
    rows, bad, unknown = excel.read(content, LENIENT)
    if len(rows) > MOST_ROWS:
        raise Invalid(_("表格超过 %(rows)s 道题，请分几次上传。", rows=MOST_ROWS))
    good: list[Row] = []
    seen: dict[tuple[str, str], int] = {}
    for number, cells in rows.items():
        texts = {key: str(value) for key, value in cells.items()}
        kind = KIND_WORDS.get(texts["kind"])
        question = written(texts, kind or Kind.MULTIPLE)
        wrong = [*_wrong_kind(kind, texts["kind"]), *faults(question)]
        if (before := seen.setdefault(question.key, number)) != number:
            wrong.append(_("与第 %(number)s 行重复。", number=before))
        if wrong:
            bad[number] = sentences(wrong)
        else:
            good.append(Row(number, question))
    return good, dict(sorted(bad.items())), unknown


def _wrong_kind(kind: Kind | None, text: str) -> Iterator[str]:
    if kind is None:
        yield _("“题型”请填单选、多选或判断，不能填“%(text)s”。", text=text[:20])


def cells_of(questions: Iterable[Question]) -> Iterator[list[str]]:
    """The rows of the file, which the import reads again."""
    words = {kind: word for word, kind in KIND_WORDS.items()}
    for question in questions:
        judged = question.kind is Kind.TRUE_FALSE
        options = [] if judged else question.options
        answer = TRUE_FALSE["AB".index(question.answer)] if judged else question.answer
        yield [
            words[question.kind],
            question.topic,
            question.text,
            *[*options, *[""] * len(LETTERS)][: len(LETTERS)],
            answer,
            question.explanation,
        ]
