"""People: the list, one person, a new one with a first password on a slip."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet import passwords, sessions, units
from intranet.contracts import Role, Text
from intranet.errors import Invalid
from intranet.forms import version_seen
from intranet.gate import password_first
from intranet.htmx import done, render
from intranet.models import User
from intranet.permissions import me, requires_role
from plugins.people.forms import EditPersonForm, MembershipForm, PersonForm, on_page
from plugins.people.queries import people as queries
from plugins.people.queries.slips import latest, places_on
from plugins.people.queries.units import open_units
from plugins.people.services import people as services
from plugins.people.views import bp

NOWHERE = _l("（暂不加入单位）")


@bp.get("/")
@requires_role(Role.SYSTEM)
def index() -> ResponseReturnValue:
    """Everybody, by what the address asks for."""
    filters = queries.Filters.of(request.args)
    rows, more = queries.page(filters)
    return render(
        "people/people.html",
        "list",
        filters=filters,
        rows=rows,
        more=more,
        total=queries.how_many(filters),
        units=open_units(),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires_role(Role.SYSTEM)
def new_person() -> ResponseReturnValue:
    """One more. The password first, for a slip comes of it; whoever took their time gives the slip later."""
    if request.method == "GET" and (first := password_first()):
        return first
    form = PersonForm()
    form.unit.offer(open_units(), NOWHERE)
    if not form.validate_on_submit():
        return render("people/new_person.html", "form", 422 if form.errors else 200, form=form, refusal=None)
    try:
        user = _add(form)
    except Invalid as refusal:
        return render("people/new_person.html", "form", 422, form=form, refusal=refusal.message)
    if sessions.fresh():
        return _slip(user, passwords.give_first(user, by=me()))
    return done(
        _("已新增%(name)s。初始密码还没有发，请点“发新密码”。", name=user.name),
        "people.person",
        user_id=user.id,
    )


def _add(form: PersonForm) -> User:
    user = services.add_person(form.username.data or "", form.name.data or "", by=me())
    if form.unit.data:
        unit = units.unit_called(form.unit.data)
        services.join(user, unit, form.title.data or "", form.days(), by=me())
    return user


def _slip(user: User, password: str) -> ResponseReturnValue:
    """Shown once: the database holds only the hash."""
    places = places_on([user])[0]
    return render("people/slip.html", "slip", user=user, password=password, places=places)


@bp.get("/<int:user_id>")
@requires_role(Role.SYSTEM)
def person(user_id: int) -> ResponseReturnValue:
    """One person with their units and rights, past ones too."""
    return page(queries.person_or_404(user_id), 200)


def page(
    user: User,
    status: int,
    refusal: Text | None = None,
    edit: EditPersonForm | None = None,
    join: MembershipForm | None = None,
) -> ResponseReturnValue:
    """A refused form comes back as it was filled in."""
    join = join or MembershipForm(None)
    join.unit.offer(open_units())
    return render(
        "people/person.html",
        "person",
        status,
        user=user,
        memberships=queries.memberships_of(user),
        grants=queries.grants_of(user),
        sessions=queries.sessions_of(user),
        latest=latest(),
        refusal=refusal,
        edit=on_page(edit or EditPersonForm(None, obj=user), "edit"),
        join=on_page(join, "join"),
    )


@bp.post("/<int:user_id>")
@requires_role(Role.SYSTEM)
def edit_person(user_id: int) -> ResponseReturnValue:
    """Name and pinyin."""
    user, form = queries.person_or_404(user_id), EditPersonForm()
    if not form.validate_on_submit():
        return page(user, 422, edit=form)
    name, pinyin = form.name.data or "", form.pinyin.data or ""
    if name != user.name and pinyin == user.pinyin:
        pinyin = ""
    services.edit_person(user, name, pinyin, version=form.version.data or 0, by=me())
    return done(_("已保存。"), "people.person", user_id=user_id)


@bp.post("/<int:user_id>/password")
@requires_role(Role.SYSTEM)
def give_password(user_id: int) -> ResponseReturnValue:
    """A new one on a slip; the old one and all logins end."""
    if first := password_first():
        return first
    user = queries.person_or_404(user_id)
    return _slip(user, services.give_password(user, since=version_seen(), by=me()))


@bp.post("/<int:user_id>/disable")
@requires_role(Role.SYSTEM)
def disable(user_id: int) -> ResponseReturnValue:
    """No more logins; everything the person did stays."""
    services.set_disabled(queries.person_or_404(user_id), disabled=True, by=me())
    return done(_("已停用，其所有登录已结束。"), "people.person", user_id=user_id)


@bp.post("/<int:user_id>/enable")
@requires_role(Role.SYSTEM)
def enable(user_id: int) -> ResponseReturnValue:
    """Logins again."""
    services.set_disabled(queries.person_or_404(user_id), disabled=False, by=me())
    return done(_("已恢复，可以重新登录。"), "people.person", user_id=user_id)
