"""Every word people see has its English, with the same placeholders."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.fixtures import login

ROOT = Path(__file__).parents[1]
with (ROOT / "intranet/translations/babel.cfg").open(encoding="utf-8") as mapping:
    METHODS, OPTIONS = parse_mapping_cfg(mapping)
ROOMS = {"core": (ROOT / "intranet", [ROOT / "intranet", ROOT / "templates"])} | {
    folder.name: (folder, [folder])
    for folder in sorted((ROOT / "plugins").iterdir())
    if (folder / "hooks.py").exists()
}


def source_strings(folders):
    """Of a plural the first word, which is the key of its line in the catalogue."""
    found = set()
    for folder in folders:
        for _file, _line, message, _comments, _context in extract_from_dir(
            folder, METHODS, OPTIONS, directory_filter=lambda _folder: True
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    return {text for text in found if text and re.search(r"[一-鿿]", text)}


def catalogue(room):
    path = room / "translations/en/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale="en") if message.id]
    return {message.id[0] if message.pluralizable else message.id: message for message in messages}


def english(message):
    """Every form of it: one, or two where the English counts."""
    return message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.mark.parametrize("name", ROOMS)
def test_every_source_string_has_its_english(name):
    room, folders = ROOMS[name]
    known = catalogue(room)

    missing = [text for text in source_strings(folders) if text not in known or not all(english(known[text]))]

    assert not missing


@pytest.mark.parametrize("name", ROOMS)
def test_the_english_has_the_same_placeholders(name):
    holes = re.compile(r"%\(\w+\)|\{\}")

    for text, message in catalogue(ROOMS[name][0]).items():
        for words in filter(None, english(message)):
            assert sorted(holes.findall(words)) == sorted(holes.findall(text)), text
        assert not message.fuzzy, text


@pytest.mark.parametrize("name", ROOMS)
def test_the_catalogue_holds_nothing_that_is_gone(name):
    room, folders = ROOMS[name]

    assert {text for text in catalogue(room) if re.search(r"[一-鿿]", text)} <= source_strings(folders)


def test_a_word_of_two_rooms_has_one_english():
    """The rooms are looked up together, so one of two meanings would win everywhere."""
    englishes = {}
    for room, _folders in ROOMS.values():
        for text, message in catalogue(room).items():
            if isinstance(text, str):
                englishes.setdefault(text, set()).add(message.string)

    assert not {text: words for text, words in englishes.items() if len(words) > 1}


def test_each_app_reads_the_catalogues_of_its_own_plugins(make_app):
    """The first to speak English in a process must not decide what the others know."""
    for settings, there in (({"SAFE_MODE": True}, False), ({}, True)):
        client = login(make_app("cast", **settings), "head")
        client.post("/language", data={"language": "en"})

        assert ("Rectification board" in client.get("/nk1/").text) is there
