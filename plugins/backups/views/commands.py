"""`intranet backup`, `restore`, `backup-verify` and `backup-key`."""

import sys
from datetime import datetime
from pathlib import Path

import click
from flask_babel import gettext as _

from intranet import clock, keys
from intranet.cli import says_why
from intranet.contracts import Text
from intranet.db import transaction
from intranet.extensions import db
from plugins.backups import recovery, sealed
from plugins.backups.contents import instance
from plugins.backups.faults import Refused
from plugins.backups.models import Backup, Cause
from plugins.backups.proofs import Proof
from plugins.backups.services import restoring
from plugins.backups.services.asking import compare_paper
from plugins.backups.services.making import make_backup
from plugins.backups.services.trying import try_file
from plugins.backups.views import bp

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
KEY_FILE = click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the recovery key, or a copy of backup.key.",
)


def _say(words: Text) -> None:
    click.echo(str(words))


@bp.cli.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@says_why
def backup_command(file: Path) -> None:
    """Put the whole site into one encrypted FILE, while people work."""
    first = not (instance() / "backup.key").exists()
    backup_id = make_backup(file.absolute(), Cause.COMMAND, by=None, say=_say)
    made = db.session.get_one(Backup, backup_id)
    figures = {"rows": made.rows, "files": made.files, "size": made.size, "sha256": made.sha256}
    _say(_("备份完成：%(rows)s 行数据，%(files)s 个文件，%(size)s 字节。SHA-256：%(sha256)s", **figures))
    if first:
        _show_key(keys.backup_key(instance()))


@bp.cli.command("backup-verify")
@FILE
@KEY_FILE
@says_why
def verify_command(file: Path, key_file: Path | None) -> None:
    """Read all of FILE, restore it beside the site, let it prove itself, delete it again."""
    _say_proof(try_file(file, _key_for(file, key_file), say=_say))
    _say(_("这份备份是好的。"))


@bp.cli.command("restore")
@FILE
@KEY_FILE
@says_why
def restore_command(file: Path, key_file: Path | None) -> None:
    """Put the site in FILE onto this machine, which must be empty."""
    proof, manifest = restoring.restore(file, _key_for(file, key_file), say=_say)
    _say_proof(proof)
    moment = clock.local(datetime.fromisoformat(manifest["made_at"])).strftime("%Y-%m-%d %H:%M")
    _say(_("恢复完成。备份做于 %(moment)s。登录会话不在备份里，大家要重新登录。", moment=moment))
    if missing := restoring.missing_keys(manifest):
        _say(
            _(
                "这些密钥文件不在这里，或者不是原来的：%(files)s。没有 sealing 打头的，密封的内容打不开；"
                "没有 audit.key，库外留存的审计记录会被当作改动过。请把另外保管的放回实例文件夹再启动。",
                files="、".join(missing),
            )
        )
    if (instance() / "config.restored.py").exists():
        _say(_("原来的设置在 config.restored.py 里，请与 config.py 核对。"))
    if proof.behind:
        _say(_("备份来自较早的版本：请先运行 intranet upgrade，再运行 intranet check。"))


@bp.cli.command("backup-key")
@click.option("--check", is_flag=True, help="Ask for the key on paper and say whether it is right.")
@says_why
def key_command(check: bool) -> None:  # noqa: FBT001 - click's way
    """Show the recovery key, to be written on paper; with --check compare the paper."""
    key = keys.backup_key(instance())
    if not check:
        _show_key(key)
        return
    typed = _typed()
    with transaction():
        compare_paper(typed, key)
    _say(_("纸上的恢复密钥是对的，已记下。"))


def _show_key(key: bytes) -> None:
    _say(_("恢复密钥（指纹 %(print)s）：", print=sealed.fingerprint(key).hex()))
    _say(f"\n    {recovery.written(key)}\n")
    _say(
        _(
            "没有它谁也打不开备份，服务器坏了它也跟着没了。请抄在纸上锁进保险柜，"
            "再运行 intranet backup-key --check 核对。sealing.key 和 audit.key 另外保管，不要和备份放在一起。"
        )
    )


def _say_proof(proof: Proof) -> None:
    _say(_("每一段都解得开，%(files)s 个文件的散列值都对。", files=proof.files))
    _say(_("数据库完整，%(tables)s 张表共 %(rows)s 行，与备份时一致。", tables=proof.tables, rows=proof.rows))
    if not proof.behind:
        _say(_("审计记录链 %(chains)s 条，不完整 %(broken)s 条。", chains=proof.chains, broken=proof.broken))


def _key_for(file: Path, key_file: Path | None) -> bytes:
    """The one in the option, else this machine's if it fits, else what the operator types from paper."""
    with file.open("rb") as opened:
        header = sealed.header_of(opened)
    own = instance() / "backup.key"
    if key_file:
        return recovery.read(key_file.read_text("utf-8"))
    if own.exists() and _fits(header, own):
        return recovery.read(own.read_text("ascii"))
    return recovery.read(_typed())


def _fits(header: bytes, own: Path) -> bool:
    try:
        sealed.refuse_other_key(header, recovery.read(own.read_text("ascii")))
    except Refused:
        return False
    return True


def _typed() -> str:
    """From the terminal without showing it, or from a pipe."""
    if sys.stdin.isatty():
        return str(click.prompt(_("恢复密钥"), hide_input=True))
    return sys.stdin.readline()
