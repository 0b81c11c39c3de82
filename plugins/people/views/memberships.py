"""Where a person works: one more unit, another title, a last day."""

from functools import partial

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import units
from intranet.contracts import Role
from intranet.extensions import db
from intranet.forms import version_seen
from intranet.htmx import done, render
from intranet.models import Unit
from intranet.permissions import me, requires_role
from plugins.people.forms import ChangeMembershipForm, MembershipForm
from plugins.people.queries.grants import held_after_leaving
from plugins.people.queries.people import membership_or_404, person_or_404
from plugins.people.queries.units import open_units
from plugins.people.services import people as services
from plugins.people.views import bp
from plugins.people.views.people import page
from plugins.people.views.refusing import refusal_of


@bp.post("/<int:user_id>/memberships")
@requires_role(Role.SYSTEM)
def join(user_id: int) -> ResponseReturnValue:
    """One more unit."""
    user, form = person_or_404(user_id), MembershipForm()
    form.unit.offer(open_units())
    if not form.validate_on_submit():
        return page(user, 422, join=form)
    unit = units.unit_called(form.unit.data)
    act = partial(services.join, user, unit, form.title.data or "", form.days(), by=me())
    if refusal := refusal_of(act):
        return page(user, 422, refusal, join=form)
    return done(_("已加入%(name)s。", name=unit.name), "people.person", user_id=user_id)


@bp.route("/memberships/<int:membership_id>", methods=["GET", "POST"])
@requires_role(Role.SYSTEM)
def membership(membership_id: int) -> ResponseReturnValue:
    """Title and days of one membership."""
    row = membership_or_404(membership_id)
    form = ChangeMembershipForm(obj=row)
    if form.validate_on_submit():
        title, version = form.title.data or "", form.version.data or 0
        services.change_membership(row, title, form.days(), version=version, by=me())
        return done(_("已保存。"), "people.person", user_id=row.user_id)
    return render(
        "people/membership.html",
        "form",
        422 if form.errors else 200,
        form=form,
        row=row,
        user=person_or_404(row.user_id),
        unit=db.session.get_one(Unit, row.unit_id),
    )


@bp.post("/memberships/<int:membership_id>/end")
@requires_role(Role.SYSTEM)
def leave(membership_id: int) -> ResponseReturnValue:
    """From today on the person no longer works there."""
    row = membership_or_404(membership_id)
    services.leave(row, services.yesterday(), version=version_seen(), by=me())
    notice = _("已结束，从今天起不再是成员。")
    if held_after_leaving(row.user_id):
        notice += _("此人在离开的单位还有授权，已列在安全管理员的待办里，请其核对是否收回。")
    return done(notice, "people.person", user_id=row.user_id)
