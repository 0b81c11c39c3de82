"""Kept questions answer as SQLAlchemy itself does, on each engine."""

from datetime import date

import pytest
from sqlalchemy import (
    Date,
    String,
    bindparam,
    event,
    func,
    insert,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import aliased

from intranet import clock
from intranet.asking import ask, attached, columns_of, run_all
from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.ids import among, given
from intranet.models import Grant, SpecialDay, Unit, UnitKind, User

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

        [touched] = run_all((statement, {"was": Role.OFFICE, "day": clock.today()}))
        assert touched == grants > 0


def test_deeds_at_once_are_done_together_or_not_at_all(app):
    deed = update(Grant).where(Grant.role == bindparam("was")).values(ends_on=bindparam("day"))
    entry = insert(SpecialDay).inline()
    day = {"day": DAY, "works": True}
    with app.app_context():
        with transaction():
            offices = db.session.scalar(select(func.count()).where(Grant.role == Role.OFFICE))
            asked = (deed, {"was": Role.OFFICE, "day": clock.today()})
            assert run_all(asked, (entry, day)) == [offices, 1]
        with pytest.raises(IntegrityError), transaction():
            run_all((deed, {"was": Role.OFFICE, "day": None}), (entry, day))
        ends = db.session.scalars(select(Grant.ends_on).where(Grant.role == Role.OFFICE)).all()
        assert set(ends) == {clock.today()}


def test_a_value_that_is_missing_is_a_fault(units):
    with pytest.raises(KeyError):
        ask(UNITS, {"day": DAY})


def test_an_object_of_columns_is_that_of_the_session(app):
    with app.app_context():
        row = ask(select(*columns_of(Unit)).where(Unit.code == bindparam("code")), {"code": "nk1"})[0]

        unit = attached(Unit, row)

        assert unit is db.session.scalar(select(Unit).where(Unit.code == "nk1"))
        assert unit not in db.session.dirty
        assert unit.name == "内一科"


def test_what_is_there_already_shows_the_columns_that_were_read_last(app):
    with app.app_context():
        known = db.session.scalar(select(Unit).where(Unit.code == "nk1"))
        columns = [column.key for column in columns_of(Unit)]
        read = {key: getattr(known, key) for key in columns} | {"name": "内科"}

        again = attached(Unit, [read[key] for key in columns])

        assert again is known
        assert known.name == "内科"
        assert known not in db.session.dirty


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
