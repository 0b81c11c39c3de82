"""`intranet talk-records`: the keys of sealed talks."""

import click
from flask_babel import gettext as _

from intranet.db import transaction
from plugins.talk_records.sealing import ring
from plugins.talk_records.services.resealing import add_key, reseal, sealed_with
from plugins.talk_records.views.blueprint import bp

bp.cli.help = "谈心谈话：密封密钥的更换与核对。"


@bp.cli.command("keys")
def keys_command() -> None:
    """Say how many texts each key seals, in the order of their files."""
    counts = sealed_with()
    for key_id in ring():
        click.echo(_("%(key)s　密封 %(n)s 份", key=key_id, n=counts.pop(key_id, 0)))
    for key_id, count in counts.items():
        click.echo(_("%(key)s　密钥不在，打不开 %(n)s 份", key=key_id, n=count))


@bp.cli.command("new-key")
def new_key_command() -> None:
    """Make a new key and seal everything anew with it."""
    with transaction():
        name = add_key()
    click.echo(_("已生成 %(name)s，请马上另外保管一份。", name=name))
    click.echo(_("重新密封 %(done)s 份，打不开 %(lost)s 份。", **reseal()))
