"""The core of the hospital intranet: people, units, rights, plugins, pages. It knows no plugin by name."""

import os
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined

from intranet import config, db, error_pages, failures, gate, keys, loading, pages, permissions, sessions, web
from intranet.extensions import csrf, htmx

__all__ = ["create_app"]


def create_app(folder: str | Path | None = None, **settings: config.Value) -> Flask:
    """The whole application. `folder` is the instance folder; `settings` win over every other source."""
    app = make_flask(Path(folder).absolute() if folder else config.instance_folder())
    configure(app, settings)
    db.init_app(app)
    csrf.init_app(app)
    htmx.init_app(app)
    sessions.init_app(app)
    gate.init_app(app)
    declare_permissions(app)
    loading.init_app(app)
    web.init_app(app)
    web.init_languages(app)
    pages.init_app(app)
    error_pages.init_app(app)
    failures.keep_words_out_of_logs()
    loading.mount(app)
    return app


def make_flask(folder: Path) -> Flask:
    """The bare application. Templates of the hospital itself win over those of plugins."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = Flask("intranet", instance_path=str(folder), template_folder=str(config.ROOT / "templates"))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    return app


def configure(app: Flask, settings: dict[str, config.Value]) -> None:
    """Our settings, and what they mean to Flask and its extensions."""
    folder = Path(app.instance_path)
    app.config.from_mapping({**config.load(folder, os.environ), **settings})
    app.config.from_mapping(
        SECRET_KEY=keys.secret_key(folder),
        SEALING_KEY=keys.sealing_key(folder),
        AUDIT_KEY=keys.audit_key(folder),
        MAX_CONTENT_LENGTH=app.config["UPLOAD_MB"] * 1024 * 1024 + 64 * 1024,  # the form around the file
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        SESSION_COOKIE_NAME="intranet",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=app.config["SECURE_COOKIES"],
        SEND_FILE_MAX_AGE_DEFAULT=web.A_YEAR,
        WTF_CSRF_TIME_LIMIT=None,
        RAISE_PLUGIN_ERRORS=False,
    )
    web.only_known_hosts(app)


def declare_permissions(app: Flask) -> None:
    """The core's own permissions; plugins add theirs when they are mounted."""
    app.extensions["intranet.permissions"] = {
        permission.name: permission for permission in permissions.CORE_PERMISSIONS
    }
