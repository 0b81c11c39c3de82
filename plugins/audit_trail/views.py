"""Pages of the audit administrator: the entries, how the chains stand, and today's seal."""

from datetime import date, timedelta

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import audit, clock
from intranet.contracts import Role
from intranet.db import reads_first, start_writing
from intranet.documents import download
from intranet.htmx import done, render
from intranet.organisation import organisation
from intranet.permissions import me, requires_role
from plugins.audit_trail import wording
from plugins.audit_trail.filters import Filters
from plugins.audit_trail.queries import states
from plugins.audit_trail.queries.searching import PAGE, Row, names_in, page_of
from plugins.audit_trail.services import comparing, exporting

bp = Blueprint("audit_trail", __name__, url_prefix="/admin", template_folder="templates", static_folder=None)
MAX_ID = 2**31


@bp.get("/")
@requires_role(Role.AUDIT)
def entries() -> Response:
    """The newest entries the filters leave, fifty to a page."""
    filters = Filters.of(request.args)
    refusals = filters.refusals
    rows = [] if refusals else page_of(filters, _before())
    more = len(rows) > PAGE
    return _page(filters, refusals, rows[:PAGE], more=more)


def _before() -> int:
    before = request.args.get("before", 0, type=int)
    return before if 0 < before < MAX_ID else 0


def _page(filters: Filters, refusals: list[str], rows: list[Row], *, more: bool) -> Response:
    return render(
        "audit_trail/entries.html",
        "entries",
        filters=filters,
        refusals=refusals,
        rows=rows,
        more=more,
        words=wording.Words(names_in(rows)),
        groups=wording.groups(),
        sealed=wording.sealed_reads(),
        units=organisation().by_id.values(),
        objects=sorted({str(word) for word in wording.objects().values()}),
        ranges=_ranges(),
        states=states.states(),
        file=states.file_state(),
        canonical=audit.canonical,
    )


def _ranges() -> list[tuple[str, tuple[date, date]]]:
    """What is asked for most often, one click away."""
    today = clock.today()
    return [
        (_("今天"), (today, today)),
        (_("近 7 天"), (today - timedelta(days=6), today)),
        (_("近 30 天"), (today - timedelta(days=29), today)),
    ]


@bp.post("/export")
@requires_role(Role.AUDIT)
@reads_first
def export() -> ResponseReturnValue:
    """The same entries as Excel; that they were taken away is an entry of its own."""
    filters = Filters.of(request.form)
    if filters.refusals:
        return _page(filters, filters.refusals, [], more=False)
    book = exporting.export(filters, by=me())
    return download(book, _("审计记录 %(day)s", day=clock.today().isoformat()) + ".xlsx")


@bp.get("/chains")
@requires_role(Role.AUDIT)
def chains() -> ResponseReturnValue:
    """Whether the chains held when they were last checked, and what was closed."""
    return render(
        "audit_trail/chains.html",
        "chains",
        states=states.states(),
        file=states.file_state(),
        segments=states.segments(),
        place_of=states.place_of,
    )


@bp.post("/check")
@requires_role(Role.AUDIT)
@reads_first
def check() -> ResponseReturnValue:
    """Reads the chains and the heads outside now. The reading holds up nobody."""
    comparing.note()
    checks, found = audit.check(), comparing.compare()
    start_writing()
    audit.keep(checks, by=me())
    comparing.keep(found)
    return done(_("核对完毕，结果见下。"), "audit_trail.chains")


@bp.get("/seal")
@requires_role(Role.AUDIT)
def seal() -> ResponseReturnValue:
    """The line of today, to be printed and signed: paper is what nobody rewrites."""
    return render(
        "audit_trail/seal.html", "seal", ends=states.ends(), now=f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"
    )
