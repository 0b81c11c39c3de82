"""Who can be named in a form."""

from intranet.accounts import disable
from intranet.contracts import Role
from intranet.db import transaction
from intranet.people import names_of, serving, working_in
from intranet.units import add_person, join
from tests.fixtures import person, unit


def test_two_of_one_name_are_told_apart_and_others_are_not(app):
    with app.app_context(), transaction():
        here = unit("nk1")
        for number in ("20231", "20232"):
            join(add_person(number, "赵同名", "not used here"), here)
        names = set(names_of(working_in([here.id])).values())
    assert {"赵同名（20231）", "赵同名（20232）"} <= names
    assert "何小满" in names


def test_a_closed_account_is_offered_only_where_it_is_named_already(app):
    with app.app_context(), transaction():
        here, head = unit("nk1"), person("head")
        assert names_of(serving([here.id], [Role.HEAD])) == {head.id: head.name}
        disable(head)
        assert names_of(serving([here.id])).get(head.id) is None
        assert names_of(serving([here.id]), also=[head.id])[head.id] == head.name
