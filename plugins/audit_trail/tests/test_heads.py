"""Against the heads outside: what the chain alone cannot tell shows, with the first number that is wrong."""

import shutil
import socket

import pytest
from flask.cli import ScriptInfo
from sqlalchemy import delete

from intranet import audit, jobs
from intranet.cli import group
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditCheck, AuditEntry, AuditHead
from plugins.audit_trail import heads
from plugins.audit_trail.hooks import intranet_checks
from plugins.audit_trail.models import FILE, Outside
from plugins.audit_trail.services import comparing
from tests.fixtures import login
from tests.tampering import HOW_MANY, append, cut, rewrite


def differing():
    found = [(each.chain, each.broken_at) for each in comparing.compare() if each.broken_at]
    db.session.rollback()
    return found


def note():
    comparing.note()
    db.session.rollback()


def check_and_keep():
    note()
    with transaction():
        audit.keep(audit.check(), by=None)
        comparing.keep(comparing.compare())


def own_word():
    """What was found by reading the chain alone."""
    return [check.chain for check in audit.check() if check.broken_at]


@pytest.fixture
def noted(chain):
    note()
    assert differing() == []
    return chain


# The chain -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("gone", [1, 10, HOW_MANY])
def test_a_tail_cut_off_since_the_last_check_is_named_by_its_first_entry(noted, gone):
    cut(noted, HOW_MANY - gone)

    assert differing() == [(noted, HOW_MANY - gone + 1)]
    assert own_word() == []


def test_a_whole_chain_deleted_with_all_that_the_database_knows_of_it_is_missing(noted):
    check_and_keep()
    with transaction():
        for table in (AuditEntry, AuditHead, AuditCheck, Outside):
            db.session.execute(delete(table))

    assert (noted, 1) in differing()
    assert own_word() == []


@pytest.mark.parametrize("number", [1, 5, HOW_MANY])
def test_a_chain_rewritten_with_all_its_hashes_differs_from_the_next_head_outside(noted, number):
    with transaction():
        append(HOW_MANY)

    rewrite(noted, number, subject="nothing happened")

    assert own_word() == []
    assert differing() == [(noted, HOW_MANY)]


def test_a_chain_cut_and_grown_again_still_differs(noted):
    cut(noted, 9)
    with transaction():
        append(20)

    assert differing() == [(noted, HOW_MANY)]


def test_what_was_appended_since_the_last_head_does_no_harm(noted):
    with transaction():
        append(3)

    assert differing() == []


# The file ------------------------------------------------------------------------------------------


def file():
    return next(heads.folder().glob("*.log"))


@pytest.mark.one_engine
def test_every_line_is_signed_and_only_the_owner_reads_it(noted):
    with transaction():
        append(1)
    note()
    note()

    lines = file().read_text().splitlines()

    assert [line.split(" ")[1:3] for line in lines] == [[str(noted), "12"], [str(noted), "13"]]
    assert (file().stat().st_mode & 0o777, heads.folder().stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.one_engine
@pytest.mark.parametrize(("old", "new"), [(" 12 ", " 11 "), ("T", "t"), ("+00:00", "")])
def test_a_changed_line_is_reported(noted, old, new):
    file().write_text(file().read_text().replace(old, new, 1))

    assert (FILE, 1) in differing()


def test_a_head_rewritten_to_fit_a_rewritten_chain_has_no_signature(noted):
    old = audit.check()[0].hash
    rewrite(noted, 5, subject="nothing happened")
    file().write_text(file().read_text().replace(old, audit.check()[0].hash))

    assert (FILE, 1) in differing()


@pytest.mark.one_engine
def test_a_deleted_line_or_file_is_reported_and_stays_reported(noted):
    check_and_keep()
    with transaction():
        append(1)
    check_and_keep()
    whole = file().read_text().splitlines(keepends=True)

    file().write_text("".join(whole[1:]))
    assert (FILE, 1) in differing()
    file().write_text("".join(whole[:1]))
    assert (FILE, 2) in differing()
    shutil.rmtree(heads.folder())
    assert (FILE, 1) in differing()
    check_and_keep()
    check_and_keep()
    assert FILE in dict(differing())


@pytest.mark.one_engine
def test_a_file_of_another_year_is_read_before_this_ones(noted):
    file().rename(heads.folder() / "2025.log")
    with transaction():
        append(1)

    note()

    assert len(list(heads.folder().glob("*.log"))) == 2
    assert differing() == []


# Where people meet it ------------------------------------------------------------------------------


def test_a_job_writes_the_heads_and_another_compares_them(app, chain):
    outcomes = dict(jobs.run_due())

    assert outcomes["audit_trail:heads"] == "库外留存链尾 2 行"
    assert outcomes["audit_trail:compare"].startswith("与库外留存对照 ")
    assert outcomes["audit_trail:compare"].endswith("不符 0 处")


def test_the_check_command_compares_too(app, noted):
    runner, script = app.test_cli_runner(), ScriptInfo(create_app=lambda: app)
    assert "留存" not in runner.invoke(group, ["check"], obj=script).output
    cut(noted, 3)

    done = runner.invoke(group, ["check"], obj=script)

    assert intranet_checks() == [f"审计记录链 {noted} 第 4 条与库外留存的不符。"]
    assert done.exit_code == 1
    assert f"审计记录链 {noted} 第 4 条与库外留存的不符。" in done.output


def test_the_page_tells_what_the_chain_alone_would_not(app, noted):
    cut(noted, 3)
    client = login(app, "audit")

    client.post("/admin/audit_trail/check")

    page = client.get("/admin/audit_trail/chains").text
    assert "第 4 条与库外留存的不符" in page
    assert "记录链不完整" in page
    assert "库外留存完整" in page


# The log server ------------------------------------------------------------------------------------


@pytest.mark.one_engine
def test_a_log_server_hears_every_new_line(app, chain):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        app.config["AUDIT_SYSLOG"] = f"127.0.0.1:{server.getsockname()[1]}"
        note()

        heard = server.recv(1000).decode()

    assert heard.rstrip("\0").endswith(file().read_text().strip().rpartition("\n")[2])


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "where", ["127.0.0.1:9", "no-such-host.invalid:514", "/no/such/socket", "nonsense", "host:x"]
)
def test_a_log_server_that_does_not_answer_stops_nothing(app, chain, where):
    app.config["AUDIT_SYSLOG"] = where

    note()

    assert len(file().read_text().splitlines()) == 1
    assert differing() == []
