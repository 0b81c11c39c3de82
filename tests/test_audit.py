"""The audit log: an entry is written with the deed, and many at once keep one chain."""

import ast
import importlib
import time
from threading import Event, Thread

import pytest
from flask.cli import ScriptInfo
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from intranet import audit, jobs, migrate, units
from intranet.cli import group
from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.gate import enabled_plugins
from intranet.loading import find_plugins, plugin_folder
from intranet.models import AuditEntry, AuditHead, RolePermission, UnitKind
from tests.fixtures import login, person, unit
from tests.test_audit_check import broken
from tests.workers import ROUNDS, finish, start

WORKER = """
from intranet import audit
from intranet.db import transaction
from intranet.units import person_called as person, unit_called as unit
for number in range(argument[1]):
    with transaction():
        audit.record(person("head"), "test:deed", f"{argument[0]}-{number}", unit=unit("nk1"))
"""


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


# In words -----------------------------------------------------------------------------------------


def recorded(folder):
    """The deeds that calls of `record`, `_record` and `record_move` name, without the plugin's own name."""
    for path in (*folder.rglob("*.py"), *folder.parent.glob(f"{folder.name}.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = getattr(node, "func", None)
            name = getattr(called, "attr", getattr(called, "id", ""))
            if name.endswith(("record", "record_move")):
                words = [part.value for part in node.args[: 2 + (name == "_record")] if is_word(part)]
                yield from (word.rpartition(":")[2] for word in words)
            yield from deeds_passed_on(node)


def is_word(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value != ""


def deeds_passed_on(node):
    """`deed="read"`, in a call or as what is meant when nothing is said."""
    if isinstance(node, ast.keyword) and node.arg == "deed" and is_word(node.value):
        yield node.value.value.rpartition(":")[2]
    if isinstance(node, ast.arguments):
        named = zip(node.kwonlyargs, node.kw_defaults, strict=True)
        yield from (word.value for name, word in named if name.arg == "deed" and word and is_word(word))


def passed_on(module):
    """By views, to a service that records it."""
    files = (plugin_folder(module) / "views").rglob("*.py")
    return {
        deed
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for deed in deeds_passed_on(node)
    }


@pytest.mark.parametrize("module", find_plugins().values())
def test_every_deed_of_a_plugin_has_words(module):
    deeds = getattr(importlib.import_module(module), "DEEDS", ())

    assert set(recorded(plugin_folder(module) / "services")) | passed_on(module) == set(deeds)


# Fail closed, and without a browser ----------------------------------------------------------------


def test_a_deed_whose_entry_cannot_be_written_is_not_done(app):
    client, security = login(app, "head"), login(app, "security")
    with app.app_context(), transaction():
        db.session.execute(text("ALTER TABLE core_audit_entry RENAME TO gone"))

    turned = client.post("/nk1/plugins/campaign", data={"state": "off"})
    moved = security.post("/admin/people/permissions/core:plugins/member", data={"allowed": "1"})

    assert (turned.status_code, moved.status_code) == (500, 500)
    with app.app_context():
        assert "campaign" in enabled_plugins(unit("nk1"))
        assert db.session.scalars(select(RolePermission)).all() == []


def test_an_entry_without_a_browser_says_what_made_it(app, monkeypatch):
    runner, script = app.test_cli_runner(), ScriptInfo(create_app=lambda: app)
    runner.invoke(group, ["add-unit", "ek", "儿科", "--parent", "hospital"], obj=script)
    with app.app_context():
        dict(jobs.run_due())

    with app.app_context():
        found = dict(db.session.execute(select(AuditEntry.action, AuditEntry.address)).all())
        assert found["core:unit"] == audit.COMMAND
        assert found["core:audit-check"] == audit.JOB


def test_a_plugin_whose_data_are_deleted_leaves_an_entry(hello_app):
    with hello_app.app_context():
        migrate.uninstall("hello")

        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (last.action, last.subject, last.address) == ("core:uninstall", "hello", audit.COMMAND)


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
        assert broken() == []


def test_processes_that_append_together_never_fork_the_chain(app):
    each = 10 * ROUNDS
    finish([start(app, WORKER, (name, each)) for name in ("a", "b")])

    with app.app_context():
        hospital = unit("hospital").id
        numbers = db.session.scalars(
            select(AuditEntry.number).where(AuditEntry.chain == hospital).order_by(AuditEntry.number)
        ).all()
        subjects = set(db.session.scalars(select(AuditEntry.subject)))
        assert broken() == []
        assert list(numbers) == list(range(1, len(numbers) + 1))
        assert {f"{name}-{number}" for name in "ab" for number in range(each)} <= subjects
