"""The tree of units and its addresses."""

import pytest
from sqlalchemy import select

from intranet import units
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Unit, UnitKind
from intranet.permissions import may_enter
from tests.fixtures import person, unit

HIDING = ("admin", "login", "logout", "static", "healthz", "readyz", "language")


@pytest.mark.one_engine
@pytest.mark.parametrize("code", HIDING)
def test_a_code_that_would_hide_a_page_of_the_core_is_refused(writing, code):
    with pytest.raises(Invalid, match=code):
        units.add_unit(code, "某科", UnitKind.DEPARTMENT)


def test_every_first_word_of_the_cores_addresses_is_refused(app):
    with app.app_context():
        assert units.core_words() >= set(HIDING)


@pytest.mark.one_engine
@pytest.mark.parametrize("code", ["", "Nk2", "内二科", "2nk", "nk_2", "nk 2", "nk/2", "a" * 33])
def test_a_code_that_does_not_fit_an_address_is_refused(writing, code):
    with pytest.raises(Invalid):
        units.add_unit(code, "某科", UnitKind.DEPARTMENT)


def test_a_code_in_use_is_refused(writing):
    with pytest.raises(Invalid, match="已经有单位在用"):
        units.add_unit("nk1", "又一个内一科", UnitKind.DEPARTMENT)


def test_a_new_unit_is_found_under_all_above_it_and_nowhere_else(writing):
    ward = units.add_unit("nk1-a", "一病区", UnitKind.GROUP, unit("nk1"))

    for code in ("hospital", "nk1"):
        under = db.session.scalars(select(Unit.code).where(unit(code).subtree())).all()
        assert "nk1-a" in under
        assert ward.is_under(unit(code).path)
    assert "nk1-a" not in db.session.scalars(select(Unit.code).where(unit("wk1").subtree())).all()


def test_unit_9001_is_not_under_unit_900(writing):
    short, long = (units.add_unit(code, "局", UnitKind.BUREAU) for code in ("one", "two"))
    short.path, long.path = "900/", "9001/"
    db.session.flush()

    assert not long.is_under(short.path)
    assert db.session.scalars(select(Unit.code).where(short.subtree())).all() == [short.code]


def test_people_and_units_that_do_not_exist_are_named(writing):
    with pytest.raises(Invalid, match="nobody"):
        units.person_called("nobody")
    with pytest.raises(Invalid, match="nowhere"):
        units.unit_called("nowhere")


def test_a_user_name_in_use_and_a_short_password_are_refused(writing):
    with pytest.raises(Invalid, match="head"):
        units.add_person("head", "第二个", "long enough password")
    with pytest.raises(Invalid, match="10"):
        units.add_person("new", "新人", "short")


def test_a_right_given_now_counts_in_the_same_transaction(writing):
    assert not may_enter(person("stranger"), unit("nk1"))

    units.join(person("stranger"), unit("nk1"), "进修")

    assert may_enter(person("stranger"), unit("nk1"))
