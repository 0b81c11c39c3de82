"""Calls that take turns at their questions, which go to PostgreSQL together."""

from functools import partial

import psycopg
import pytest
from flask import request
from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.exc import DBAPIError

from intranet import sqlite
from intranet.asking import ask, side_by_side
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Unit

NAMES = select(Unit.name).where(Unit.id == bindparam("unit"))


def name_of(unit):
    return ask(NAMES, {"unit": unit})[0][0]


@pytest.fixture
def looking(app):
    """As in the request of a page that is read."""
    with app.test_request_context("/"):
        app.preprocess_request()
        yield


def ids_and_names():
    return dict(db.session.execute(select(Unit.id, Unit.name)).all())


def test_calls_side_by_side_return_what_each_returns(looking):
    expected = ids_and_names()
    every = list(expected)

    def three(*units):
        return [name_of(unit) for unit in units]

    found = side_by_side(partial(three, *every[:3]), partial(name_of, every[0]), lambda: "asks nothing")

    assert found == [[expected[unit] for unit in every[:3]], expected[every[0]], "asks nothing"]
    assert side_by_side() == []


def test_calls_of_a_call_go_along_with_the_others(looking):
    expected = ids_and_names()
    one, two, three = list(expected)[:3]

    def both():
        return side_by_side(partial(name_of, one), partial(name_of, two))

    assert side_by_side(both, partial(name_of, three)) == [
        [expected[one], expected[two]],
        expected[three],
    ]


def test_a_call_may_use_the_session_and_the_request_in_between(looking):
    expected = ids_and_names()
    one, two = list(expected)[:2]

    def mixed(unit):
        first = name_of(unit)
        stored = db.session.get_one(Unit, unit).name
        return first, stored, name_of(unit), request.path

    assert side_by_side(partial(mixed, one), partial(mixed, two)) == [
        (expected[unit], expected[unit], expected[unit], "/") for unit in (one, two)
    ]


def test_who_asks_wrongly_hears_so_and_nobody_else(looking):
    unit = next(iter(ids_and_names()))
    broken = select(literal_column("no_such_column")).where(Unit.id == bindparam("unit"))

    def wrong():
        with pytest.raises(DBAPIError, match="no_such_column") as told:
            ask(broken, {"unit": unit})
        assert told.value.hide_parameters
        return name_of(unit)

    for _again in range(8):  # what PostgreSQL prepares after a while too
        first, second = side_by_side(wrong, partial(name_of, unit))
        assert first == second == name_of(unit)


def test_a_fault_of_a_call_is_raised(looking):
    def wrong():
        name_of(next(iter(ids_and_names())))
        raise LookupError

    with pytest.raises(LookupError):
        side_by_side(wrong, lambda: None)


def test_questions_side_by_side_go_to_postgresql_at_once(looking, engine_name, monkeypatch):
    if engine_name != "postgres":
        pytest.skip("PostgreSQL's own matter")
    every, sent, pipeline = list(ids_and_names()), [], psycopg.Connection.pipeline
    monkeypatch.setattr(psycopg.Connection, "pipeline", lambda raw: sent.append(raw) or pipeline(raw))

    side_by_side(*(partial(name_of, unit) for unit in every))

    assert len(every) > 2
    assert len(sent) == 1


def test_what_only_reads_goes_at_once_while_something_is_written(app, engine_name, monkeypatch):
    if engine_name != "postgres":
        pytest.skip("PostgreSQL's own matter")
    sent, pipeline = [], psycopg.Connection.pipeline
    monkeypatch.setattr(psycopg.Connection, "pipeline", lambda raw: sent.append(raw) or pipeline(raw))
    with app.app_context(), transaction():
        one, two = db.session.scalars(select(Unit).order_by(Unit.id).limit(2))
        one.name = "改了名"

        calls = [partial(name_of, unit.id) for unit in (one, two)]
        assert side_by_side(*calls, only_read=True) == ["改了名", two.name]
        assert len(sent) == 1


def _rename_and_ask(unit, calls):
    with transaction():
        unit.name = "改了名"
        side_by_side(*calls, only_read=True)


def test_a_wrong_question_ends_what_is_written(app, engine_name):
    broken = select(literal_column("no_such_column")).where(Unit.id == bindparam("unit"))
    with app.app_context():
        unit = db.session.scalars(select(Unit).order_by(Unit.id).limit(1)).one()
        before, number = unit.name, unit.id
        calls = [partial(name_of, number), partial(ask, broken, {"unit": number})]
        with pytest.raises((DBAPIError, psycopg.Error), match="no_such_column"):
            _rename_and_ask(unit, calls)
        assert db.session.scalar(select(Unit.name).where(Unit.id == number)) == before


def test_what_writes_takes_one_call_after_the_other(app):
    """Each may set a savepoint of its own, as a hook does."""

    def apart(unit, *, fails=False):
        with db.session.begin_nested():
            first = name_of(unit)
            if fails:
                raise LookupError
            return first, name_of(unit)

    def wrong(unit):
        with pytest.raises(LookupError):
            apart(unit, fails=True)

    with app.app_context():
        expected = ids_and_names()
        one, two = list(expected)[:2]
        with transaction():
            found = side_by_side(partial(wrong, one), partial(apart, two))
    assert found == [None, (expected[two], expected[two])]


def test_sqlite_of_a_later_python_is_asked_one_by_one(looking, engine_name, monkeypatch):
    """There its connections have the word too, as a number."""
    if engine_name == "postgres":
        pytest.skip("SQLite's own matter")
    monkeypatch.setattr(sqlite.Connection, "autocommit", -1, raising=False)
    names, before = ids_and_names(), db.session.connection()

    assert side_by_side(*(partial(name_of, unit) for unit in names)) == list(names.values())
    assert db.session.connection() is before
