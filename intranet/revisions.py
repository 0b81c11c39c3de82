"""At which revision each branch stands, in the code and in the database: names and numbers say it.

Alembic, which brings one to the other, is read only for that: it takes eleven megabytes no server needs.
"""

from pathlib import Path

from sqlalchemy import inspect, text

from intranet.extensions import db
from intranet.loading import find_plugins, plugin_folder

HERE = Path(__file__).parent / "migrations"


def branches() -> dict[str, Path]:
    """Every branch and its folder: the core's and all plugins', loaded or not, on or off."""
    found = {"core": HERE / "versions"}
    for name, module in find_plugins().items():
        folder = plugin_folder(module) / "migrations"
        if folder.is_dir():
            found[name] = folder
    return found


def standing() -> dict[str, tuple[str, str]]:
    """The newest revision of every branch, in the database and in the code; in the database perhaps none."""
    there = {_branch_of(revision): revision for revision in _applied()}
    return {
        branch: (there[branch] if there.get(branch) in revisions else "", revisions[-1])
        for branch, revisions in _of_the_code().items()
    }


def pending() -> bool:
    """Whether the database is behind the code. A plugin whose folder is gone does not count."""
    return any(there != here for there, here in standing().values())


def unknown(revisions: list[str]) -> list[str]:
    """Those a branch of ours does not have: a later version made them. Folders that are gone do not count."""
    code = _of_the_code()
    return [each for each in revisions if each not in code.get(_branch_of(each), [each])]


def newer_sentence() -> str:
    """What to do about a database that a later version has upgraded; empty for any other."""
    names = "、".join(_branch_of(revision) for revision in unknown(_applied()))
    sentence = f"数据库已由更新的版本升级过（{names}）。请装回新版本的程序，或者恢复升级前的备份。"
    return sentence if names else ""


def orphans() -> list[str]:
    """Plugins that have tables in the database but no folder any more."""
    return sorted({_branch_of(revision) for revision in _applied()} - {*branches()})


def orphan_sentence(names: list[str]) -> str:
    """What to do about plugins without a folder."""
    return (
        f"这些插件的文件夹不在了，数据表还在：{'、'.join(names)}。"
        "数据没有丢，放回文件夹即可恢复；确要删除，放回后运行 intranet uninstall 插件名。"
    )


def _of_the_code() -> dict[str, list[str]]:
    """`make-migration` names them: the branch, four digits, and a word for people."""
    found = {}
    for branch, folder in branches().items():
        names = sorted(path.name for path in folder.glob(f"{branch}_[0-9][0-9][0-9][0-9]*.py"))
        if names:
            found[branch] = [name[: len(branch) + 5] for name in names]
    return found


def _applied() -> list[str]:
    """The newest of each branch; none depends on another branch's newest, which would then not be written."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return []
        return sorted(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def _branch_of(revision: str) -> str:
    return revision.rpartition("_")[0] or revision
