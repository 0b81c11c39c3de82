"""Pages: one's own e-mail, and the administrator's look at the mail server."""

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.contracts import Role
from intranet.db import reads_first
from intranet.errors import DomainError
from intranet.htmx import done, render
from intranet.permissions import for_everyone, me, requires_role
from plugins.mail import queries, schedule, settings
from plugins.mail.addresses import masked
from plugins.mail.forms import AddressForm, CodeForm, ModeForm, TrialForm
from plugins.mail.models import Mode, State
from plugins.mail.services import looking_after, subscribing
from plugins.mail.wording import KINDS, STATES, said

bp = Blueprint("mail", __name__, url_prefix="/account", template_folder="templates")
admin = Blueprint("mail_admin", __name__, url_prefix="/admin")


@bp.context_processor
@admin.context_processor
def words() -> dict[str, object]:
    """What the templates need to name codes."""
    return {"kinds": KINDS, "states": STATES, "said": said, "masked": masked}


# One's own ---------------------------------------------------------------------------------------


@bp.get("/")
@for_everyone
def index() -> ResponseReturnValue:
    """The address, whether it is confirmed, and when letters come. `code`: from the letter, not used yet."""
    return _own_page()


def _own_page(
    refused: DomainError | None = None,
    address: AddressForm | None = None,
    code: CodeForm | None = None,
    mode: ModeForm | None = None,
) -> Response:
    on = settings.server() is not None
    row = queries.subscription_of(me().id) if on else None
    wrong = any(form and form.errors for form in (address, code, mode))
    fresh = {"mode": row.mode, "hour": row.hour} if row else {"mode": Mode.OFF, "hour": 8}
    return render(
        "mail/index.html",
        "own",
        refused.status if refused else 422 if wrong else 200,
        on=on,
        row=row,
        refusal=refused.message if refused else None,
        address_form=address or AddressForm(None, address=row.address if row else ""),
        code_form=code or CodeForm(None, code=request.args.get("code", "")[:40]),
        mode_form=mode or ModeForm(None, **fresh),
        letters=queries.letters_to(me()) if row else [],
        says_titles=settings.says_titles(),
    )


@bp.post("/address")
@for_everyone
def give_address() -> ResponseReturnValue:
    """Another address, or the same once more: a code goes there."""
    form = AddressForm()
    if not form.validate():
        return _own_page(address=form)
    try:
        subscribing.give_address(form.address.data or "", form.seen, by=me())
    except DomainError as refused:
        return _own_page(refused, address=form)
    return done(_("确认邮件几分钟内寄到，请打开里面的地址，或把确认码填在下面。"), "mail.index")


@bp.post("/confirm")
@for_everyone
def confirm() -> ResponseReturnValue:
    """The code has come back."""
    form = CodeForm()
    if not form.validate():
        return _own_page(code=form)
    try:
        subscribing.confirm(form.code.data or "", by=me())
    except DomainError as refused:
        return _own_page(refused, code=form)
    return done(_("邮箱已确认。请在下面选择什么时候寄。"), "mail.index")


@bp.post("/mode")
@for_everyone
def choose() -> ResponseReturnValue:
    """At once, once a day, or not at all."""
    form = ModeForm()
    if not form.validate():
        return _own_page(mode=form)
    try:
        subscribing.choose(form.chosen(), form.hour.data, form.seen, by=me())
    except DomainError as refused:
        return _own_page(refused, mode=form)
    return done(_("已保存。"), "mail.index")


@bp.post("/remove")
@for_everyone
def remove() -> ResponseReturnValue:
    """The address is forgotten."""
    subscribing.remove(by=me())
    return done(_("邮箱已删除，不再寄邮件。"), "mail.index")


# The administrator's -----------------------------------------------------------------------------


@admin.get("/")
@requires_role(Role.SYSTEM)
def overview() -> ResponseReturnValue:
    """The settings, whether letters go, and which did not. Nothing of what is in them."""
    return _admin_page()


def _admin_page(refused: DomainError | None = None, form: TrialForm | None = None) -> Response:
    row = queries.subscription_of(me().id)
    wrong, sending = bool(form and form.errors), schedule.jobs()[0]
    return render(
        "mail/admin.html",
        "mail",
        refused.status if refused else 422 if wrong else 200,
        on=settings.server() is not None,
        faults=settings.faults(),
        settings=current_app.config,
        has_password=bool(current_app.config["SMTP_PASSWORD"]),
        server=queries.server_state(),
        counts=queries.counts(),
        State=State,
        subscribers=queries.subscribers(),
        troubled=queries.troubled(),
        runs=[(run.started_at, schedule.told(run, sending)) for run in queries.runs(schedule.SEND)],
        form=form or TrialForm(None, address=row.address if row else ""),
        refusal=refused.message if refused else None,
    )


@admin.post("/test")
@requires_role(Role.SYSTEM)
@reads_first
def try_out() -> ResponseReturnValue:
    """A letter now; the page says what the server answered."""
    form = TrialForm()
    if not form.validate():
        return _admin_page(form=form)
    try:
        looking_after.try_out(form.address.data or "", by=me())
    except DomainError as refused:
        return _admin_page(refused, form)
    address = form.address.data
    return done(
        _("邮件服务器收下了寄给 %(address)s 的测试邮件，请看收件箱。", address=address), "mail_admin.overview"
    )


@admin.post("/letters/<int:letter_id>/again")
@requires_role(Role.SYSTEM)
def send_again(letter_id: int) -> ResponseReturnValue:
    """It waits to be sent, as if it were new."""
    looking_after.send_again(letter_id, by=me())
    return done(_("已放回等待寄出的邮件里。"), "mail_admin.overview")
