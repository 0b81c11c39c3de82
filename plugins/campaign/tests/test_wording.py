"""Whatever the reader remarks, an English page says it in English."""

import json
import re
from pathlib import Path

import pytest

from intranet.web import in_language
from plugins.campaign.reader import Remark, read_text, understand_time
from plugins.campaign.wording import say

pytestmark = pytest.mark.one_engine

FRAGMENTS = sorted((Path(__file__).parent / "fragments").glob("*.json"))
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def without_quotes(remark):
    """The remark about nothing: its own words stay, the plan's words go."""
    values = (without_quotes(value) if isinstance(value, Remark) else "…" for value in remark.values)
    return Remark(remark.words, tuple(values))


def remarks(document):
    yield from document.warnings
    if document.year_basis:
        yield document.year_basis
    for entry in (*document.phases, *document.activities, *document.rectifications):
        yield from entry.doubts


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.stem)
def test_every_remark_is_said_in_english(app, path):
    reading = read_text("\n".join(json.loads(path.read_text(encoding="utf-8"))["text"]))
    said = [remark for document in reading.documents for remark in remarks(document)]

    with app.test_request_context(), in_language("en"):
        left = {say(without_quotes(remark)) for remark in said}

    assert not [sentence for sentence in left if CHINESE.search(sentence)]


def test_a_remark_inside_a_remark_is_said_too(app):
    doubt = understand_time("3月1日（周三）", year=2014).doubt

    with app.test_request_context(), in_language("en"):
        english = say(doubt)

    assert str(doubt) == "2014-03-01是周六，原文写的是周三，请核对年份或日期"
    assert "Saturday" in english
    assert "Wednesday" in english
