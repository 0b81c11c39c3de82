"""Marking all that one unit has written: through its own forms, and in every row that belongs to it."""

from typing import Any

from flask import Flask
from sqlalchemy import JSON, Column, ColumnElement, Enum, String, Table, inspect, select, update
from sqlalchemy.exc import SQLAlchemyError

from intranet import jobs, search, units
from intranet.db import transaction
from intranet.extensions import Ascii, db
from tests.fixtures import PASSWORD, unit
from tests.sweeps.filling import write_everywhere

SIGN = "zqxjvk"
"""No text has it; plain letters, so that no encoding hides it."""
MARK = f"密语{SIGN}"
CORE_WORDS = {"core_notice": {"values"}, "core_attachment": {"name"}}
"""Words of people in the core's tables; of a plugin's, every text not declared `info={"words": False}`."""


def plant(app: Flask, code: str, writers: tuple[str, ...]) -> None:
    """Everything of the unit carries the mark; jobs have told of it and it can be found."""
    for who in writers:
        assert write_everywhere(app, who, code, MARK), f"{who} could write nothing"
    with app.app_context():
        with transaction():
            newcomer = units.add_person("newcomer", "白知远", PASSWORD)
            units.join(newcomer, unit("hospital"), "职工")
            mark_rows(unit(code).id)
        with transaction():
            search.rebuild()
        assert all("失败" not in outcome for _name, outcome in jobs.run_due())


def mark_rows(unit_id: int) -> None:
    there = set(inspect(db.session.connection()).get_table_names())
    for table in db.metadata.sorted_tables:
        here = belongs(table, unit_id)
        columns = [column for column in table.c if holds_words(column)]
        if table.name in there and here is not None and columns:
            for row in db.session.execute(select(table).where(here)).mappings().all():
                mark_row(table, row, columns)


def belongs(table: Table, unit_id: int, seen: frozenset[str] = frozenset()) -> ColumnElement[bool] | None:
    """The condition for the rows of the unit, and for those that hang on one of them."""
    if "unit_id" in table.c:
        return table.c.unit_id == unit_id
    for key in table.foreign_keys:
        parent = key.column.table
        if parent.name.startswith("core_") or parent.name in seen:
            continue
        above = belongs(parent, unit_id, seen | {table.name})
        if above is not None:
            return key.parent.in_(select(key.column).where(above))
    return None


def holds_words(column: Column[Any]) -> bool:
    if column.table.name.startswith("core_"):
        return column.name in CORE_WORDS.get(column.table.name, ())
    is_text = isinstance(column.type, String | JSON) and not isinstance(column.type, Enum)
    is_code = column.type is Ascii or column.primary_key or column.foreign_keys
    return is_text and not is_code and column.info.get("words", True)


def mark_row(table: Table, row: Any, columns: list[Column[Any]]) -> None:
    """Each text alone: one the database refuses, say because it must be unique, stays as it was."""
    here = [column == row[column.name] for column in table.primary_key]
    for column in columns:
        text = marked(row[column.name])
        room = getattr(column.type, "length", None)
        cut = text[:room] if room and isinstance(text, str) else text
        changed = update(table).where(*here).values({column.name: cut})
        attempt = db.session.begin_nested()
        try:
            db.session.execute(changed)
            attempt.commit()
        except SQLAlchemyError:
            attempt.rollback()


def marked(value: Any) -> Any:
    """With the mark in front, inside lists and objects too. What is plain ASCII is a code, and stays."""
    if isinstance(value, dict):
        return {key: marked(each) for key, each in value.items()}
    if isinstance(value, list):
        return [marked(each) for each in value]
    is_code = not isinstance(value, str) or value.isascii()
    return value if is_code else MARK + value
