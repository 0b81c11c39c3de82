"""What can go wrong with a backup: a code that is stored, words for the page, a sentence for who asked."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from intranet.errors import Invalid


class Fault(StrEnum):
    """Stored with a backup; the words below are put to it when it is shown."""

    BUSY = "busy"
    NO_SPACE = "no_space"
    NOT_WRITABLE = "not_writable"
    NO_PROGRAMS = "no_programs"
    PROGRAM = "program"
    NO_DATABASE_RIGHT = "no_database_right"
    NOT_A_BACKUP = "not_a_backup"
    WRONG_KEY = "wrong_key"
    DAMAGED = "damaged"
    DIFFERS = "differs"
    NOT_EMPTY = "not_empty"
    OTHER_ENGINE = "other_engine"
    NEWER = "newer"
    INTERRUPTED = "interrupted"
    OTHER = "other"


WORDS: dict[Fault, Text] = {
    Fault.BUSY: _l("另一次正在进行"),
    Fault.NO_SPACE: _l("磁盘空间不够"),
    Fault.NOT_WRITABLE: _l("文件夹写不进去"),
    Fault.NO_PROGRAMS: _l("没有 pg_dump 或 pg_restore"),
    Fault.PROGRAM: _l("pg_dump 或 pg_restore 报错"),
    Fault.NO_DATABASE_RIGHT: _l("数据库账号不能新建数据库"),
    Fault.NOT_A_BACKUP: _l("不是备份文件"),
    Fault.WRONG_KEY: _l("密钥不对"),
    Fault.DAMAGED: _l("文件已损坏"),
    Fault.DIFFERS: _l("恢复出来的与原来不同"),
    Fault.NOT_EMPTY: _l("目标不是空的"),
    Fault.OTHER_ENGINE: _l("数据库种类不同"),
    Fault.NEWER: _l("来自更新的版本"),
    Fault.INTERRUPTED: _l("中途停止"),
    Fault.OTHER: _l("程序出错，原因在服务器日志里"),
}


class Refused(Invalid):
    """A fault with its sentence."""

    def __init__(self, fault: Fault, sentence: Text) -> None:
        super().__init__(sentence)
        self.fault = fault


def damaged() -> Refused:
    """One sentence for whatever is wrong with the bytes."""
    return Refused(Fault.DAMAGED, _l("备份文件已损坏或不完整，不能使用。请换另一份备份。"))


@contextmanager
def disk_faults(folder: Path) -> Iterator[None]:
    """A disk that fills up meanwhile, or a folder that is not there or not ours, is said in a sentence."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        full = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, sqlite3.SQLITE_FULL}
        if full & {getattr(error, "errno", None), getattr(error, "sqlite_errorcode", None)}:
            sentence = _l("磁盘写满了，没有备份。请清理磁盘，或换一个 BACKUP_FOLDER。")
            raise Refused(Fault.NO_SPACE, sentence) from error
        if not isinstance(error, OSError):
            raise
        where = str(error.filename or folder)
        sentence = _l(
            "%(place)s 打不开或写不进去，没有备份。请检查文件夹在不在、运行本系统的账号能不能写。",
            place=where,
        )
        raise Refused(Fault.NOT_WRITABLE, sentence) from error


def fault_of(error: BaseException) -> Fault:
    """What is stored about an error."""
    if isinstance(error, Refused):
        return error.fault
    return Fault.OTHER if isinstance(error, Exception) else Fault.INTERRUPTED
