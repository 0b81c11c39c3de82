"""`intranet demo`. There is no page."""

import click
from flask import Blueprint

from intranet import migrate
from intranet.cli import says_why
from intranet.db import transaction
from intranet.errors import Invalid
from plugins.demo_hospital import services
from plugins.demo_hospital.services import Size

bp = Blueprint("demo_hospital", __name__, url_prefix="/admin", cli_group=None)


@bp.cli.command("demo")
@click.option("--cards", default=Size().cards, show_default=True)
@click.option("--people", default=Size().people, show_default=True)
@click.option("--units", "unit_count", default=Size().units, show_default=True)
@says_why
def demo(cards: int, people: int, unit_count: int) -> None:
    """Make a demo hospital with one account a role; refuses where real people are."""
    migrate.upgrade()
    if services.holds_real_data():
        sentence = "这里已有正式数据，不能再放演示数据。请用 INTRANET_INSTANCE 指定另一个空文件夹。"
        raise Invalid(sentence)
    with transaction():
        if services.exists():
            click.echo("演示医院已经在了，保留原有内容。")
            services.set_password()
        else:
            click.echo("正在生成演示医院……")
            services.make(Size(cards, people, unit_count))
    click.echo(f"演示账号，密码都是 {services.password()}")
    for account in services.MADE["accounts"]:
        click.echo(f"  {account['username']:<12}{account['shown']}")
