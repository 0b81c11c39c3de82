"""Retention: whole months leave a signed segment, the chain goes on from it, nothing else can delete."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from intranet import audit, clock, create_app, jobs
from intranet.config import WrongSetting
from intranet.db import start_writing, transaction
from intranet.extensions import db
from intranet.models import AuditEntry, AuditHead, AuditSegment
from intranet.models.audit import SITE_CHAIN
from plugins.audit_trail import heads
from plugins.audit_trail.services import closing, comparing
from tests.fixtures import login, person, unit
from tests.tampering import append, drop_guards, emptied

DAY = timedelta(days=1)
TODAY = datetime(2026, 11, 21, 2, tzinfo=UTC)


@pytest.fixture
def old_chain(app, monkeypatch):
    """A year of a chain with two entries on the 15th of each month, to be kept for 190 days."""
    app.config["AUDIT_DAYS"] = 190
    with app.app_context():
        with emptied():
            for month in range(1, 12):
                monkeypatch.setattr(clock, "now", lambda month=month: TODAY.replace(month=month, day=15))
                append(2)
        chain = unit("hospital").id
        monkeypatch.setattr(clock, "now", lambda: TODAY)
        comparing.note()
        db.session.rollback()
        yield chain


def run():
    """As the job does."""
    with transaction(reads_first=True):
        return closing.close_old_months()


def broken():
    found = [(check.chain, check.broken_at) for check in audit.check() if check.broken_at]
    found += [(each.chain, each.broken_at) for each in comparing.compare() if each.broken_at]
    db.session.rollback()
    return found


def kept(chain):
    numbers = select(AuditEntry.number).where(AuditEntry.chain == chain, AuditEntry.action == "test:deed")
    return list(db.session.scalars(numbers.order_by(AuditEntry.number)))


def test_whole_months_older_than_the_setting_go_and_the_chain_holds(old_chain):
    counts = run()

    # 190 days before 21 November is 15 May: May is kept whole, four months go
    assert counts == {"segments": 4, "entries": 8, "kept": 0}
    assert kept(old_chain) == list(range(9, 23))
    segments = db.session.scalars(select(AuditSegment).order_by(AuditSegment.first)).all()
    assert [(each.first, each.last) for each in segments] == [(1, 2), (3, 4), (5, 6), (7, 8)]
    assert broken() == []
    assert run() == {"segments": 0, "entries": 0, "kept": 0}


def test_the_setting_decides(app, old_chain):
    app.config["AUDIT_DAYS"] = 250  # 16 March

    assert run() == {"segments": 2, "entries": 4, "kept": 0}


def test_an_entry_of_the_last_190_days_stays_whatever_the_month(app, old_chain, monkeypatch):
    for day in range(1, 60):
        monkeypatch.setattr(clock, "now", lambda day=day: TODAY + day * DAY)
        run()
        oldest = db.session.scalar(select(func.min(AuditEntry.at)))
        closed = db.session.scalar(select(func.max(AuditSegment.last_at)))
        db.session.rollback()
        assert closed < clock.now() - 190 * DAY
        assert oldest < clock.now() - 170 * DAY


def test_what_goes_is_in_a_file_that_anybody_can_check(old_chain):
    run()

    lines = (heads.folder() / "closed" / f"{old_chain}-3.txt").read_text("utf-8").splitlines()
    pairs = [line.split(" ", 1) for line in lines]

    assert [json.loads(words)[1] for _hash, words in pairs] == [3, 4]
    assert all(hashlib.sha256(words.encode()).hexdigest() == end for end, words in pairs)


def test_the_closing_is_itself_an_entry_of_the_chain(old_chain):
    run()

    found = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "audit_trail:close")).all()
    assert [(each.chain, each.detail) for each in found][:2] == [
        (old_chain, {"first": "1", "last": "2"}),
        (old_chain, {"first": "3", "last": "4"}),
    ]


def test_a_changed_entry_is_evidence_and_stays_while_other_chains_are_closed(old_chain, monkeypatch):
    with transaction():
        drop_guards()
        db.session.execute(update(AuditEntry).where(AuditEntry.number == 3).values(subject="x"))
    with monkeypatch.context() as past, transaction():
        past.setattr(clock, "now", lambda: TODAY.replace(month=1))
        db.session.execute(delete(AuditEntry).where(AuditEntry.chain == SITE_CHAIN))
        db.session.execute(delete(AuditHead).where(AuditHead.chain == SITE_CHAIN))
        audit.record(None, "test:deed", "thing")

    assert run() == {"segments": 1, "entries": 1, "kept": 1}
    assert kept(old_chain)[:3] == [1, 2, 3]


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("first", 4),
        ("last", 7),
        ("first_at", TODAY),
        ("last_at", TODAY),
        ("previous", "f" * 64),
        ("hash", "f" * 64),
        ("signature", "f" * 64),
    ],
)
def test_a_changed_segment_is_reported_by_its_first_number(old_chain, column, value):
    run()
    with transaction():
        drop_guards()
        here = AuditSegment.first == 3
        db.session.execute(update(AuditSegment).where(here).values({column: value}))

    assert next(found for found in broken() if found[0] == old_chain) == (old_chain, 3)


def test_a_deleted_or_forged_segment_is_reported(old_chain):
    run()
    with transaction():
        drop_guards()
        segment = db.session.scalars(select(AuditSegment).where(AuditSegment.first == 7)).one()
        db.session.delete(segment)
    assert (old_chain, 7) in broken()

    with transaction():
        last = db.session.scalars(select(AuditEntry).where(AuditEntry.number == 12)).one()
        moments = {"first_at": TODAY, "last_at": TODAY}
        forged = AuditSegment(chain=old_chain, first=7, last=12, hash=last.hash, **moments)
        forged.previous, forged.signature = "0" * 64, "0" * 64
        db.session.add(forged)
        db.session.execute(delete(AuditEntry).where(AuditEntry.number <= 12))
    assert (old_chain, 7) in broken()


def test_a_job_does_it_and_says_so(app, old_chain):
    with transaction():
        db.session.execute(text("DELETE FROM core_login_session"))

    outcomes = dict(jobs.run_due())

    assert outcomes["audit_trail:close"] == "封存 4 段，清除到期记录 8 条，因不完整而保留的记录链 0 条"


def test_the_page_lists_what_was_closed(app, old_chain, monkeypatch):
    run()
    monkeypatch.undo()

    page = login(app, "audit").get("/admin/audit_trail/chains").text

    assert page.count('<td class="num end">2</td>') == 4


@pytest.mark.one_engine
@pytest.mark.parametrize("days", ["189", "180", "0"])
def test_less_than_190_days_is_refused_at_the_start(tmp_path, monkeypatch, days):
    monkeypatch.setenv("INTRANET_AUDIT_DAYS", days)

    with pytest.raises(WrongSetting, match=f"AUDIT_DAYS 不能小于 190，现在是 {days}"):
        create_app(tmp_path)


# The triggers --------------------------------------------------------------------------------------

FORBIDDEN = [
    "UPDATE core_audit_entry SET subject = 'x' WHERE number = 1",
    "DELETE FROM core_audit_entry WHERE number = 1",
    "DELETE FROM core_audit_entry",
    "UPDATE core_audit_segment SET last = 99",
    "DELETE FROM core_audit_segment",
]
ON_SQLITE = [
    "INSERT OR REPLACE INTO core_audit_entry SELECT * FROM core_audit_entry WHERE number = 1",
    "INSERT OR REPLACE INTO core_audit_segment SELECT * FROM core_audit_segment",
]
ON_POSTGRES = ["TRUNCATE core_audit_entry", "TRUNCATE core_audit_segment"]


def forbidden(engine_name):
    return FORBIDDEN + (ON_SQLITE if engine_name == "sqlite" else ON_POSTGRES)


def test_the_database_refuses_to_change_or_delete_an_entry(app, engine_name):
    with app.app_context():
        with transaction():
            audit.record(person("head"), "test:deed", "thing", unit=unit("nk1"))
            moments = {"first_at": TODAY, "last_at": TODAY}
            db.session.add(
                AuditSegment(chain=9, first=1, last=1, previous="", hash="", signature="", **moments)
            )
        for statement in forbidden(engine_name):
            before = contents()
            with pytest.raises(Exception, match="audit entries are kept as they are"), transaction():
                db.session.execute(text(statement))
            assert contents() == before, statement


def contents():
    found = [db.session.execute(select(table.__table__)).all() for table in (AuditEntry, AuditSegment)]
    db.session.rollback()
    return found


OF_OWNERS = [
    "ALTER TABLE core_audit_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER core_audit_entry_update ON core_audit_entry",
    "TRUNCATE core_audit_entry",
    "DROP TABLE core_audit_entry CASCADE",
    "SET session_replication_role = replica",
    "DELETE FROM core_audit_entry",
]


def test_on_postgresql_a_role_that_owns_nothing_cannot_take_the_guards_away(app, engine_name):
    if engine_name == "sqlite":
        return
    with app.app_context():
        start_writing()
        db.session.execute(text("CREATE ROLE only_serves"))
        rights = "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public"
        db.session.execute(text(f"GRANT {rights} TO only_serves"))
        db.session.execute(text("SET LOCAL ROLE only_serves"))
        for statement in OF_OWNERS:
            with pytest.raises(DBAPIError), db.session.begin_nested():
                db.session.execute(text(statement))
        db.session.rollback()  # the role goes as it came
