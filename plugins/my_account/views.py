"""Pages of one's own account, and two commands of the operator."""

import click
from flask import Blueprint, Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import passwords, sessions, units
from intranet.cli import says_why
from intranet.db import reads_first, transaction
from intranet.errors import DomainError
from intranet.htmx import done, render
from intranet.models import LoginSession
from intranet.permissions import for_everyone, for_step, me
from plugins.my_account import policy, queries, services
from plugins.my_account.forms import ChangeForm
from plugins.my_account.wording import device

bp = Blueprint("my_account", __name__, url_prefix="/account", template_folder="templates", cli_group=None)


@bp.get("/")
@for_everyone
def index() -> ResponseReturnValue:
    """Where I am logged in, and the way to another password."""
    found = [(login, device(login.browser)) for login in queries.sessions_of(me())]
    resets = queries.resets_of(me())
    return render("my_account/index.html", "logins", logins=found, here=sessions.here(), resets=resets)


@bp.post("/sessions/<int:session_id>/end")
@for_everyone
def end_one(session_id: int) -> ResponseReturnValue:
    """Ends one of my logins, perhaps this one."""
    services.end(me(), LoginSession.id == session_id)
    return done(_("这个登录已结束。"), "my_account.index")


@bp.post("/sessions/end")
@for_everyone
def end_others() -> ResponseReturnValue:
    """Ends all my logins but this one."""
    services.end(me(), services.others())
    return done(_("其他登录都已结束。"), "my_account.index")


@bp.route("/password", methods=["GET", "POST"])
@for_step
@reads_first
def password() -> ResponseReturnValue:
    """Another password, by choice or because the login asks for it."""
    form, person = ChangeForm(), sessions.visitor()
    if request.method != "POST":
        return _password_page(form)
    if not form.validate():
        return _password_page(form, 422)
    try:
        services.change_password(person, form.old_password.data or "", form.new_password.data or "")
    except DomainError as refused:
        return _password_page(form, refused.status, refused)
    flash(_("密码已修改，您在其他地方的登录都已结束。"))
    return redirect(sessions.way_on(), code=303)


def _password_page(form: ChangeForm, status: int = 200, refused: DomainError | None = None) -> Response:
    person = sessions.visitor()
    asked = "first" if person.first_until else "old" if sessions.owed() else ""
    return render(
        "my_account/password.html",
        "form",
        status,
        form=form,
        rules=policy.rules(person),
        refusal=refused.message if refused else None,
        asked=asked,
        resets=queries.resets_of(person),
    )


# Commands ----------------------------------------------------------------------------------------


@bp.cli.command("reset-password")
@click.argument("username")
@says_why
def reset_password(username: str) -> None:
    """Hand out a new first password; the old one and all logins are worth nothing any more."""
    with transaction():
        word = passwords.give_first(units.person_called(username), by=None)
    click.echo(f"{username} 的初始密码（只显示这一次，登录后必须更换）：{word}")


@bp.cli.command("end-sessions")
@click.argument("username")
@says_why
def end_sessions(username: str) -> None:
    """Log a person out everywhere."""
    with transaction():
        count = sessions.end(units.person_called(username), by=None)
    click.echo(f"已结束 {username} 的 {count} 个登录。")
