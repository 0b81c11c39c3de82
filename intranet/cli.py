"""The `intranet` command: everything an operator does from a terminal."""

import os
import socket
import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import NoReturn, ParamSpec

import click
from flask import current_app
from flask.cli import FlaskGroup, with_appcontext

from intranet import attachments, audit, create_app, jobs, migrate, revisions, search, server
from intranet.beside import jobs_beside
from intranet.config import UnknownSetting, WrongSetting
from intranet.db import transaction
from intranet.errors import DomainError
from intranet.extensions import db
from intranet.plugins import PluginError, collect, loaded

P = ParamSpec("P")


def main() -> None:
    """The console script. A setting or plugin the site cannot start with is said in one sentence."""
    os.umask(0o077)  # what the program writes is for its own account only
    try:
        group(prog_name="intranet")
    except (UnknownSetting, WrongSetting, PluginError) as error:
        _stop(str(error))


@click.group(cls=FlaskGroup, create_app=create_app, add_default_commands=False)
def group() -> None:
    """Run the hospital intranet."""


def _stop(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)


def says_why(command: Callable[P, None]) -> Callable[P, None]:
    """A refusal ends the command with its sentence and status 1, not with a traceback."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (DomainError, migrate.MigrationError) as error:
            _stop(str(error))

    return guarded


def faults_of_plugins() -> list[str]:
    return [f"插件 {f.plugin} 在 {f.where} 出错：{f.message}" for f in loaded().failures]


# Run ---------------------------------------------------------------------------------------------


@group.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=8, show_default=True, help="Requests answered at the same time.")
@click.option("--jobs/--no-jobs", "with_jobs", default=True, help="Run the jobs too, every minute.")
@with_appcontext
@says_why
def serve(host: str, port: int, threads: int, *, with_jobs: bool) -> None:
    """Answer browsers and run the jobs. Refuses to start on a database of another version."""
    if revisions.pending():
        _stop(revisions.newer_sentence() or "数据库还没有升级到这个版本，请先运行 intranet upgrade。")
    if _answers(host, port):
        _stop(f"{host}:{port} 已经有程序在应答，请先停掉它，或用 --port 换一个端口。")
    click.echo(f"{current_app.config['SITE_NAME']}：http://{host}:{port}/ （按 Ctrl+C 停止）")
    db.session.remove()
    with jobs_beside() if with_jobs else nullcontext():
        server.serve(host, port, threads)


def _answers(host: str, port: int) -> bool:
    """Said before anything begins, and in words."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


@group.command()
@with_appcontext
@says_why
def upgrade() -> None:
    """Bring the database to this version; SQLite is copied first."""
    click.echo("数据库已升级。" if migrate.upgrade() else "数据库已是最新。")


@group.command()
@with_appcontext
@says_why
def check() -> None:
    """Say what is wrong with this installation; status 1 if anything is."""
    faults = faults_of_plugins()
    if revisions.pending():
        faults.append(revisions.newer_sentence() or "数据库还没有升级到这个版本，请运行 intranet upgrade。")
    else:
        broken = [chain for chain in audit.check() if chain.broken_at]
        faults += [f"审计记录链 {chain.chain} 第 {chain.broken_at} 条缺失或被改动。" for chain in broken]
        faults += attachments.faults() + collect("intranet_checks")
    if missing := revisions.orphans():
        faults.append(revisions.orphan_sentence(missing))
    if faults:
        _stop("\n".join(faults))
    click.echo("一切正常。")


@group.command()
@with_appcontext
def plugins() -> None:
    """List the plugins, what each implements, and what failed."""
    for plugin in loaded().working.values():
        click.echo(f"{plugin.name}  {plugin.title}  {', '.join(plugin.hooks)}")
    for failure in loaded().failures:
        click.echo(f"{failure.plugin}  出错（{failure.where}）：{failure.message}")


@group.group("jobs")
def jobs_group() -> None:
    """Work without a person waiting."""


@jobs_group.command("run-due")
@with_appcontext
@says_why
def run_due() -> None:
    """Run the jobs whose time has come: from cron or a timer, where the server runs with --no-jobs."""
    for name, outcome in jobs.run_due():
        click.echo(f"{name}：{outcome}")


@group.command("search-rebuild")
@with_appcontext
@says_why
def search_rebuild() -> None:
    """Read anew everything that can be searched; nobody else can write meanwhile."""
    with transaction():
        click.echo(f"已重新收录 {search.rebuild()} 条。")
    if faults := faults_of_plugins():
        _stop("\n".join(faults))


# Development -------------------------------------------------------------------------------------


@group.command("make-migration")
@click.argument("plugin")
@click.argument("message")
@with_appcontext
@says_why
def make_migration(plugin: str, message: str) -> None:
    """Write the next revision of one plugin (or of `core`)."""
    click.echo(migrate.make(plugin, message))


@group.command()
@click.argument("plugin")
@click.confirmation_option(prompt="这会删除该插件的全部数据，确定吗？")
@with_appcontext
@says_why
def uninstall(plugin: str) -> None:
    """Drop the tables of one plugin, before its folder is removed for good."""
    with transaction():
        search.drop(f"{plugin}:")
    copy = migrate.uninstall(plugin)
    db.session.remove()
    click.echo(f"已删除 {plugin} 的数据表。" + (f"删除前的副本：{copy}" if copy else ""))
