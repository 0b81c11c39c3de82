"""Pages: the code after the password, one's own second factor, and what the administrator decides."""

import base64

from flask import Blueprint, Response, abort, request, url_for
from flask import redirect as to
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import sessions, units
from intranet.contracts import Role
from intranet.db import reads_first
from intranet.documents.qr import drawing
from intranet.errors import DomainError
from intranet.forms import version_seen
from intranet.gate import password_first
from intranet.htmx import done, render
from intranet.models import User
from intranet.permissions import for_everyone, for_step, me, requires_role
from plugins.two_factor import codes, queries, services

bp = Blueprint("two_factor", __name__, url_prefix="/account", template_folder="templates")
admin = Blueprint("two_factor_admin", __name__, url_prefix="/admin")


# After the password ------------------------------------------------------------------------------


@bp.route("/login", methods=["GET", "POST"])
@for_step
@reads_first
def ask() -> ResponseReturnValue:
    """The code from the telephone, or one for once."""
    if sessions.owed() is None:
        return to(sessions.way_on(), code=303)
    refusal = None
    if request.method == "POST":
        try:
            services.show(sessions.visitor(), request.form.get("code", ""), request.remote_addr or "")
            return to(sessions.way_on(), code=303)
        except DomainError as refused:
            refusal = refused
    return render("two_factor/ask.html", "form", refusal.status if refusal else 200, refusal=refusal)


# One's own ---------------------------------------------------------------------------------------


@bp.get("/")
@for_everyone
def index() -> ResponseReturnValue:
    """Whether it is on, since when, and how many recovery codes are left."""
    return render(
        "two_factor/index.html",
        "state",
        device=queries.device_of(me()),
        left=queries.codes_left(me()),
        latest=queries.latest_codes(me()),
        demanded=queries.is_demanded(me()),
    )


@bp.route("/set-up", methods=["GET", "POST"])
@for_step
def set_up() -> ResponseReturnValue:
    """A new secret, shown until a code proves that the telephone has it. Nothing is stored before."""
    if first := password_first():
        return first
    person = sessions.visitor()
    if request.method != "POST":
        return _set_up_page(person, codes.new_secret())
    secret = _secret_sent(person)
    try:
        made = services.set_up(person, secret, request.form.get("code", ""))
    except DomainError as refused:
        return _set_up_page(person, secret, refused)
    if sessions.owed():
        sessions.go_on()
    return render("two_factor/codes.html", "codes", codes=made, person=person, onwards=sessions.way_on())


def _set_up_page(person: User, secret: str, refused: DomainError | None = None) -> Response:
    size, path = drawing(codes.address(secret, person))
    return render(
        "two_factor/set_up.html",
        "form",
        refused.status if refused else 200,
        size=size,
        path=path,
        groups=[secret[start : start + 4] for start in range(0, len(secret), 4)],
        sealed=base64.b64encode(codes.seal(secret, person)).decode(),
        refusal=refused,
    )


def _secret_sent(person: User) -> str:
    """The page carries its secret sealed, so that a mistyped code does not need another drawing."""
    try:
        return codes.unseal(base64.b64decode(request.form.get("sealed", ""), validate=True), person)
    except ValueError:  # not base64, or not even ASCII
        abort(400)


@bp.post("/codes")
@for_everyone
def renew_codes() -> ResponseReturnValue:
    """Ten other recovery codes."""
    if first := password_first():
        return first
    made = services.renew_codes(me(), since=version_seen())
    return render("two_factor/codes.html", "codes", codes=made, person=me(), onwards=sessions.way_on())


@bp.post("/off")
@for_everyone
def turn_off() -> ResponseReturnValue:
    """Back to the password alone."""
    if first := password_first():
        return first
    services.turn_off(me())
    return done(_("二次验证已关闭，今后登录只要密码。"), "two_factor.index")


# The security administrator's --------------------------------------------------------------------


@admin.get("/")
@requires_role(Role.SECURITY)
def demands() -> ResponseReturnValue:
    """Which roles must use it, and the way back in for who has lost the telephone."""
    return _admin_page(request.args.get("username", "")[:64])


@admin.post("/roles/<role>")
@requires_role(Role.SECURITY)
def demand(role: str) -> ResponseReturnValue:
    """For this role it is demanded from now on, or no longer."""
    if role not in set(Role):
        abort(404)
    services.demand(Role(role), demanded=request.form.get("demanded") == "1", by=me())
    return done(_("要求已调整，从下次登录起生效。"), "two_factor_admin.demands")


@admin.post("/reset")
@requires_role(Role.SECURITY)
def reset() -> ResponseReturnValue:
    """Somebody has lost the telephone."""
    username = request.form.get("username", "").strip()
    if first := password_first(next=url_for("two_factor_admin.demands", username=username)):
        return first
    try:
        person = units.person_called(username)
        services.reset(person, by=me())
    except DomainError as refused:
        return _admin_page(username, refused)
    return done(
        _("%(name)s 的二次验证已解除，其登录都已结束。", name=person.name), "two_factor_admin.demands"
    )


def _admin_page(username: str = "", refused: DomainError | None = None) -> Response:
    return render(
        "two_factor/admin.html",
        "demands",
        refused.status if refused else 200,
        roles=list(Role),
        demanded=queries.demanded_roles(),
        count=queries.count(),
        username=username,
        refusal=refused,
    )
