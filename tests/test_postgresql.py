"""PostgreSQL prepares what is asked often, and keeps it from page to page."""

import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import OperationalError

from intranet.asking import ask, side_by_side
from intranet.extensions import db
from intranet.models import User
from intranet.permissions import for_everyone
from tests.fixtures import END_OTHERS, login
from tests.postgres import execute


def test_what_is_prepared_outlives_the_page(app, engine_name):
    if engine_name != "postgres":
        pytest.skip("PostgreSQL's own matter")
    head = login(app, "head")
    for _time in range(7):
        assert head.get("/").status_code == 200

    with app.app_context():
        kept = db.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("core_login_session" in statement for statement in kept)


def test_a_page_is_read_without_a_transaction_and_cannot_write(app, engine_name, client_for):
    if engine_name != "postgres":
        pytest.skip("PostgreSQL's own matter")
    found = []

    @for_everyone
    def view():
        found.append(db.session.connection().connection.dbapi_connection.info.transaction_status.name)
        db.session.execute(text("UPDATE core_user SET name = 'X'"))

    app.add_url_rule("/writes", "writes", view)

    response = client_for("head").get("/writes")

    assert found == ["IDLE"]
    assert response.status_code == 500
    with app.app_context():
        assert not db.session.scalar(text("SELECT count(*) FROM core_user WHERE name = 'X'"))


def test_a_page_after_the_server_was_away_is_answered(app, engine_name, client_for):
    """The connections of before are known to be gone without asking any."""
    if engine_name != "postgres":
        pytest.skip("PostgreSQL's own matter")
    head = client_for("head")
    assert head.get("/").status_code == 200
    execute(app.config["DATABASE_URL"], END_OTHERS)

    assert head.get("/").status_code == 200


def test_a_server_that_goes_away_in_the_middle_of_a_page_costs_one_question(app, engine_name):
    if engine_name != "postgres":
        pytest.skip("PostgreSQL's own matter")
    names = select(User.name).where(User.username == bindparam("name"))
    with app.test_request_context("/"):
        app.preprocess_request()
        expected = ask(names, {"name": "head"})
        execute(app.config["DATABASE_URL"], END_OTHERS)

        with pytest.raises(OperationalError):
            ask(names, {"name": "head"})

        assert ask(names, {"name": "head"}) == expected
        execute(app.config["DATABASE_URL"], END_OTHERS)
        assert side_by_side(*[lambda: ask(names, {"name": "head"})] * 2) == [expected, expected]


def test_a_search_is_planned_for_its_own_words(app, engine_name, client_for):
    if engine_name != "postgres":
        pytest.skip("PostgreSQL's own matter")
    head = client_for("head")
    for _time in range(8):
        assert head.get("/search?q=患者").status_code == 200

    with app.app_context():
        kept = db.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert kept
    assert not [statement for statement in kept if "search_index" in statement]
