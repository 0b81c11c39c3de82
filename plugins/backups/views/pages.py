"""The list, the two buttons, and the download."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from flask import abort, current_app, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.contracts import Role
from intranet.extensions import db
from intranet.gate import password_first
from intranet.htmx import done, render
from intranet.models import User
from intranet.permissions import me, requires_role
from plugins.backups import background
from plugins.backups.faults import WORDS, Fault
from plugins.backups.models import Backup, Cause, State
from plugins.backups.panels import worries
from plugins.backups.queries import backup_with_file, key_checked_at, newest_backups
from plugins.backups.services.asking import ask, hand_out
from plugins.backups.services.keeping import remove_old
from plugins.backups.services.making import make_backup, new_name
from plugins.backups.services.trying import try_backup
from plugins.backups.services.working import half_of, somebody_is_at_work
from plugins.backups.views import bp

MB = 1024 * 1024


@bp.context_processor
def words() -> dict[str, object]:
    """What the template needs to name states and faults."""
    return {"said": lambda code: WORDS[Fault(code)], "is_there": _is_there, "megabytes": _megabytes}


def _is_there(backup: Backup) -> bool:
    return Path(backup.path).exists()


def _megabytes(size: int) -> str:
    return f"{size / MB:,.1f}"


@bp.get("/")
@requires_role(Role.SYSTEM)
def index() -> ResponseReturnValue:
    """Every backup, and what to worry about. While work is going on the list asks again by itself."""
    working = somebody_is_at_work() or background.is_running()
    backups = newest_backups()
    return render(
        "backups/index.html",
        "list",
        backups=backups,
        working=working,
        written=_written(backups) if working else 0,
        worries=worries(),
        key_checked_at=key_checked_at(),
        settings=current_app.config,
    )


def _written(backups: Sequence[Backup]) -> int:
    """How long the half file is by now."""
    running = [half_of(Path(backup.path)) for backup in backups if backup.state is State.RUNNING]
    return sum(half.stat().st_size for half in running if half.exists())


@bp.post("/make")
@requires_role(Role.SYSTEM)
def make() -> ResponseReturnValue:
    """Begins a backup; the page shows how far it is."""
    target = new_name()
    ask(target.name, by=me())
    background.start(partial(_make, target, me().id))
    return done(_("已开始备份，下面会显示进度。"), "backups.index")


def _make(target: Path, person: int) -> None:
    make_backup(target, Cause.PAGE, by=db.session.get(User, person))
    remove_old()


@bp.post("/<int:backup_id>/try")
@requires_role(Role.SYSTEM)
def try_one(backup_id: int) -> ResponseReturnValue:
    """Begins a trial of this backup."""
    backup = backup_with_file(backup_id) or abort(404)
    ask(f"backups_backup:{backup.id}", by=me())
    background.start(partial(_try, backup.id, me().id))
    return done(_("已开始试恢复，结果会写在下面。"), "backups.index")


def _try(backup_id: int, person: int) -> None:
    try_backup(backup_id, by=db.session.get(User, person))


@bp.post("/<int:backup_id>/file")
@requires_role(Role.SYSTEM)
def download(backup_id: int) -> ResponseReturnValue:
    """The encrypted file, of no use without the recovery key, which no page shows: still the whole site.

    So the password is asked for again, unless it was typed a moment ago, and the taking is audited.
    """
    backup = backup_with_file(backup_id) or abort(404)
    if first := password_first():
        return first
    return send_file(hand_out(backup, by=me()), mimetype="application/octet-stream", as_attachment=True)
