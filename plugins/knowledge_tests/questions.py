"""What a question may be, typed by hand or read from a file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from unicodedata import normalize

from flask_babel import gettext as _

from plugins.knowledge_tests.models import LETTERS, Kind, Question
from plugins.knowledge_tests.wording import TRUE_FALSE

LONGEST_TEXT, LONGEST_OPTION, LONGEST_TOPIC = 1000, 300, 50
KIND_WORDS = {"单选": Kind.SINGLE, "多选": Kind.MULTIPLE, "判断": Kind.TRUE_FALSE}
JUDGED = {"A": "A", "正确": "A", "对": "A", "√": "A", "B": "B", "错误": "B", "错": "B", "×": "B"}


@dataclass(frozen=True, slots=True)
class Written:
    """A question as somebody wrote it. `options` may have gaps: letters are places."""

    kind: Kind
    topic: str
    text: str
    options: tuple[str, ...]
    answer: str
    explanation: str

    @property
    def key(self) -> tuple[str, str]:
        """Two with the same kind and text are the same question."""
        return self.kind, self.text

    def values(self) -> dict[str, Any]:
        """For the columns of the table."""
        return {**asdict(self), "options": list(self.options)}


def written(cells: Mapping[str, str], kind: Kind) -> Written:
    """What the cells or fields of one question say; `faults` tells whether it can be taken."""
    judged = kind is Kind.TRUE_FALSE
    options = TRUE_FALSE if judged else _options(cells)
    answer = _judged(cells["answer"]) if judged else _letters(cells["answer"])
    texts = (_trimmed(cells["text"]), options, answer, _trimmed(cells["explanation"]))
    return Written(kind, " ".join(cells["topic"].split()), *texts)


def as_written(question: Question) -> Written:
    """A question of the bank, to be compared."""
    texts = (question.text, tuple(question.options), question.answer, question.explanation)
    return Written(question.kind, question.topic, *texts)


def _options(cells: Mapping[str, str]) -> tuple[str, ...]:
    """Up to the last that is filled."""
    texts = [_trimmed(cells[f"option_{letter.lower()}"]) for letter in LETTERS]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _trimmed(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _letters(text: str) -> str:
    """AC for “a、C”. What is no letter stays, so that it is refused."""
    return "".join(sorted(set(re.sub(r"[\s、,;/]", "", normalize("NFKC", text).upper()))))


def _judged(text: str) -> str:
    plain = normalize("NFKC", text).strip().upper()
    return JUDGED.get(plain, plain)


def faults(question: Written) -> Iterator[str]:
    """All that is wrong with it, as whole sentences."""
    if not question.text:
        yield _("“题干”没有填。")
    if len(question.text) > LONGEST_TEXT:
        yield _("“题干”超过 %(longest)s 字。", longest=LONGEST_TEXT)
    if len(question.explanation) > LONGEST_TEXT:
        yield _("“解析”超过 %(longest)s 字。", longest=LONGEST_TEXT)
    if len(question.topic) > LONGEST_TOPIC:
        yield _("“专题”超过 %(longest)s 字。", longest=LONGEST_TOPIC)
    if question.kind is not Kind.TRUE_FALSE:
        yield from _wrong_options(question.options)
    yield from _wrong_answer(question)


def _wrong_options(options: tuple[str, ...]) -> Iterator[str]:
    if len(options) < 2:  # noqa: PLR2004 - one option is no choice
        yield _("至少要有 A、B 两个选项。")
    if "" in options:
        yield _("选项要从 A 起连续填写，中间不能空。")
    filled = [option for option in options if option]
    if len(set(filled)) < len(filled):
        yield _("有两个选项相同。")
    if any(len(option) > LONGEST_OPTION for option in options):
        yield _("有选项超过 %(longest)s 字。", longest=LONGEST_OPTION)


def _wrong_answer(question: Written) -> Iterator[str]:
    answer, offered = question.answer, LETTERS[: len(question.options)]
    if not answer:
        yield _("“答案”没有填。")
    elif question.kind is Kind.TRUE_FALSE and answer not in offered:
        yield _("判断题的“答案”请填“正确”或“错误”。")
    elif not set(answer) <= set(offered):
        yield _("“答案”里的“%(answer)s”不都是已有选项的字母。", answer=answer[:20])
    elif question.kind is Kind.SINGLE and len(answer) > 1:
        yield _("单选题只能有一个答案；有几个就选“多选”。")
