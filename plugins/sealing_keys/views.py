"""`intranet sealing-keys` and `intranet new-sealing-key`. There is no page."""

import click
from flask import Blueprint

from intranet.cli import says_why
from intranet.db import transaction
from intranet.sealing import ring
from plugins.sealing_keys import queries, services

bp = Blueprint("sealing_keys", __name__, url_prefix="/admin", cli_group=None)


@bp.cli.command("sealing-keys")
@says_why
def sealing_keys() -> None:
    """Say how many sealed texts each key opens, in the order of their files."""
    counts = queries.sealed_with()
    for key_id in ring():
        click.echo(f"{key_id}　密封 {counts.pop(key_id, 0)} 份")
    for key_id, count in counts.items():
        click.echo(f"{key_id}　密钥不在，打不开 {count} 份")
    _say_not_loaded()


def _say_not_loaded() -> None:
    if names := queries.not_loaded():
        click.echo(f"功能没有装载，换密钥时不会重新密封，旧密钥要留着：{'、'.join(names)}")


@bp.cli.command("new-sealing-key")
@says_why
def new_sealing_key() -> None:
    """Make a new key and seal everything anew with it, while people work."""
    with transaction():
        name = services.add_key()
    click.echo(f"已生成 {name}，请马上另外保管一份。")
    click.echo("重新密封 {done} 份，打不开 {lost} 份。".format(**services.reseal()))
    with transaction():
        _say_not_loaded()
