"""A leading group as a list, from the plan's annex, pasted, or in Excel: looked at, then taken."""

from typing import cast

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet.contracts import Reference
from intranet.db import reads_first
from intranet.documents import download, excel
from intranet.documents.excel import Column
from intranet.errors import DomainError, Invalid
from intranet.gate import enabled_plugins
from intranet.htmx import done, render
from intranet.organisation import organisation
from intranet.permissions import me, requires
from intranet.plugins import collect
from intranet.web import in_language
from intranet.wording import listed
from plugins.talk_records.annexes import HEADINGS, LONGEST_DUTY, MOST, Row, is_chief
from plugins.talk_records.forms.roster_in import ListForm, RowsForm, namesakes
from plugins.talk_records.queries.roster import members_now, people_to_name
from plugins.talk_records.services.roster import take_in
from plugins.talk_records.stacked import read_rows
from plugins.talk_records.views.blueprint import bp, here

COLUMNS = (
    Column(_l("姓名"), 10, key="name", required=True, example="张三（示例）", also=HEADINGS["name"]),
    Column(_l("职务"), 18, key="duty", example="副院长", optional=True, also=HEADINGS["duty"]),
    Column(
        _l("分工"),
        40,
        key="work",
        example="分管内一科、护理部",
        optional=True,
        also=HEADINGS["work"],
        note=_l("写到单位名称的，自动勾上分管单位。"),
    ),
)


def lines_of_plan() -> list[Reference]:
    """Who the unit's own plan says leads it."""
    asked = {"unit": here()}
    return cast("list[Reference]", collect("talk_records_named", enabled_plugins(here()), **asked))


@bp.route("/roster/import", methods=["GET", "POST"])
@requires("talk_records:roster")
@reads_first  # an Excel file is read, and nothing written
def import_roster() -> ResponseReturnValue:
    """Where the list is; what was brought is shown row by row."""
    form = ListForm()
    if request.method != "POST":
        return _list_page(form)
    if not form.validate():
        return _list_page(form, 422)
    try:
        rows = _brought(form)
    except Invalid as refused:
        form.file.errors = [refused.message]
        return _list_page(form, 422)
    if not rows:
        form.text.errors = [_("没有认出姓名。请一人一行写“姓名 职务 分管…”，或者写“组长：…”“成员：…”。")]
        return _list_page(form, 422)
    return _begin(rows)


@bp.get("/roster/import/plan")
@requires("talk_records:roster")
def import_from_plan() -> ResponseReturnValue:
    """The annex of the plan, row by row."""
    rows = read_rows(line.title for line in lines_of_plan())
    if not rows:
        form = ListForm()
        form.text.errors = [_("方案里没有认出领导班子或领导小组的名单，请把名单粘贴在这里。")]
        return _list_page(form, 422)
    return _begin(rows)


@bp.get("/roster/import/template.xlsx")
@requires("talk_records:roster")
def roster_template() -> ResponseReturnValue:
    """An empty list to fill in, in Chinese as such lists are."""
    with in_language("zh"):
        content = excel.template("班子成员名册", COLUMNS)
    return download(content, "班子成员名册-模板.xlsx")


@bp.post("/roster/import/take")
@requires("talk_records:roster")
def take_roster() -> ResponseReturnValue:
    """All rows that are ticked, or none."""
    form = RowsForm()
    people, there = people_to_name(here()), members_now(here())
    form.offer(people, _units())
    is_right = form.validate()
    if not (form.check(there) and is_right):
        return _rows_page(form, 422, _("有几行还没有填好，一个人也没有带入。"))
    posts = form.posts()
    if not posts:
        return _rows_page(form, 422, _("一个人也没有勾，请勾上要带入的人。"))
    try:
        new, known = take_in(here(), posts, by=me())
    except DomainError as refused:
        return _rows_page(form, refused.status, refused.message)
    notice = _("已带入 %(new)s 位；%(known)s 位本来就在名册上，没有改动。", new=new, known=known)
    return done(notice, "talk_records.roster")


def _brought(form: ListForm) -> list[Row]:
    """The file where there is one, else what was pasted. Raises Invalid for a file that is no such list."""
    if not form.file.data:
        return read_rows((form.text.data or "").splitlines())
    rows, bad, _unread = excel.read(form.file.data.read(), COLUMNS)
    if bad:
        number, why = next(iter(bad.items()))
        raise Invalid(
            _("第 %(number)s 行：%(why)s 请改好再上传，现在一行也没有读入。", number=number, why=why)
        )
    if len(rows) > MOST:
        raise Invalid(_("名单最多 %(most)s 人，请核对是不是选错了文件。", most=MOST))
    texts = [{key: str(value or "") for key, value in row.items()} for row in rows.values()]
    return [_row(**words) for words in texts]


def _row(name: str, duty: str = "", work: str = "") -> Row:
    return Row("".join(name.split())[:10], duty[:LONGEST_DUTY], is_chief(duty), work)


def _units() -> dict[int, str]:
    return {unit.id: unit.name for unit in organisation().under(here().path) if unit.id != here().id}


def _begin(rows: list[Row]) -> ResponseReturnValue:
    form = RowsForm(formdata=None)
    form.show(rows, people_to_name(here()), _units(), members_now(here()))
    form.offer(people_to_name(here()), _units())
    return _rows_page(form)


def _list_page(form: ListForm, status: int = 200) -> ResponseReturnValue:
    named = read_rows(line.title for line in lines_of_plan())
    names = listed(row.name for row in named)
    return render("talk_records/roster_in.html", "form", status, form=form, named=names)


def _rows_page(form: RowsForm, status: int = 200, refusal: object = "") -> ResponseReturnValue:
    people = people_to_name(here())
    same = [len(namesakes(row.form.name.data or "", people)) for row in form.rows]
    return render(
        "talk_records/roster_rows.html",
        "rows",
        status,
        form=form,
        same=same,
        there=members_now(here()),
        refusal=refusal,
    )
