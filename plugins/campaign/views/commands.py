"""`intranet campaign read` and `intranet campaign import`."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy import func, select

from intranet import clock, units
from intranet.contracts import Role
from intranet.db import transaction
from intranet.errors import DomainError, Invalid
from intranet.extensions import db
from intranet.gate import enabled_plugins
from intranet.models import Grant, Unit, User
from intranet.organisation import organisation
from plugins.campaign.matching import Match
from plugins.campaign.proposals import Content, content_from
from plugins.campaign.queries.plans import plan_version
from plugins.campaign.queries.review import matches_for
from plugins.campaign.reader import Document, Entry, Reading, Unreadable, read_apart
from plugins.campaign.services.importing import Outcome, Source, import_plan
from plugins.campaign.views import bp

bp.cli.help = "实施方案：读取与导入。"
"""The group's own line in `intranet --help`."""


def _stop(sentence: object) -> NoReturn:
    click.echo(str(sentence), err=True)
    sys.exit(1)


def _read(path: Path, year: int | None) -> Reading:
    try:
        return read_apart(path.name, path.read_bytes(), year=year)
    except Unreadable as error:
        _stop(error)


FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
YEAR = click.option("--year", type=click.IntRange(1949, 2100), help="Year of dates without one.")


@bp.cli.command("read")
@FILE
@YEAR
@click.option("--json", "as_json", is_flag=True, help="One JSON object and nothing else.")
def read_command(file: Path, year: int | None, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """Say what is understood in FILE; write nothing."""
    reading = _read(file, year)
    if as_json:
        click.echo(json.dumps(reading.as_json(), ensure_ascii=False, indent=2))
        return
    for number, document in enumerate(reading.documents, 1):
        _describe(number, document)


def _describe(number: int, document: Document) -> None:
    year = f"{document.year}（{document.year_basis}）" if document.year else "不明"
    click.echo(f"第 {number} 份　{document.title}\n年份：{year}")
    kinds = (
        ("环节", document.phases),
        ("活动", document.activities),
        ("整改事项", document.rectifications),
    )
    for word, entries in kinds:
        click.echo(f"{word} {len(entries)} 项")
        for entry in entries:
            click.echo(f"  {_line(entry)}")
    for warning in document.warnings:
        click.echo(f"存疑：{warning}")


def _line(entry: Entry) -> str:
    row = f"{entry.row}. " if entry.row else ""
    period = " — ".join(day.isoformat() if day else "？" for day in (entry.start, entry.end))
    when = period if entry.start or entry.end else "日期待定"
    return f"{row}{entry.title}｜{entry.time_text or '无时间'}｜{when}｜{'、'.join(entry.units)}"


@bp.cli.command("import")
@FILE
@click.option("--unit", "code", required=True, help="Code of the unit whose plan it is.")
@YEAR
@click.option("--document", type=click.IntRange(min=1), help="Which of several documents.")
def import_command(file: Path, code: str, year: int | None, document: int | None) -> None:
    """Write the plan in FILE for a unit; a plan it already has is revised."""
    reading = _read(file, year)
    try:
        content = _chosen(content_from(reading), document)
        with transaction():
            outcome = _import(file.name, reading.text, content, code)
            click.echo(_said(outcome))
    except DomainError as error:
        _stop(error)


def _chosen(content: Content, number: int | None) -> Content:
    count = len(content.parts)
    if number is None and count == 1:
        return content
    if number is None or number > count:
        titles = "\n".join(f"  {place}. {part.title}" for place, part in enumerate(content.parts, 1))
        raise Invalid(f"文件里有 {count} 份，请用 --document 选择其中一份：\n{titles}")
    return Content(content.parts, number - 1, content.mapping)


def _import(name: str, text: str, content: Content, code: str) -> Outcome:
    unit = units.unit_called(code)
    if "campaign" not in enabled_plugins(unit):
        raise Invalid(f"{unit.name}还没有开启“计划安排”，请先在功能开关里开启。")
    matches = matches_for(unit, content, organisation().under(unit.path))
    seen = plan_version(unit)
    source = Source(name, text, content, matches, by_command=True)
    outcome = import_plan(unit, source, by=_author(unit), seen=seen)
    _say_doubts(content, matches)
    if seen:
        click.echo("这是对现有方案的修订；不再出现的活动没有取消，请在页面上决定。")
    return outcome


def _say_doubts(content: Content, matches: Mapping[str, Match]) -> None:
    for entry in content.part.proposals if content.part else ():
        for doubt in entry.doubts:
            click.echo(f"存疑：{entry.title}：{doubt}")
    for match in matches.values():
        if not match.known:
            click.echo(f"存疑：责任单位“{match.name}”没有对应的单位，只留作文字。")


def _author(unit: Unit) -> User:
    """The person of the campaign office nearest above the unit: a plan must have somebody behind it."""
    query = (
        select(User)
        .join(Grant, Grant.user_id == User.id)
        .join(Unit, Unit.id == Grant.unit_id)
        .where(
            Grant.role.in_((Role.OFFICE, Role.LEADER)),
            Unit.id.in_(unit.line),
            Grant.in_force(clock.today()),
            User.disabled.is_(False),
        )
        .order_by(Grant.role.desc(), func.length(Unit.path).desc(), User.id)
    )
    person: User | None = db.session.scalar(query.limit(1))
    if person is None:
        raise Invalid(f"{unit.name}还没有活动办人员，请先用 intranet grant 工号 office {unit.code} 授权。")
    return person


def _said(outcome: Outcome) -> str:
    kinds = "，".join(
        (f"新增活动 {outcome.added} 项", f"改动 {outcome.changed} 项", f"取消 {outcome.cancelled} 项")
    )
    return f"已导入《{outcome.plan.title}》（第 {outcome.plan.revision} 版）：{kinds}。"
