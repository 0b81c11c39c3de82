"""The audit log: written with the deed, and no change to it goes unnoticed."""

import ast
import importlib
import time
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

import intranet
from intranet import audit, units
from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, AuditHead, UnitKind
from intranet.plugins import find_plugins, plugin_folder
from intranet.testing import login, person, unit
from intranet.views.admin import DEEDS
from tests.workers import finish, start

HOW_MANY = 12
WORKER = """
from intranet import audit
from intranet.db import transaction
from intranet.units import person_called as person, unit_called as unit
for number in range(100):
    with transaction():
        audit.record(person("head"), "test:deed", f"{argument}-{number}", unit=unit("nk1"))
"""


@pytest.fixture
def chain(app):
    """A hospital's chain of exactly twelve entries, whole."""
    with app.app_context():
        with transaction():
            db.session.execute(delete(AuditEntry))
            db.session.execute(delete(AuditHead))
            for number in range(HOW_MANY):
                audit.record(person("head"), "test:deed", f"thing:{number}", unit=unit("nk1"), why="例行")
        assert audit.all_faults() == []
        yield unit("hospital").id


def entry(chain, number):
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.number == number)
    ).one()


def fields(chain, number):
    row = db.session.execute(
        select(AuditEntry.__table__).where(AuditEntry.chain == chain, AuditEntry.number == number)
    )
    found = dict(row.mappings().one())
    found.pop("id")
    return found


# With the deed -------------------------------------------------------------------------------------


def test_deed_and_entry_are_committed_together(app):
    with app.app_context(), transaction():
        units.grant(person("member"), Role.RECORDER, unit("nk1"))
        audit.record(person("office"), "core:grant", "member", unit=unit("nk1"))

    with app.app_context():
        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (last.action, last.subject, last.unit_id) == ("core:grant", "member", unit("nk1").id)


def test_deed_and_entry_are_rolled_back_together(app):
    def fails_after_the_entry():
        with transaction():
            audit.record(person("head"), "test:deed", "thing", unit=unit("nk1"))
            raise KeyboardInterrupt

    with app.app_context():
        heads = db.session.execute(select(AuditHead.__table__)).all()
        db.session.rollback()
        with pytest.raises(KeyboardInterrupt):
            fails_after_the_entry()

    with app.app_context():
        assert "test:deed" not in db.session.scalars(select(AuditEntry.action)).all()
        assert db.session.execute(select(AuditHead.__table__)).all() == heads


def test_a_refused_request_leaves_no_entry_and_a_good_one_says_from_where(app):
    client = login(app, "office")
    client.post("/hospital/plugins/nothing", data={"state": "on"})

    client.post("/logout", environ_base={"REMOTE_ADDR": "10.1.2.3"})

    with app.app_context():
        found = db.session.execute(select(AuditEntry.action, AuditEntry.address)).all()
        assert found[-1] == ("core:logout", "10.1.2.3")
        assert not [action for action, _address in found if action == "core:plugins"]


def test_one_chain_a_hospital_and_one_for_the_site(app):
    with app.app_context(), transaction():
        bureau = units.add_unit("bureau", "卫生局", UnitKind.BUREAU)
        second = units.add_unit("second", "第二医院", UnitKind.HOSPITAL, bureau)
        ward = units.add_unit("second-nk", "内科", UnitKind.DEPARTMENT, second)

        assert audit.chain_of(ward) == audit.chain_of(second) == second.id
        assert audit.chain_of(unit("nk1")) == audit.chain_of(unit("hospital")) == unit("hospital").id
        assert audit.chain_of(bureau) == audit.chain_of(None) == 0


# Tampering -----------------------------------------------------------------------------------------

EDITS = {
    "at": "2020-01-01 00:00:00",
    "actor_id": 1,
    "unit_id": None,
    "action": "test:other",
    "subject": "thing:x",
    "address": "1.2.3.4",
    "detail": {"why": "改了"},
    "previous": "f" * 64,
    "hash": "f" * 64,
    "number": 99,
}


@pytest.mark.parametrize("number", [1, 6, HOW_MANY])
@pytest.mark.parametrize("column", EDITS)
def test_every_edited_field_is_reported(chain, column, number):
    value = EDITS[column]
    if column == "at":
        value = entry(chain, number).at.replace(year=2020)
    with transaction():
        here = (AuditEntry.chain == chain, AuditEntry.number == number)
        db.session.execute(update(AuditEntry).where(*here).values({column: value}))

    assert audit.all_faults() != []


@pytest.mark.parametrize("numbers", [[1], [5], [5, 6, 7], [HOW_MANY], list(range(3, HOW_MANY + 1))])
def test_deleted_rows_are_reported(chain, numbers):
    with transaction():
        gone = delete(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.number.in_(numbers))
        db.session.execute(gone)

    assert audit.all_faults() != []


def test_a_chain_emptied_but_for_its_head_is_reported(chain):
    with transaction():
        db.session.execute(delete(AuditEntry).where(AuditEntry.chain == chain))

    assert audit.all_faults() == ["末尾的记录缺失"]


def test_a_chain_without_its_head_is_reported(chain):
    with transaction():
        db.session.execute(delete(AuditHead).where(AuditHead.chain == chain))

    assert audit.all_faults() == ["末尾的记录缺失"]


def test_swapped_rows_are_reported(chain):
    with transaction():
        for old, new in ((4, 1000), (5, 4), (1000, 5)):
            here = (AuditEntry.chain == chain, AuditEntry.number == old)
            db.session.execute(update(AuditEntry).where(*here).values(number=new))

    assert audit.all_faults() != []


@pytest.mark.parametrize("number", [5, HOW_MANY + 1])
def test_a_forged_row_is_reported_even_with_a_right_hash_of_its_own(chain, number):
    with transaction():
        for moved in range(HOW_MANY, number - 1, -1):
            here = (AuditEntry.chain == chain, AuditEntry.number == moved)
            db.session.execute(update(AuditEntry).where(*here).values(number=moved + 1))
        forged = AuditEntry(**{**fields(chain, 1), "number": number, "subject": "forged"})
        forged.previous = entry(chain, number - 1).hash
        forged.hash = audit.hash_of(forged)
        values = {name: getattr(forged, name) for name in fields(chain, 1)}
        db.session.expunge_all()
        db.session.execute(insert(AuditEntry).values(values))

    assert audit.all_faults() != []


def test_the_audit_administrator_is_told(app, chain):
    with transaction():
        db.session.execute(text("UPDATE core_audit_entry SET subject = 'x' WHERE number = 3"))
    db.session.rollback()

    page = login(app, "audit").get("/admin/audit").text

    assert "第 3 条被改动" in page
    assert "记录链不完整" in page


# In words -----------------------------------------------------------------------------------------


def recorded(folder):
    """The deeds that calls of `record` and `_record` name, without the plugin's own name."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = getattr(node, "func", None)
            if getattr(called, "attr", getattr(called, "id", "")).endswith("record"):
                words = [argument.value for argument in node.args[:2] if isinstance(argument, ast.Constant)]
                yield from (word.rpartition(":")[2] for word in words if isinstance(word, str))


@pytest.mark.parametrize("module", find_plugins().values())
def test_every_deed_of_a_plugin_has_words(module):
    deeds = importlib.import_module(module).DEEDS

    assert set(recorded(plugin_folder(module) / "services")) == set(deeds)


def test_every_deed_of_the_core_has_words():
    assert {f"core:{deed}" for deed in recorded(Path(intranet.__file__).parent)} == set(DEEDS)


def test_a_deed_is_shown_in_words_with_its_code(app):
    with app.app_context(), transaction():
        audit.record(person("head"), "rectification:move", "card 1", unit=unit("nk1"))
    client = login(app, "audit")

    chinese = client.get("/admin/audit").text
    client.post("/language", data={"language": "en"})
    english = client.get("/admin/audit").text

    assert '移动整改卡片 <span class="small">rectification:move</span>' in chinese
    assert 'Move a card <span class="small">rectification:move</span>' in english


# Many at once --------------------------------------------------------------------------------------


def test_the_two_first_entries_of_a_chain_do_not_collide(app):
    first_is_written, outcome = Event(), []

    def second():
        with app.app_context():
            first_is_written.wait(10)
            try:
                with transaction():
                    audit.record(None, "test:deed", "second", unit=unit("nk1"))
            except SQLAlchemyError as error:
                outcome.append(error)

    thread = Thread(target=second)
    thread.start()
    with app.app_context(), transaction():
        audit.record(None, "test:deed", "first", unit=unit("nk1"))
        first_is_written.set()
        time.sleep(0.3)  # the second one now waits for this transaction
    thread.join(15)

    assert outcome == []
    with app.app_context():
        assert audit.all_faults() == []


def test_processes_that_append_together_never_fork_the_chain(app):
    finish([start(app, WORKER, name) for name in ("a", "b")])

    with app.app_context():
        hospital = unit("hospital").id
        numbers = db.session.scalars(
            select(AuditEntry.number).where(AuditEntry.chain == hospital).order_by(AuditEntry.number)
        ).all()
        subjects = set(db.session.scalars(select(AuditEntry.subject)))
        assert audit.all_faults() == []
        assert list(numbers) == list(range(1, len(numbers) + 1))
        assert {f"{name}-{number}" for name in "ab" for number in range(100)} <= subjects
