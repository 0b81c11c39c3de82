"""Small documents, each with what a careful person would read in it."""

import json
from pathlib import Path

import pytest

from plugins.campaign.reader import read_text

FRAGMENTS = sorted((Path(__file__).parent / "fragments").glob("*.json"))


def test_there_are_enough_fragments():
    assert len(FRAGMENTS) >= 75


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.stem)
def test_a_fragment_is_read_as_a_person_reads_it(path):
    fragment = json.loads(path.read_text(encoding="utf-8"))

    documents = read_text("\n".join(fragment["text"])).as_json()["documents"]

    for document in documents:
        document["warnings"] = len(document["warnings"])
    assert documents == fragment["documents"]


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.stem)
def test_a_fragment_reads_the_same_in_every_ending_and_width(path):
    text = "\n".join(json.loads(path.read_text(encoding="utf-8"))["text"])

    unix, windows = read_text(text), read_text(text.replace("\n", "\r\n"))

    assert unix.as_json() == windows.as_json()


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.stem)
def test_every_entry_points_at_its_line_and_every_doubt_is_a_warning(path):
    reading = read_text("\n".join(json.loads(path.read_text(encoding="utf-8"))["text"]))
    lines = reading.text.split("\n")

    for document in reading.documents:
        warned = {value for warning in document.warnings for value in warning.values}
        for entry in (*document.phases, *document.activities, *document.rectifications):
            assert document.first_line <= entry.line <= document.last_line
            assert lines[entry.line - 1].strip()
            assert warned.issuperset(entry.doubts)
