"""PostgreSQL prepares what is asked often, and keeps it from page to page."""

import pytest
from sqlalchemy import text

from intranet.extensions import db
from tests.fixtures import login


def test_what_is_prepared_outlives_the_page(app, engine_name):
    if engine_name != "postgres":
        pytest.skip("PostgreSQL's own matter")
    head = login(app, "head")
    for _time in range(7):
        assert head.get("/").status_code == 200

    with app.app_context():
        kept = db.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("core_login_session" in statement for statement in kept)
