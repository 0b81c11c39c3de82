"""Small forms on every card: while nobody has filled one in, its fields are drawn once a language."""

from flask import current_app
from flask_babel import get_locale
from flask_wtf import FlaskForm
from markupsafe import Markup

from plugins.rectification.views.kept import kept_html


def blank(kind: type[FlaskForm]) -> Markup:
    """Its fields, empty. The token stands outside: it is each person's own."""
    [fields] = kept_html().all([(kind, str(get_locale()))], lambda _missing: [filled_in(kind(formdata=None))])
    return fields


def filled_in(form: FlaskForm) -> Markup:
    """The same with what was typed and what is wrong with it."""
    template = current_app.jinja_env.get_template("rectification/_fields.html")
    return Markup(template.render(form=form))  # noqa: S704 - a template of ours
