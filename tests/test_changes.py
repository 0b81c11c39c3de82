"""A change compares the version and reads the row back with the same statement."""

import pytest
from sqlalchemy import event, select

from intranet.db import change, transaction
from intranet.errors import Conflict
from intranet.extensions import db
from intranet.forms import VersionForm
from intranet.models import Membership


@pytest.fixture
def membership(app):
    with app.app_context(), transaction():
        yield db.session.scalars(select(Membership).order_by(Membership.id).limit(1)).one()


@pytest.fixture
def statements(app):
    found = []

    def note(*seen):
        found.append(seen[2].split()[0])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("still", [(), (Membership.ends_on.is_(None),)])
def test_the_object_shows_what_is_in_the_database_without_another_question(membership, statements, still):
    before = membership.version
    statements.clear()

    change(membership, before, *still, too_late=str, title="护士长（兼）")

    assert (membership.version, membership.title) == (before + 1, "护士长（兼）")
    assert statements == ["UPDATE"]
    db.session.expire(membership)
    assert (membership.version, membership.title) == (before + 1, "护士长（兼）")


def test_what_must_still_hold_is_asked_with_it(membership):
    with pytest.raises(Conflict):
        change(membership, membership.version, Membership.ends_on.is_not(None), too_late=str, title="主任")


def test_who_comes_second_sees_what_the_first_has_written(membership):
    before = membership.version
    change(membership, before, too_late=str, title="护士长")

    with pytest.raises(Conflict):
        change(membership, before, too_late=lambda: "晚了", title="主任")

    assert (membership.version, membership.title) == (before + 1, "护士长")


@pytest.mark.one_engine
def test_after_a_conflict_the_form_carries_the_version_it_shows(app):
    """Else whoever read both texts and saves again would be refused for ever."""
    with app.test_request_context(method="POST", data={"version": "3"}):
        form = VersionForm(meta={"csrf": False})
        form.version.data = 7
        assert 'value="7"' in form.version()
