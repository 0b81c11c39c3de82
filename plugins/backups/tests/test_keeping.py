"""Which backups stay, when one is made and tried, and when somebody must worry."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import event, select

from intranet import clock, jobs
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.backups import sealed
from plugins.backups.models import Backup, Cause, RecoveryKey, State
from plugins.backups.panels import worries
from plugins.backups.schedule import back_up, try_newest
from plugins.backups.services.keeping import remove_old, to_keep

NIGHT = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)  # 2 March, 02:30 in Shanghai, a Monday
DAY = timedelta(days=1)


def nights(count, first=NIGHT):
    return [first + number * DAY for number in range(count)]


def shown(moments):
    return [f"{clock.local(moment):%m-%d}" for moment in sorted(moments)]


RULES = (
    (nights(0), (7, 4, 12), []),
    (nights(1), (0, 0, 0), ["03-02"]),
    (nights(10), (7, 0, 0), ["03-05", "03-06", "03-07", "03-08", "03-09", "03-10", "03-11"]),
    (nights(30), (2, 3, 0), ["03-22", "03-29", "03-30", "03-31"]),
    (nights(100), (1, 0, 3), ["04-30", "05-31", "06-09"]),
    ([NIGHT, NIGHT + timedelta(hours=3)], (7, 4, 12), ["03-02"]),
    ([NIGHT, NIGHT + 400 * DAY], (7, 4, 12), ["03-02", "04-06"]),
)


@pytest.mark.one_engine
@pytest.mark.parametrize(("moments", "limits", "kept"), RULES)
def test_the_newest_of_each_day_week_and_month_stays(moments, limits, kept):
    assert shown(to_keep(moments, *limits)) == kept


@pytest.mark.one_engine
def test_of_two_on_one_day_the_newer_stays():
    later = NIGHT + timedelta(hours=3)

    assert to_keep([NIGHT, later], 7, 4, 12) == {later}


@pytest.mark.one_engine
def test_a_backup_after_midnight_belongs_to_the_new_day_of_the_hospital():
    before, after = datetime(2026, 3, 1, 15, 59, tzinfo=UTC), datetime(2026, 3, 1, 16, 1, tzinfo=UTC)

    assert to_keep([before, after], 7, 0, 0) == {before, after}


def backup_row(app, moment, *, cause=Cause.SCHEDULE, state=State.GOOD, **values):
    """A row and, when it is good, its file."""
    path = Path(app.instance_path) / "backups" / f"{moment:%Y%m%d%H%M%S}.backup"
    path.parent.mkdir(exist_ok=True)
    if state is State.GOOD:
        path.write_bytes(b"x")
        values.setdefault("sha256", "1" * 64)
    with app.app_context(), transaction():
        backup = Backup(path=str(path), cause=cause, state=state, **values)
        backup.started_at = backup.finished_at = moment
        db.session.add(backup)
        db.session.flush()
        return backup.id


def test_old_backups_go_with_their_files_and_an_entry_and_those_of_commands_stay(app):
    for moment in nights(60):
        backup_row(app, moment)
    backup_row(app, NIGHT - DAY, cause=Cause.COMMAND)
    folder = Path(app.instance_path) / "backups"

    with app.app_context():
        removed = remove_old()
        again = remove_old()
        left = set(db.session.scalars(select(Backup.path).where(Backup.state == State.GOOD)))
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "backups:remove")).all()

    assert removed == len(entries) > 40
    assert again == 0
    assert left == {str(path) for path in folder.iterdir()}
    assert str(folder / f"{NIGHT - DAY:%Y%m%d%H%M%S}.backup") in left


def test_the_newest_that_was_restored_for_trial_stays_whatever_is_made_after_it(app):
    hours = {hour: NIGHT + timedelta(hours=hour) for hour in (0, 1, 2, 3)}
    backup_row(app, hours[0], tried_at=hours[3], trial_fault="")
    backup_row(app, hours[1], tried_at=hours[1], trial_fault="")
    backup_row(app, hours[2], tried_at=hours[2], trial_fault="damaged")
    backup_row(app, hours[3])

    with app.app_context():
        assert remove_old() == 2
        left = db.session.scalars(select(Backup.finished_at).where(Backup.state == State.GOOD)).all()

    assert set(left) == {hours[1], hours[3]}


# The jobs ------------------------------------------------------------------------------------------


def runs(app, moment, job):
    with time_machine.travel(moment, tick=False), app.app_context():
        return job()


def test_a_backup_is_made_every_night_and_by_day_only_when_the_night_went_without(app):
    hours = (0, 1, 10, 23, 24, 25, 46, 49, 50)
    made = [runs(app, NIGHT + timedelta(hours=hour), back_up)["made"] for hour in hours]

    assert made == [1, 0, 0, 1, 0, 0, 0, 1, 0]


def test_the_newest_is_tried_once_a_week(app):
    runs(app, NIGHT, back_up)

    tried = [runs(app, NIGHT + timedelta(days=days), try_newest)["tried"] for days in (0, 1, 6, 7, 8)]

    assert tried == [1, 0, 0, 1, 0]


def test_without_a_backup_there_is_nothing_to_try(app):
    assert runs(app, NIGHT, try_newest) == {"tried": 0, "rows": 0}


def test_the_jobs_run_with_the_others_and_say_what_they_did(app):
    with app.app_context():
        outcomes = dict(jobs.run_due())

    assert outcomes["backups:back-up"] == "备份 1 份，按规则删除 0 份"
    assert outcomes["backups:try"].startswith("试恢复 1 份，核对数据 ")


# Worries -------------------------------------------------------------------------------------------


@pytest.fixture
def quiet(app):
    """A site where nothing is wrong at NIGHT."""
    folder = Path(app.instance_path)
    (folder / "backup.key").write_text("00" * 32)
    with app.app_context(), transaction():
        db.session.add(RecoveryKey(fingerprint=sealed.fingerprint(bytes(32)).hex(), checked_at=NIGHT))
    backup_row(app, NIGHT, tried_at=NIGHT, trial_fault="")
    return app


def said(app, moment):
    return [str(worry.sentence) for worry in runs(app, moment, worries)]


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("later", "words"),
    [
        (timedelta(0), []),
        (timedelta(days=2), []),
        (timedelta(days=2, minutes=1), ["超过 2 天"]),
        (timedelta(days=36), ["超过 2 天", "超过 35 天"]),
    ],
)
def test_old_and_untried_backups_are_a_worry(quiet, later, words):
    found = said(quiet, NIGHT + later)

    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))


def test_three_queries_find_all_worries(quiet):
    asked = []
    with quiet.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
        worries()

    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 3


@pytest.mark.one_engine
def test_a_worry_says_since_when(quiet):
    (worry,) = runs(quiet, NIGHT + 3 * DAY, worries)

    assert worry.due_on == clock.local(NIGHT + 2 * DAY).date()


@pytest.mark.one_engine
def test_no_backup_no_paper_is_a_worry(app):
    found = said(app, NIGHT)

    assert ["还没有一份好的备份" in found[0], "恢复密钥" in found[1], len(found)] == [True, True, 2]


def test_a_failed_backup_is_a_worry_until_a_good_one(quiet):
    backup_row(quiet, NIGHT + timedelta(hours=1), state=State.FAILED, fault="no_space")
    failed = said(quiet, NIGHT + timedelta(hours=2))
    backup_row(quiet, NIGHT + timedelta(hours=3))

    assert ["没有成功" in sentence for sentence in failed] == [True]
    assert said(quiet, NIGHT + timedelta(hours=4)) == []


@pytest.mark.one_engine
def test_a_backup_whose_file_is_gone_does_not_count(quiet):
    for path in (Path(quiet.instance_path) / "backups").iterdir():
        path.unlink()

    assert ["还没有一份好的备份" in sentence for sentence in said(quiet, NIGHT)] == [True]


@pytest.mark.one_engine
def test_a_trial_that_failed_does_not_count(quiet):
    with quiet.app_context(), transaction():
        db.session.scalars(select(Backup)).one().trial_fault = "damaged"

    assert ["从未试恢复过" in sentence for sentence in said(quiet, NIGHT)] == [True]


@pytest.mark.one_engine
def test_a_new_key_must_be_written_down_again(quiet):
    (Path(quiet.instance_path) / "backup.key").write_text("11" * 32)

    assert ["恢复密钥" in sentence for sentence in said(quiet, NIGHT)] == [True]
