"""Search over all plugins: what their records say, asked for words within what the person may open.

Words are compared Simplified, small and narrow. Chinese is kept as pairs, 耐药菌 as 耐药 药菌 菌: any piece
of a text is then a row of tokens, the last one perhaps cut short. Both databases hold the same tokens.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache, partial
from heapq import merge
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from intranet.contracts import SearchEntry, SearchKind
from intranet.db import is_sqlite, planned_for_these_values
from intranet.extensions import db
from intranet.gate import units_with
from intranet.models import SearchRow, Unit, User
from intranet.organisation import organisation
from intranet.permissions import allowed, readable_units
from intranet.plugins import apart, collect, isolated, loaded

WORD = re.compile(r"[^\W_]+")
RUN = re.compile(r"[a-z0-9]{1,40}|[^\W_a-z0-9]+")
PAGE, MOST, MOST_WORDS = 20, 500, 8
"""Of more hits than MOST nobody reads all: the person is asked for another word."""
FEW = 100
"""Up to so many units, and half of all, are in the question: a common word costs only what is visible."""
INDEX = sa.table("search_index", sa.column("rowid"), sa.column("in_title"), sa.column("in_text"))
POSTGRESQL = {'"': "'", " + ": " <-> ", "*": ":*", " AND ": " & ", " OR ": " | "}


@cache
def _simplified() -> Callable[[str], str]:
    from opencc import OpenCC  # noqa: PLC0415 - its dictionaries are read for the first who needs them

    return OpenCC("t2s").convert


@lru_cache(maxsize=2**15)
def _fold(sign: str) -> str:
    """One sign at a time, so that a word reads the same whatever stands around it."""
    return sign.lower() if sign.isascii() else _simplified()(unicodedata.normalize("NFKC", sign)).lower()


def words_of(asked: str) -> list[str]:
    """What a person looks for, each word once; signs between words mean nothing."""
    return list(dict.fromkeys(WORD.findall("".join(map(_fold, asked)))))[:MOST_WORDS]


def tokens(text: str) -> Iterator[str]:
    """What the index holds of a text: letters and figures as whole words, all else in pairs."""
    for run in RUN.findall("".join(map(_fold, text))):
        yield from [run] if run.isascii() else (run[place : place + 2] for place in range(len(run)))


def marked(text: str, words: Sequence[str], most: int) -> Iterator[tuple[str, bool]]:
    """The text as written, at most so many signs around the first word found: piece by piece, is it one."""
    same = "".join(each if len(each := _fold(sign)) == 1 else sign for sign in text)  # ㎡ would be two
    longest_first = sorted(words, key=len, reverse=True)
    pattern = "|".join(("(?<![a-z0-9])" if word[0].isascii() else "") + word for word in longest_first)
    found = re.search(pattern, same)
    place = max(0, min(found.start() - most // 4, len(text) - most)) if found else 0
    end = place + most
    yield ("…" if place else ""), False
    for number, piece in enumerate(re.split(f"({pattern})", same[place:end])):
        yield text[place : place + len(piece)], number % 2 == 1
        place += len(piece)
    yield ("…" if end < len(text) else ""), False


# Keeping -----------------------------------------------------------------------------------------


def put(*entries: SearchEntry) -> None:
    """Lets these records be found from now on. What has not changed is not written."""
    kinds, keys = {entry.kind for entry in entries}, [entry.key for entry in entries]
    there = sa.select(SearchRow).where(SearchRow.kind.in_(kinds), SearchRow.key.in_(keys))
    known = {(row.kind, row.key): row for row in db.session.scalars(there)}
    new = []
    for values in map(_values, entries):
        if row := known.get((values["kind"], values["key"])):
            for name, value in values.items():
                setattr(row, name, value)
        else:
            new.append(values)
    if new:
        db.session.execute(sa.insert(SearchRow), new)


def _values(entry: SearchEntry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in SearchEntry.__slots__}
    values["in_title"] = _as_kept([f"、{entry.unit_id}", *tokens(entry.title)])
    values["in_text"] = _as_kept(tokens(entry.text))
    return values


def _as_kept(found: Iterable[str]) -> str:
    """PostgreSQL is told the places; from 2, so that no phrase reaches from the title into the text."""
    # a tsvector counts no more than 16,383 places, of title and text
    placed = (f"'{token}':{place}" for place, token in enumerate(islice(found, 7500), 2))
    return " ".join(found if is_sqlite(db.engine) else placed)


def drop(kind: str, key: str = "") -> None:
    """The record is found no more; without a key, all of the kind, and of "plugin:" all of the plugin."""
    every = SearchRow.kind.startswith(kind, autoescape=True)
    one = sa.and_(SearchRow.kind == kind, SearchRow.key == key)
    db.session.execute(sa.delete(SearchRow).where(one if key else every))


def rebuild() -> int:
    """Reads all records of all plugins anew. Returns how many there are.

    A plugin that raises is noted; of its records the first are there, up to a thousand before the fault.
    """
    drop("")
    kinds: list[SearchKind] = collect("intranet_search", units=[])
    everything = merge(*map(_entries_of, kinds), key=lambda entry: entry.at)
    while chunk := list(islice(everything, 1000)):
        db.session.execute(sa.insert(SearchRow), list(map(_values, chunk)))
    if not is_sqlite(db.engine):
        db.session.execute(sa.text("ANALYZE core_search_entry, search_index"))
    return db.session.scalar(sa.select(sa.func.count(SearchRow.id))) or 0


def _entries_of(kind: SearchKind) -> Iterator[SearchEntry]:
    plugin = kind.name.partition(":")[0]
    entries: Iterator[SearchEntry] | None = None

    def some() -> list[SearchEntry]:
        nonlocal entries
        with apart():
            entries = entries or iter(kind.entries())
            return list(islice(entries, 1000))

    while chunk := isolated(plugin, "intranet_search", some):
        yield from chunk


# Asking ------------------------------------------------------------------------------------------


def find(user: User, words: Sequence[str], page: int) -> tuple[list[tuple[SearchRow, Unit, str]], int]:
    """A page of what the person may open, with unit and address, and how much there is, at most MOST + 1.

    First what has all the words in its title, then the rest, in both the newest first. A hit whose plugin
    fails to say where it opens is left out.
    """
    readable = {kind.name: (kind, opened) for kind, opened in _readable(user) if opened}
    ids = _matching(words, {name: set(opened) for name, (_kind, opened) in readable.items()})
    shown = ids[:MOST][(page - 1) * PAGE : page * PAGE]
    hits = []
    for row in db.session.scalars(sa.select(SearchRow).where(SearchRow.id.in_(shown))):
        kind, opened = readable[row.kind]
        unit = opened[row.unit_id]
        plugin, address = row.kind.partition(":")[0], partial(kind.page, unit.code, row.key)
        if url := isolated(plugin, "intranet_search", address):
            hits.append((row, unit, url))
    return sorted(hits, key=lambda hit: shown.index(hit[0].id)), len(ids)


def _readable(user: User) -> Iterator[tuple[SearchKind, dict[int, Unit] | None]]:
    """Of each kind, by id the units whose records this person may open, and where they open."""
    units = readable_units(user)
    for plugin in loaded().working:
        here = units_with(plugin, units)
        for kind in collect("intranet_search", [plugin], units=here):
            yield kind, isolated(plugin, "intranet_search", partial(_opened, kind, here, user))


def _opened(kind: SearchKind, here: list[Unit], user: User) -> dict[int, Unit]:
    may = {unit.id: unit for unit in here if not kind.permission or allowed(user, kind.permission, unit)}
    return {of: may[at] for of, at in kind.units.items() if at in may}


def _matching(words: Sequence[str], readable: dict[str, set[int]]) -> list[int]:
    """Ids in their order. A unit is a token with a sign no word holds: nobody can ask for it."""
    visible = [sa.and_(SearchRow.kind == kind, SearchRow.unit_id.in_(of)) for kind, of in readable.items()]
    units = set().union(*readable.values())
    parts = list(map(_phrase, words))
    if len(units) <= min(FEW, len(organisation().units) // 2):
        parts.append(" OR ".join(f'"、{unit}"' for unit in units))
    found: list[int] = []
    for condition in _conditions(" AND ".join(f"({part})" for part in parts)) if words and units else ():
        query = sa.select(SearchRow.id).join(INDEX, INDEX.c.rowid == SearchRow.id)
        query = query.where(condition, sa.or_(*visible)).order_by(INDEX.c.rowid.desc())
        with planned_for_these_values():
            found += db.session.scalars(query.limit(MOST + 1 - len(found)))
    return found


def _phrase(word: str) -> str:
    """Tokens in their order. The last may be the beginning of one; where pairs end the word, they say all."""
    found = list(tokens(word))
    whole = len(found) > 1 and not (found[-1].isascii() or found[-2].isascii())
    return " + ".join(f'"{token}"' for token in found[: -1 if whole else None]) + ("" if whole else "*")


def _conditions(asked: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """All in the title; all anywhere, but not so."""
    if is_sqlite(db.engine):
        match, in_title = sa.literal_column("search_index").op("MATCH"), f"{{in_title}} : ({asked})"
        return match(in_title), match(f"({asked}) NOT ({in_title})")
    for ours, theirs in POSTGRESQL.items():
        asked = asked.replace(ours, theirs)
    query = sa.cast(asked, TSQUERY)
    title, anywhere = (column.op("@@")(query) for column in (INDEX.c.in_title, INDEX.c.in_text))
    return title, sa.and_(anywhere, sa.not_(title))
