"""A page asks the database as often for forty people as for four."""

import pytest
from sqlalchemy import event

from intranet import units
from intranet.db import transaction
from intranet.extensions import db
from plugins.study_logs.models import Session
from plugins.study_logs.services.roster import refresh
from plugins.study_logs.steps import Stage
from tests.crawler import MOST_QUERIES
from tests.fixtures import unit

MANY = 40


def asked(app, client, path):
    """How many questions one page asks."""
    statements = []

    def note(*seen):
        statements.append(seen[2])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    assert client.get(path).status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    return sum(text.startswith("SELECT") for text in statements)


@pytest.mark.one_engine
def test_pages_ask_as_often_at_two_sizes(app, make_session, client_for):
    session_id, head = make_session(Stage.SIGNING), client_for("head")
    make_session(Stage.RECORDED)
    pages = ["", f"sessions/{session_id}", f"sessions/{session_id}/roster", "progress/", "makeups/", "notes/"]
    paths = [f"/nk1/study_logs/{page}" for page in pages]
    few = {path: asked(app, head, path) for path in paths}

    with app.app_context(), transaction():
        for number in range(MANY):
            units.join(units.add_person(f"p{number}", f"人{number}", "", hashed="-"), unit("nk1"))
        refresh(db.session.get_one(Session, session_id))
    for _more in range(3):
        make_session(Stage.RECORDED)

    assert {path: asked(app, head, path) for path in paths} == few
    assert max(few.values()) <= MOST_QUERIES
