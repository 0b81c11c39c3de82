"""What people ask of backups, put down with who asked; the work itself comes later, or needs none."""

from flask_babel import gettext as _

from intranet import audit, clock
from intranet.extensions import db
from intranet.models import User
from plugins.backups import recovery, sealed
from plugins.backups.faults import Fault, Refused
from plugins.backups.models import Backup, RecoveryKey


def ask(subject: str, *, by: User) -> None:
    """Somebody pressed a button for a backup or a trial: from here the address is still known."""
    audit.record(by, "backups:ask", subject)


def hand_out(backup: Backup, *, by: User) -> str:
    """The path of the file, for who takes it away."""
    audit.record(by, "backups:download", f"backups_backup:{backup.id}", sha256=backup.sha256)
    return backup.path


def compare_paper(typed: str, key: bytes) -> None:
    """Notes that the key on paper is the site's; raises Refused when it is not."""
    if recovery.read(typed) != key:
        sentence = _("纸上的密钥格式没有错，但不是本系统现在用的那一把。请重新抄写。")
        raise Refused(Fault.WRONG_KEY, sentence)
    mark = sealed.fingerprint(key).hex()
    db.session.merge(RecoveryKey(fingerprint=mark, checked_at=clock.now()))
    audit.record(None, "backups:key", mark)
