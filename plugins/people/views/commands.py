"""First steps of a real site, from a terminal: what no administrator is there to do yet."""

import click
from sqlalchemy import select

from intranet import accounts, passwords, units
from intranet.cli import says_why
from intranet.contracts import Role
from intranet.db import transaction
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Grant, Membership, UnitKind
from intranet.units import ALWAYS
from plugins.people.services import grants, people
from plugins.people.services import units as services
from plugins.people.views import bp

ROLE = click.argument("role", type=click.Choice([role.value for role in Role]))


@bp.cli.command("add-unit")
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=click.Choice([kind.value for kind in UnitKind]), default="department")
@click.option("--parent", help="Code of the unit above.")
@says_why
def add_unit(code: str, name: str, kind: str, parent: str | None) -> None:
    """Add a unit to the tree, the hospital first."""
    with transaction():
        above = units.unit_called(parent) if parent else None
        services.add_unit(code, name, UnitKind(kind), above, by=None)
    click.echo(f"已添加 {name}（{code}）。")


@bp.cli.command("add-person")
@click.argument("username")
@click.argument("name")
@click.option("--unit", help="Code of the unit the person works in.")
@click.option("--title", default="")
@says_why
def add_person(username: str, name: str, unit: str | None, title: str) -> None:
    """Add a person with an account; the first password is printed."""
    with transaction():
        person = people.add_person(username, name, by=None)
        password = passwords.give_first(person, by=None)
        if unit:
            people.join(person, units.unit_called(unit), title, ALWAYS, by=None)
    click.echo(f"已添加 {name}（{username}）。初始密码（只显示这一次，登录后必须更换）：{password}")


@bp.cli.command("end-membership")
@click.argument("username")
@click.argument("unit")
@says_why
def end_membership(username: str, unit: str) -> None:
    """End a person's membership in a unit, from today on."""
    with transaction():
        key = {"user_id": units.person_called(username).id, "unit_id": units.unit_called(unit).id}
        row = db.session.scalar(select(Membership).filter_by(**key))
        if row is None or (row.ends_on and row.ends_on <= people.yesterday()):
            raise Invalid(f"{username} 不是 {unit} 的成员。")
        people.leave(row, people.yesterday(), version=row.version, by=None)
    click.echo(f"已结束 {username} 在 {unit} 的成员关系。")


@bp.cli.command("disable-person")
@click.argument("username")
@says_why
def disable_person(username: str) -> None:
    """Stop a person from logging in, and log them out everywhere; nothing they did is lost."""
    with transaction():
        accounts.disable(units.person_called(username))
    click.echo(f"已停用 {username}，其所有登录已结束。")


@bp.cli.command("enable-person")
@click.argument("username")
@says_why
def enable_person(username: str) -> None:
    """Let a disabled person log in again."""
    with transaction():
        accounts.enable(units.person_called(username))
    click.echo(f"已恢复 {username}，可以重新登录。")


@bp.cli.command("grant")
@click.argument("username")
@ROLE
@click.argument("unit")
@says_why
def grant(username: str, role: str, unit: str) -> None:
    """Give a person a role over a unit and all under it."""
    with transaction():
        grants.give(units.person_called(username), Role(role), units.unit_called(unit), ALWAYS, by=None)
    click.echo(f"已授权 {username}：{role}（{unit}）。")


@bp.cli.command("revoke")
@click.argument("username")
@ROLE
@click.argument("unit")
@says_why
def revoke(username: str, role: str, unit: str) -> None:
    """Take a role from a person at once."""
    with transaction():
        key = {"user_id": units.person_called(username).id, "unit_id": units.unit_called(unit).id}
        row = db.session.scalar(select(Grant).filter_by(role=Role(role), **key))
        if row is None:
            raise Invalid(f"{username} 没有这项授权：{role}（{unit}）。")
        grants.revoke(row, version=row.version, by=None)
    click.echo(f"已收回 {username}：{role}（{unit}）。")
