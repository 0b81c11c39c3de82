"""专项整治: all there are, the page of one, and which a card is in."""

from functools import partial

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.errors import Conflict, Forbidden, Invalid
from intranet.forms import version_seen
from intranet.htmx import done, render
from intranet.models import Unit
from intranet.organisation import organisation
from intranet.permissions import for_members, me, requires
from plugins.rectification import stages
from plugins.rectification.filters import Filters
from plugins.rectification.forms.drives import DriveForm, DrivesForm, EditDriveForm
from plugins.rectification.models import Drive
from plugins.rectification.queries.counting import Counts, counts_by_unit
from plugins.rectification.queries.drives import drive_seen, drives_of, drives_seen, names_over, progress_of
from plugins.rectification.queries.listing import PAGE, Sort
from plugins.rectification.queries.listing import cards as cards_on
from plugins.rectification.queries.matching import matches
from plugins.rectification.rights import Rights
from plugins.rectification.services import drives as services
from plugins.rectification.views.blueprint import Opened, bp, card_or_404, here, scope
from plugins.rectification.views.lists import lines_of_cards
from plugins.rectification.views.naming import saved


@bp.get("/drives")
@for_members
def drives() -> ResponseReturnValue:
    """Of this unit, of those above it and of those under it, each with how far it is."""
    found = drives_seen(here(), scope())
    return render(
        "rectification/drives.html",
        "drives",
        drives=found,
        progress=progress_of(found, scope()) if found else {},
        units=organisation().by_id,
        filters=Filters(),
        may_set=Rights(me()).may(stages.DRIVES, here()),
    )


def drive_or_404(drive_id: int) -> Drive:
    """One that may be seen here."""
    found = drive_seen(here(), scope(), drive_id)
    if found is None:
        abort(404)
    return found


@bp.get("/drives/<int:drive_id>")
@for_members
def drive(drive_id: int) -> ResponseReturnValue:
    """What it is, its cards by unit, stage and light, and the first of them."""
    found = drive_or_404(drive_id)
    filters = Filters(drive=(drive_id,))
    lines = counts_by_unit(scope(), *matches(filters, me()))
    total = Counts()
    for line in lines.values():
        total.add(line)
    return render(
        "rectification/drive.html",
        "drive",
        drive=found,
        units=organisation().by_id,
        lines=[(scope().units[key], line) for key, line in lines.items() if line.total],
        total=total,
        stages=[(stage, str(title)) for stage, title in stages.TITLES.items()],
        filters=filters,
        rows=lines_of_cards(cards_on(scope(), filters, me(), Sort.DUE, range(PAGE))),
        shown=PAGE,
        may_set=found.unit_id == here().id and Rights(me()).may(stages.DRIVES, here()),
    )


# The office's part -----------------------------------------------------------------------------------


@bp.route("/drives/new", methods=["GET", "POST"])
@requires(stages.DRIVES)
def new_drive() -> ResponseReturnValue:
    """设立专项."""
    form = DriveForm()
    form.offer(_leading())
    if request.method != "POST" or not form.validate():
        return _form(form, None, 200 if request.method != "POST" else 422)
    try:
        made = services.add_drive(here(), form.values(), by=me())
    except Invalid as refusal:
        form.name.errors = [refusal.message]
        return _form(form, None, 422)
    return done(_("已设立专项，可以在卡片上或批量把问题归进来。"), "rectification.drive", drive_id=made.id)


def _leading() -> list[Unit]:
    """Who may lead: any unit of this one's subtree."""
    return organisation().under(here().path)


@bp.route("/drives/<int:drive_id>/edit", methods=["GET", "POST"])
@requires(stages.DRIVES)
def edit_drive(drive_id: int) -> ResponseReturnValue:
    """Other words, days or leading unit."""
    found = _own_or_404(drive_id)
    form = EditDriveForm(obj=found)
    form.offer(dict.fromkeys([*_leading(), organisation().by_id.get(found.leading_id, here())]))
    if request.method != "POST":
        form.leading.data = found.leading_id
    if request.method != "POST" or not form.validate():
        return _form(form, found, 200 if request.method != "POST" else 422)

    def deed() -> None:
        services.edit_drive(found, form.values(), version=form.version.data or 0, by=me(), unit=here())

    home = partial(done, endpoint="rectification.drive", drive_id=drive_id)
    return saved(form, found, deed, partial(_form, form, found), home)


def _own_or_404(drive_id: int) -> Drive:
    """Only the unit that holds it changes it."""
    found = services.find_drive(here(), drive_id)
    if found is None:
        abort(404)
    return found


def _form(form: DriveForm, found: Drive | None, status: int, refusal: object = "") -> ResponseReturnValue:
    return render("rectification/drive_form.html", "form", status, form=form, drive=found, refusal=refusal)


@bp.post("/drives/<int:drive_id>/close")
@requires(stages.DRIVES)
def close_drive(drive_id: int) -> ResponseReturnValue:
    """结束, or with `on` 0 open again."""
    found, closed = _own_or_404(drive_id), request.form.get("on") != "0"
    services.close_drive(found, closed=closed, version=version_seen(), by=me(), unit=here())
    notice = _("专项已结束，里面的卡片照常办理。") if closed else _("专项已重新打开。")
    return done(notice, "rectification.drive", drive_id=drive_id)


# On a card -------------------------------------------------------------------------------------------


@bp.route("/cards/<int:card_id>/drives", methods=["GET", "POST"])
@for_members
def choose_drives(card_id: int) -> ResponseReturnValue:
    """Boxes of the open ones over the card's unit."""
    opened = card_or_404(card_id, to_change=request.method == "POST")
    if not opened.may(stages.OPEN):
        raise Forbidden(_("只有活动办和责任部门负责人可以把卡片归入专项。"))
    form = DrivesForm()
    form.offer(names_over(opened.unit, scope()))
    if request.method != "POST":
        form.version.data = opened.card.version
        form.drives.data = [each.id for each in drives_of([card_id]).get(card_id, [])]
    if request.method != "POST" or not form.validate():
        return _boxes(opened, form, 200 if request.method != "POST" else 422)
    wanted, version = form.drives.data or (), form.version.data or 0
    try:
        services.choose_drives(opened.card, opened.unit, wanted, version=version, by=me())
    except Conflict as refusal:
        form.version.data = opened.card.version
        return _boxes(opened, form, 409, refusal.message)
    return done(_("已保存。"), "rectification.card", card_id=card_id)


def _boxes(opened: Opened, form: DrivesForm, status: int, refusal: object = "") -> ResponseReturnValue:
    context = {"card": opened.card, "form": form, "refusal": refusal}
    return render("rectification/card_drives.html", "form", status, **context)
