"""No change to the audit log goes unnoticed, and people are told when it was last checked."""

from itertools import product

import pytest
from flask import g
from flask.cli import ScriptInfo
from sqlalchemy import delete, insert, select, text, update

from intranet import audit, jobs
from intranet.cli import group
from intranet.db import start_writing, transaction
from intranet.extensions import db
from intranet.models import AuditCheck, AuditEntry, AuditHead
from tests.fixtures import unit
from tests.tampering import HOW_MANY, append, cut, only_chain


@pytest.fixture
def chain(app):
    """A hospital's chain of exactly twelve entries, whole."""
    with app.app_context():
        hospital = only_chain()
        assert broken() == []
        db.session.rollback()
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


def test_every_edited_field_is_reported_with_its_place(chain):
    for column, number in product(EDITS, [1, 6, HOW_MANY]):
        value = entry(chain, number).at.replace(year=2020) if column == "at" else EDITS[column]
        assert broken_by(chain, number, column, value) == [(chain, number)], column


def broken_by(chain, number, column, value):
    """What an edit breaks, which is undone."""
    start_writing()
    here = (AuditEntry.chain == chain, AuditEntry.number == number)
    db.session.execute(update(AuditEntry).where(*here).values({column: value}))
    found = broken()
    db.session.rollback()
    g.writing = False
    return found


def test_each_column_of_many_rows_of_a_longer_chain_is_reported_with_its_place(chain):
    """Forty-eight edits of three hundred entries, each undone before the next."""
    with transaction():
        append(300 - HOW_MANY)
    edits = [column for column in EDITS if column not in {"at", "number"}] * 6

    for place, column in enumerate(edits):
        number = 1 + 37 * place % 300
        assert broken_by(chain, number, column, EDITS[column]) == [(chain, number)], column


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


# Without a person ----------------------------------------------------------------------------------


def spoil():
    with transaction():
        db.session.execute(text("UPDATE core_audit_entry SET subject = 'x' WHERE number = 3"))
    db.session.rollback()


def test_a_job_checks_the_chains_every_day_without_holding_up_writers(app, chain, monkeypatch):
    writing = []
    check = audit.check
    monkeypatch.setattr(audit, "check", lambda: writing.append(g.get("writing")) or check())

    outcomes = dict(jobs.run_due())

    assert outcomes["core:check-audit"] == "核对记录链 1 条，不完整 0 条"
    assert writing
    assert not any(writing)  # the job's own check, and any other job's
    assert set(db.session.scalars(select(AuditCheck.broken_at))) == {None}
    assert "core:check-audit" not in dict(jobs.run_due())


def test_the_check_command_reads_the_chains(app, chain):
    runner, script = app.test_cli_runner(), ScriptInfo(create_app=lambda: app)
    assert "审计" not in runner.invoke(group, ["check"], obj=script).output
    spoil()

    done = runner.invoke(group, ["check"], obj=script)

    assert done.exit_code == 1
    assert f"审计记录链 {chain} 第 3 条缺失或被改动" in done.output
