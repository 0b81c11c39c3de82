"""What a restored site must show before anybody calls it restored."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from intranet import audit, revisions
from intranet.extensions import db
from plugins.backups import databases
from plugins.backups.faults import Fault, Refused


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found to be right, in numbers. `behind`: `intranet upgrade` comes next."""

    tables: int
    rows: int
    files: int
    behind: bool
    chains: int = 0
    broken: int = 0
    """Chains that were not whole; a copy of a broken one is broken too."""


def prove(manifest: dict[str, Any]) -> Proof:
    """In the restored site's own context. Raises Refused when it is not what the manifest says.

    The audit chains are read by code that fits the database: one that is behind is upgraded first.
    """
    faults = databases.faults_of_sqlite()
    found = databases.rows_now()
    if faults or found != manifest["rows"]:
        sentence = _l("恢复出来的数据库与备份时不同，这份备份不能使用。请换另一份备份。")
        raise Refused(Fault.DIFFERS, sentence)
    behind = revisions.pending()
    chains = [] if behind else audit.check()
    db.session.rollback()
    return Proof(
        tables=len(found),
        rows=sum(found.values()),
        files=len(manifest["files"]),
        behind=behind,
        chains=len(chains),
        broken=sum(chain.broken_at is not None for chain in chains),
    )


def refuse_unfit(manifest: dict[str, Any]) -> None:
    """What this installation cannot run is refused before anything is touched."""
    if manifest["engine"] != databases.engine_name():
        sentence = _l(
            "这份备份来自 %(theirs)s，本机设置的是 %(ours)s。请按备份改好 DATABASE_URL 再恢复。",
            theirs=manifest["engine"],
            ours=databases.engine_name(),
        )
        raise Refused(Fault.OTHER_ENGINE, sentence)
    if newer := revisions.unknown(manifest["heads"]):
        sentence = _l(
            "这份备份来自更新的版本（%(heads)s），本机的程序不认识。请先安装做备份时的程序版本 %(version)s。",
            heads=" ".join(newer),
            version=manifest["program"],
        )
        raise Refused(Fault.NEWER, sentence)
