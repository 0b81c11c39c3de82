"""Kept questions answer as SQLAlchemy itself does, on each engine."""

from datetime import date
from functools import partial

import psycopg
import pytest
from flask import request
from sqlalchemy import (
    Date,
    String,
    bindparam,
    event,
    func,
    literal,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from intranet import clock, sqlite
from intranet.asking import among, ask, attached, columns_of, given, run, side_by_side
from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Grant, Unit, UnitKind, User

UNITS = (
    select(Unit.id, Unit.name, Unit.kind, Unit.closed_on)
    .where(among(Unit.id, given("units")), Unit.kind.in_([UnitKind.HOSPITAL, UnitKind.DEPARTMENT]))
    .where(func.coalesce(Unit.closed_on, bindparam("day", type_=Date)) >= bindparam("day", type_=Date))
    .order_by(Unit.id)
    .limit(100)
)
DAY = date(2026, 11, 23)


@pytest.fixture
def units(app):
    with app.app_context():
        yield sorted(db.session.scalars(select(Unit.id)))


def test_rows_are_those_of_sqlalchemy(units):
    expected = [tuple(row) for row in db.session.execute(UNITS, {"units": units, "day": DAY})]

    found = ask(UNITS, {"units": units, "day": DAY})

    assert found == expected
    assert len(found) > 1
    assert {type(row[2]) for row in found} == {UnitKind}


def test_days_and_moments_come_as_what_they_are(app):
    with app.app_context():
        with transaction():
            unit = db.session.scalars(select(Unit).where(Unit.kind == UnitKind.DEPARTMENT)).first()
            unit.closed_on = DAY
        query = select(Unit.closed_on, func.max(Grant.id)).where(Unit.id == bindparam("unit"))
        query = query.outerjoin(Grant, Grant.unit_id == Unit.id).group_by(Unit.closed_on)

        assert ask(query, {"unit": unit.id})[0][0] == DAY


@pytest.mark.parametrize("container", [list, set, tuple, dict.fromkeys])
def test_ids_come_in_any_container(units, container):
    assert len(ask(UNITS, {"units": container(units), "day": DAY})) > 1


def test_no_ids_find_nothing(units):
    assert ask(UNITS, {"units": [], "day": DAY}) == []


def test_one_question_is_asked_with_other_values_each_time(units):
    every = ask(UNITS, {"units": units, "day": DAY})

    assert [ask(UNITS, {"units": [row[0]], "day": DAY}) for row in every] == [[row] for row in every]


def test_a_question_put_together_of_others(units):
    other = aliased(Unit)
    both = union_all(
        select(Unit.id).where(among(Unit.id, given("some"))),
        select(other.id).where(among(other.id + 0, given("more"))),
    )

    assert sorted(row[0] for row in ask(both, {"some": units[:1], "more": units[1:2]})) == units[:2]


def test_the_statement_is_the_same_however_many_ids(units):
    heard = []

    def hear(_connection, _cursor, statement, *_more):
        heard.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    for some in (units[:1], units):
        db.session.execute(select(Unit.id).where(among(Unit.id, some))).all()
        ask(UNITS, {"units": some, "day": DAY})
    event.remove(db.engine, "before_cursor_execute", hear)

    assert len(heard) == 4
    assert len(set(heard)) == 2


def test_what_was_not_written_yet_is_found(app):
    """As SQLAlchemy's own questions do: what this transaction has changed is written first."""
    people = select(User.name).where(User.id == bindparam("user"))
    with app.app_context(), transaction():
        user = db.session.scalars(select(User)).first()
        user.name = "改了名"

        assert ask(people, {"user": user.id}) == [("改了名",)]


def test_a_change_says_how_many_rows_it_touched(app):
    statement = update(Grant).where(Grant.role == bindparam("was")).values(ends_on=bindparam("day"))
    with app.app_context(), transaction():
        grants = db.session.scalar(select(func.count()).where(Grant.role == Role.OFFICE))

        assert run(statement, {"was": Role.OFFICE, "day": clock.today()}) == grants > 0


def test_a_value_that_is_missing_is_a_fault(units):
    with pytest.raises(KeyError):
        ask(UNITS, {"day": DAY})


# Side by side ----------------------------------------------------------------------------------------

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


def test_an_object_of_columns_is_that_of_the_session(app):
    with app.app_context():
        row = ask(select(*columns_of(Unit)).where(Unit.code == bindparam("code")), {"code": "nk1"})[0]

        unit = attached(Unit, row)

        assert unit is db.session.scalar(select(Unit).where(Unit.code == "nk1"))
        assert unit not in db.session.dirty
        assert unit.name == "内一科"


def test_what_writes_takes_one_call_after_the_other(app):
    """Each may set a savepoint of its own, as a hook does."""

    def apart(unit, *, fails=False):
        with db.session.begin_nested():
            found = name_of(unit), name_of(unit)
            if fails:
                raise LookupError
        return found

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


@pytest.mark.parametrize(
    "value",
    [
        "",
        "100 %",
        "%s",
        "it's",
        '"',
        "\\",
        "?",
        ":b",
        "换\n行",
        0,
        -1,
        2**40,
        True,
        None,
        DAY,
        UnitKind.HOSPITAL,
    ],
)
def test_a_value_of_the_question_itself_is_what_it_is(app, value):
    kind = Unit.kind.type if isinstance(value, UnitKind) else None
    question = select(literal(value, kind), bindparam("other", type_=String)).where(Unit.code == "nk1")
    with app.app_context():
        expected = [tuple(row) for row in db.session.execute(question, {"other": "%"})]

        assert ask(question, {"other": "%"}) == expected == [(value, "%")]


def test_what_fails_while_it_is_read_is_told_like_the_rest(app, engine_name):
    """SQLite comes upon it row by row."""
    if engine_name == "postgres":
        pytest.skip("SQLite's own matter")
    rows = func.json_each(bindparam("words", type_=String)).table_valued("value")
    with app.app_context(), pytest.raises(DBAPIError):
        ask(select(rows.c.value), {"words": "[1,"})
