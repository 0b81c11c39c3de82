"""Who holds what: the security administrator's pages."""

from functools import partial

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock, units
from intranet.contracts import Role
from intranet.forms import version_seen
from intranet.htmx import done, render
from intranet.permissions import me, requires_role
from intranet.wording import ROLES
from plugins.people.forms import DelegateForm, GrantForm
from plugins.people.queries import grants as queries
from plugins.people.queries.units import open_units
from plugins.people.services import grants as services
from plugins.people.views import bp
from plugins.people.views.refusing import refusal_of


@bp.get("/grants/")
@requires_role(Role.SECURITY)
def grants() -> ResponseReturnValue:
    """By unit, role, person and time."""
    filters = queries.Filters.of(request.args)
    rows, total = queries.page(filters)
    return render(
        "people/grants.html",
        "list",
        filters=filters,
        rows=rows,
        total=total,
        pages=max(1, -(-total // queries.PAGE)),
        soon=queries.ending_soon(),
        units=open_units(),
        me=me(),
    )


@bp.route("/grants/new", methods=["GET", "POST"])
@requires_role(Role.SECURITY)
def new_grant() -> ResponseReturnValue:
    """A role for somebody."""
    form, refusal = GrantForm(), None
    form.unit.offer(open_units())
    if form.validate_on_submit():
        user, unit = form.person.whom(), units.unit_called(form.unit.data)
        refusal = refusal_of(partial(services.give, user, form.chosen(), unit, form.days(), by=me()))
        if not refusal:
            start = form.days()[0]
            later = start is not None and start > clock.today()
            notice = _("已授权，从 %(day)s 起有效。", day=start) if later else _("已授权，立即生效。")
            return done(notice, "people.grants", q=user.username, time="later" if later else "")
    status = 422 if form.errors or refusal else 200
    return render("people/new_grant.html", "form", status, form=form, refusal=refusal)


@bp.post("/grants/<int:grant_id>/revoke")
@requires_role(Role.SECURITY)
def revoke(grant_id: int) -> ResponseReturnValue:
    """Ends at once; back to the list as it was filtered."""
    held = queries.grant_or_404(grant_id)
    words = {"name": held.user.name, "unit": held.unit.name, "role": ROLES[held.grant.role]}
    services.revoke(held.grant, version=version_seen(), by=me())
    filters = queries.Filters.of(request.args).words(page="")
    notice = _("已收回%(name)s在%(unit)s的“%(role)s”授权，立即生效。", **words)
    return done(notice, "people.grants", **filters)


@bp.route("/grants/<int:grant_id>/delegate", methods=["GET", "POST"])
@requires_role(Role.SECURITY)
def delegate(grant_id: int) -> ResponseReturnValue:
    """The same role for somebody else while its holder is away."""
    held, form, refusal = queries.grant_or_404(grant_id), DelegateForm(), None
    if form.validate_on_submit():
        to = form.person.whom()
        refusal = refusal_of(partial(services.delegate, held.grant, to, form.days(), by=me()))
        if not refusal:
            return done(_("已安排代理，到期自动结束。"), "people.grants", q=to.username, time="")
        held = queries.grant_or_404(grant_id)
    status = 422 if form.errors or refusal else 200
    return render("people/delegate.html", "form", status, form=form, refusal=refusal, held=held)
