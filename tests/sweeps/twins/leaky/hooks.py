"""A board over the notices of tests/plugins/hello. Each page forgets one thing: its docstring says which."""

import io
import logging
from datetime import timedelta

from flask import Blueprint, abort, g, redirect, request, url_for
from markupsafe import Markup, escape
from sqlalchemy import delete, select
from werkzeug.datastructures import FileStorage

from intranet import attachments, clock, notices
from intranet.contracts import Job, NavItem, Permission, Role, SearchEntry, SearchKind
from intranet.db import reads_first
from intranet.documents import download
from intranet.extensions import db
from intranet.hookspecs import hookimpl
from intranet.models import Attachment, Membership, Unit, User
from intranet.organisation import organisation
from intranet.permissions import for_everyone, for_members, requires, requires_role
from plugins.hello.models import Notice
from tests.fixtures import unit
from tests.sweeps.filling import document

bp = Blueprint("leaky", __name__)
own = Blueprint("leaky_own", __name__, url_prefix="/account")
admin = Blueprint("leaky_admin", __name__, url_prefix="/admin")
logger = logging.getLogger("leaky")


def told(*where):
    """Notices as lines of a page."""
    found = db.session.scalars(select(Notice).where(*where).order_by(Notice.id))
    return Markup("<br>").join(notice.text for notice in found)


def link(endpoint, **values):
    return Markup('<a href="{}">x</a>').format(url_for(f"leaky{endpoint}", **values))


def form(endpoint, inside="", more="", **values):
    start = Markup('<form method="post" action="{}" {}>').format(url_for(f"leaky{endpoint}", **values), more)
    return start + inside + Markup('<button name="go">x</button></form>')


# Sound ---------------------------------------------------------------------------------------------


@bp.get("/")
@for_members
def board():
    """Its own notices and files, and the way to every other page."""
    mine = select(Notice.id).where(Notice.unit_id == g.unit.id)
    files = select(Attachment.id).where(Attachment.unit_id == g.unit.id)
    pages = [link(f".{name}") for name in ("everybodys", "noted", "pretended")]
    pages += [link(".one", note_id=key) for key in db.session.scalars(mine)]
    pages += [form(".remove", note_id=key) for key in db.session.scalars(mine)]
    pages += [link(".file", file_id=key) for key in db.session.scalars(files)]
    pages += [link("_own.piece", of=g.unit.code), form(".export", more=Markup("data-stays"))]
    return told(Notice.unit_id == g.unit.id) + Markup().join(pages) + _giving()


def _giving():
    """The list offers the unit's own people."""
    people = db.session.scalars(select(Membership.user_id).where(Membership.unit_id == g.unit.id))
    options = Markup().join(Markup('<option value="{}">x</option>').format(key) for key in people)
    return form(".give", Markup('<select name="person">{}</select>').format(options))


@bp.post("/")
@requires("leaky:write")
def write():
    """As it should be."""
    abort(422)


# Leaky ------------------------------------------------------------------------------------------


@bp.route("/unmarked", methods=["GET", "POST"])
def unmarked():
    """No mark."""
    return ""


@bp.route("/pretended", methods=["GET", "POST"])
def pretended():
    """Says that it asks for a permission, and does not ask."""
    if request.method == "POST":
        db.session.execute(delete(Notice).where(Notice.unit_id == g.unit.id))
    return "x"


pretended.policy = "leaky:write"


@bp.get("/everybodys")
@for_members
def everybodys():
    """The list has no unit."""
    return told()


@bp.get("/notes/<int:note_id>")
@for_members
def one(note_id):
    """The notice is found by its id alone."""
    return escape(db.get_or_404(Notice, note_id).text)


@bp.post("/notes/<int:note_id>/remove")
@for_members
def remove(note_id):
    """Says that there is no such thing in this unit, when it is too late."""
    found = db.get_or_404(Notice, note_id)
    db.session.delete(found)
    if found.unit_id != g.unit.id:
        db.session.commit()
        abort(404)
    return redirect(url_for("leaky.board"))


@bp.post("/give")
@for_members
def give():
    """Any person is taken, whoever was offered."""
    mine = select(Notice).where(Notice.unit_id == g.unit.id)
    db.session.scalars(mine).first().posted_by = request.form.get("person", type=int)
    return redirect(url_for("leaky.board"))


@bp.post("/board.docx")
@for_members
@reads_first
def export():
    """The file has no unit."""
    return download(document("\n".join(db.session.scalars(select(Notice.text)))), "board.docx")


@bp.get("/files/<int:file_id>")
@for_members
def file(file_id):
    """Nobody asks what the file hangs on."""
    return attachments.answer(db.get_or_404(Attachment, file_id))


@bp.get("/noted")
@for_members
def noted():
    """What people wrote goes to the log."""
    for text in db.session.scalars(select(Notice.text).where(Notice.unit_id == g.unit.id)):
        logger.info("shown: %s", text)
    return "x"


@own.get("/piece")
@for_everyone
def piece():
    """A fragment beside the units, where nobody asks who may enter."""
    return told(
        Notice.unit_id == select(Unit.id).where(Unit.code == request.args.get("of")).scalar_subquery()
    )


@admin.get("/")
@requires_role(Role.SYSTEM)
def overview():
    """Administrators see no content."""
    return told()


def direct():
    """Added past the blueprint: no switch turns it off."""
    return "x"


# Hooks ---------------------------------------------------------------------------------------------


@hookimpl
def intranet_blueprints(app):
    app.add_url_rule("/<unit:unit>/leaky/direct", "direct", for_members(direct))
    return [bp, own, admin]


@hookimpl
def intranet_permissions():
    return [Permission("leaky:write", "写", frozenset({Role.HEAD}))]


@hookimpl
def intranet_navigation():
    return [NavItem("漏水", "leaky.board", 1)]


@hookimpl
def intranet_site_navigation():
    return [NavItem("漏水", "leaky_admin.overview", 1)]


@hookimpl
def intranet_search(units):
    """Every unit's notices, to be opened in the reader's."""

    def page(code, _key):
        return f"/{code}/leaky/"

    def entries():
        for note in db.session.scalars(select(Notice)):
            yield SearchEntry("leaky:note", str(note.id), note.unit_id, note.text, "", note.posted_at)

    everywhere = dict.fromkeys(organisation().by_id, units[0].id) if units else {}
    return [SearchKind("leaky:note", everywhere, page, entries)]


@hookimpl
def intranet_jobs():
    """Everybody is told, and told that it is of their own unit."""

    def tell():
        text = db.session.scalars(select(Notice.text).where(Notice.unit_id == unit("nk1").id)).first()
        people, where = db.session.scalars(select(User.id)), unit("wk1")
        return {"n": notices.tell(people, "leaky:posted", "/", where, once=1, title=text)}

    return [Job("tell", "告知", timedelta(days=1), tell, "%(n)s")]


@hookimpl
def intranet_demo(people):
    """A notice and a file in each of two departments."""
    for code, head in (("nk1", people["head"]), ("wk1", people["stranger"])):
        here = unit(code)
        for _each in range(2):
            note = Notice(unit_id=here.id, text="请勿外传", posted_by=head.id, posted_at=clock.now())
            db.session.add(note)
        db.session.flush()
        paper = FileStorage(io.BytesIO(document(f"附件 {code}")), f"附件{code}.docx")
        subject = f"leaky:note:{note.id}"
        attachments.attach(attachments.receive([paper], subject, here), subject, here, by=head)
