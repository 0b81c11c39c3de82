"""Logging in and out."""

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from intranet import accounts, sessions, throttle
from intranet.db import reads_first
from intranet.errors import DomainError
from intranet.forms import trimmed
from intranet.htmx import render
from intranet.permissions import for_strangers

bp = Blueprint("account", __name__)
KNOWN_BROWSER = "intranet-known"
HALF_A_YEAR = 180 * 24 * 3600


class LoginForm(FlaskForm):
    """What the login page asks."""

    username = StringField(
        _l("工号"),
        [InputRequired(_l("请填写工号。")), Length(max=64)],
        filters=[trimmed],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("密码"),
        [InputRequired(_l("请填写密码。")), Length(max=256)],
        render_kw={"autocomplete": "current-password"},
    )


@bp.route("/login", methods=["GET", "POST"])
@for_strangers
@reads_first
def login() -> ResponseReturnValue:
    """The door. Whoever is in already goes on, unless the password is asked for again."""
    if current_user.is_authenticated and "again" not in request.args:
        return redirect(sessions.way_on(), code=303)
    form = LoginForm()
    if request.method != "POST":
        return render("account/login.html", "form", form=form, refusal=None)
    if not form.validate():
        return render("account/login.html", "form", 422, form=form, refusal=None)
    username, cookie = form.username.data or "", request.cookies.get(KNOWN_BROWSER)
    browser = throttle.browser_for(username, cookie)
    try:
        accounts.log_in(username, form.password.data or "", request.remote_addr or "", browser)
    except DomainError as refusal:
        return render("account/login.html", "form", refusal.status, form=form, refusal=refusal.message)
    response = redirect(sessions.way_on(), code=303)
    response.set_cookie(
        KNOWN_BROWSER,
        throttle.cookie_with(username, cookie),
        max_age=HALF_A_YEAR,
        path=request.path,
        secure=current_app.config["SECURE_COOKIES"],
        httponly=True,
        samesite="Lax",
    )
    return response


@bp.post("/logout")
@for_strangers
def logout() -> ResponseReturnValue:
    """Ends the session and asks the browser to forget what it kept."""
    sessions.log_out()
    response = redirect("/login", code=303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
