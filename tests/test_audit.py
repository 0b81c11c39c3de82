"""The audit log: written with the deed, and no change to it goes unnoticed."""

import time
from datetime import UTC, datetime
from threading import Event, Thread

import pytest
from flask import g
from flask.cli import ScriptInfo
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from intranet import audit, jobs, units
from intranet.cli import group
from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditCheck, AuditEntry, AuditHead, UnitKind
from intranet.testing import check_html, login, person, unit
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
        assert broken() == []
        hospital = unit("hospital").id
        db.session.rollback()  # a request in this context would see the database as it was here
        yield hospital


def entry(chain, number):
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.number == number)
    ).one()


def broken():
    return [(check.chain, check.broken_at) for check in audit.check() if check.broken_at]


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
def test_every_edited_field_is_reported_with_its_place(chain, column, number):
    value = EDITS[column]
    if column == "at":
        value = entry(chain, number).at.replace(year=2020)
    with transaction():
        here = (AuditEntry.chain == chain, AuditEntry.number == number)
        db.session.execute(update(AuditEntry).where(*here).values({column: value}))

    assert broken() == [(chain, number)]


@pytest.mark.parametrize("numbers", [[1], [5], [5, 6, 7], [HOW_MANY], list(range(3, HOW_MANY + 1))])
def test_deleted_rows_are_reported(chain, numbers):
    with transaction():
        gone = delete(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.number.in_(numbers))
        db.session.execute(gone)

    assert broken() != []


def test_a_chain_emptied_but_for_its_head_is_reported(chain):
    with transaction():
        db.session.execute(delete(AuditEntry).where(AuditEntry.chain == chain))

    assert broken() == [(chain, 1)]


def test_a_chain_without_its_head_is_reported(chain):
    with transaction():
        db.session.execute(delete(AuditHead).where(AuditHead.chain == chain))

    assert broken() == [(chain, 1)]


def test_swapped_rows_are_reported(chain):
    with transaction():
        for old, new in ((4, 1000), (5, 4), (1000, 5)):
            here = (AuditEntry.chain == chain, AuditEntry.number == old)
            db.session.execute(update(AuditEntry).where(*here).values(number=new))

    assert broken() != []


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

    assert broken() != []


def check_and_keep():
    with transaction():
        audit.keep(audit.check(), by=None)


def cut(chain, after):
    """As somebody with the database in hand would: the head says the same."""
    end = entry(chain, after)
    with transaction():
        db.session.execute(delete(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.number > after))
        head = update(AuditHead).where(AuditHead.chain == chain)
        db.session.execute(head.values(number=after, hash=end.hash))


def test_a_tail_cut_off_with_its_head_is_reported_by_the_next_check_and_stays_reported(chain):
    check_and_keep()
    cut(chain, 9)

    assert broken() == [(chain, 10)]
    with transaction():
        for number in range(5):
            audit.record(None, "test:deed", f"after:{number}", unit=unit("nk1"))
    check_and_keep()
    assert broken() == [(chain, HOW_MANY)]


def test_a_whole_chain_that_is_gone_is_reported(chain):
    check_and_keep()
    with transaction():
        db.session.execute(delete(AuditEntry).where(AuditEntry.chain == chain))
        db.session.execute(delete(AuditHead).where(AuditHead.chain == chain))

    assert broken() == [(chain, 1)]


# Where people see it -------------------------------------------------------------------------------


def spoil():
    with transaction():
        db.session.execute(text("UPDATE core_audit_entry SET subject = 'x' WHERE number = 3"))
    db.session.rollback()


FOUND = {"checked_at": datetime(2019, 3, 1, 2, tzinfo=UTC), "number": 7, "hash": "f" * 64}


def test_the_page_reads_no_chain_and_says_when_each_was_last_checked(app, chain):
    client = login(app, "audit")
    assert "还没有核对过" in client.get("/admin/audit").text
    with transaction():
        audit.keep([AuditCheck(**FOUND, chain=chain, broken_at=None)], by=None)
    spoil()

    page = client.get("/admin/audit").text

    assert "记录链完整" in page
    assert "2019年3月1日 10:00 核对" in page
    assert "共 7 条" in page


def test_the_audit_administrator_checks_now_and_is_told(app, chain):
    spoil()
    client = login(app, "audit")

    assert client.post("/admin/audit/check").status_code == 303

    page = client.get("/admin/audit").text
    assert "第 3 条缺失或被改动" in page
    assert "记录链不完整" in page
    check_html(client.get("/admin/audit"))


@pytest.mark.parametrize("username", ["head", "office", "system", "security"])
def test_nobody_else_has_the_chains_checked(app, username):
    assert login(app, username).post("/admin/audit/check").status_code == 404


def test_a_chain_that_holds_again_is_shown_as_whole(app, chain):
    client = login(app, "audit")
    subject = entry(chain, 3).subject
    spoil()
    client.post("/admin/audit/check")
    with transaction():
        here = (AuditEntry.chain == chain, AuditEntry.number == 3)
        db.session.execute(update(AuditEntry).where(*here).values(subject=subject))

    client.post("/admin/audit/check")

    assert "记录链不完整" not in client.get("/admin/audit").text


def test_a_job_checks_the_chains_every_day_without_holding_up_writers(app, chain, monkeypatch):
    writing = []
    check = audit.check
    monkeypatch.setattr(audit, "check", lambda: writing.append(g.get("writing")) or check())

    outcomes = dict(jobs.run_due())

    assert outcomes["core:check-audit"] == "核对记录链 1 条，不完整 0 条"
    assert writing == [False]
    assert set(db.session.scalars(select(AuditCheck.broken_at))) == {None}
    assert "core:check-audit" not in dict(jobs.run_due())


def test_the_check_command_reads_the_chains(app, chain):
    runner, script = app.test_cli_runner(), ScriptInfo(create_app=lambda: app)
    assert "审计" not in runner.invoke(group, ["check"], obj=script).output
    spoil()

    done = runner.invoke(group, ["check"], obj=script)

    assert done.exit_code == 1
    assert f"审计记录链 {chain} 第 3 条缺失或被改动" in done.output


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
    finish([start(app, WORKER, name) for name in ("a", "b")])

    with app.app_context():
        hospital = unit("hospital").id
        numbers = db.session.scalars(
            select(AuditEntry.number).where(AuditEntry.chain == hospital).order_by(AuditEntry.number)
        ).all()
        subjects = set(db.session.scalars(select(AuditEntry.subject)))
        assert broken() == []
        assert list(numbers) == list(range(1, len(numbers) + 1))
        assert {f"{name}-{number}" for name in "ab" for number in range(100)} <= subjects
