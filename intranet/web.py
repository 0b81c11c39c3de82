"""What every answer carries: headers, the nonce, the language, and the address of versioned files."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import cast
from urllib.parse import SplitResult, unquote, urlsplit

from babel.support import NullTranslations, Translations
from flask import Flask, Response, abort, current_app, g, request, send_from_directory, session, url_for
from flask_babel import Babel, Domain, force_locale, get_locale
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from htmx_flask.requests import HtmxAwareRequest
from markupsafe import Markup
from typing_extensions import override
from werkzeug.exceptions import RequestEntityTooLarge, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from wtforms.i18n import messages_path

from intranet.htmx import wants_fragment
from intranet.permissions import for_strangers
from intranet.plugins import Plugin, loaded

LANGUAGES = {"zh": "中文", "en": "English"}
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
A_YEAR = 365 * 24 * 3600
MOST_FIELDS = 5_000


# Headers -----------------------------------------------------------------------------------------


def init_app(app: Flask) -> None:
    """Sets what a browser may do with our pages."""
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    app.request_class = Request
    app.before_request(_refuse_foreign_forms)
    app.before_request(_refuse_nul)
    app.after_request(_headers)
    app.add_url_rule("/static/plugins/<name>/<path:path>", "plugin_static", plugin_static)
    for_strangers(app.view_functions["static"])
    app.jinja_env.globals.update(asset=asset, csp_nonce=nonce, language=language, LANGUAGES=LANGUAGES)
    app.jinja_env.globals["csrf_token"] = csrf_token


def csrf_token() -> str:
    """Flask-WTF's, signed once a login and not once a page: it is good as long as the login is."""
    token = session.get("csrf_token")
    return _signed(current_app.config["SECRET_KEY"], token) if token else str(generate_csrf())


@lru_cache(maxsize=1000)
def _signed(_key: str, _token: str) -> str:
    return str(generate_csrf())


def nonce() -> str:
    """The word that lets our own scripts of this page run, and no others."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return cast("str", g.nonce)


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src 'nonce-{nonce()}'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "object-src 'none'; frame-ancestors 'none'",
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
    if request.endpoint not in {"static", "plugin_static"}:
        if not response.cache_control.private:  # what a view marks so its own reader may keep
            headers["Cache-Control"] = "no-store"
        response.vary.update(("Cookie", "HX-Request"))
    return response


def _refuse_nul() -> None:
    """No person types it and PostgreSQL cannot store it."""
    if "\0" in request.path or any("\0" in text for _name, texts in request.values.lists() for text in texts):
        abort(400)


def _refuse_foreign_forms() -> None:
    """A form of another site, as the browser itself reports it. The CSRF token is asked for besides."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    strange = bool(origin) and parts_of(origin or "").netloc != request.host
    if site is not None:
        strange = site not in {"same-origin", "none"}
    if strange and request.method not in {"GET", "HEAD", "OPTIONS"}:
        abort(403)


def way_to(endpoint: str, **values: str) -> str:
    """The address of the login or another page that comes first, and leads back afterwards."""
    return url_for(endpoint, **{"next": _here(), **values})  # type: ignore[arg-type]


def go_first(endpoint: str, **values: str) -> Response:
    """There, at once. A fragment takes the whole page."""
    response, target = Response(status=303), way_to(endpoint, **values)
    if wants_fragment():
        response.status_code = 401
        response.headers["HX-Redirect"] = target
    else:
        response.headers["Location"] = target
    return response


def _here() -> str:
    """The page to come back to: of a fragment the page around it, of a form nothing but its page."""
    if wants_fragment():
        around = parts_of(request.headers.get("HX-Current-URL") or request.referrer or "")
        return safe_next(around._replace(scheme="", netloc="", fragment="").geturl())
    if request.method != "GET":
        return safe_next(parts_of(request.referrer or "").path)
    return safe_next(request.full_path.rstrip("?"))


def parts_of(url: str) -> SplitResult:
    """The parts of an address a browser sent; of a broken one, none."""
    with suppress(ValueError):
        return urlsplit(url)
    return urlsplit("")


def page_asked(last: int = 10**6) -> int:
    """The page of a list the address asks for, from 1; absurd numbers are cut."""
    return min(max(request.args.get("page", 1, type=int), 1), last)


def number_asked(name: str) -> int:
    """A number of the address; 0 when there is none, or one no id has."""
    value = request.args.get(name, 0, type=int)
    return value if 0 < value < 2**31 else 0


def safe_next(target: str | None) -> str:
    """A path on this site, or the home page. Anything a browser could read as another host is refused."""
    plain = unquote(target or "")
    foreign = not plain.startswith("/") or plain.startswith("//") or "\\" in plain or " " in plain
    if target is None or foreign or not plain.isprintable() or parts_of(target).netloc:
        return url_for("home.index")
    return target


class Request(HtmxAwareRequest):
    """Refuses what is too much before it is read: werkzeug takes in a form sent as one string whole."""

    @property
    def wtforms_translations(self) -> NullTranslations:
        """Where Flask-WTF keeps the words of wtforms, which it reads from the disk for each request."""
        return _words_of_forms(str(get_locale()))

    @override
    def _load_form_data(self) -> None:
        if self.mimetype == "application/x-www-form-urlencoded":
            limit = current_app.config["MAX_FORM_MEMORY_SIZE"]
            if (self.content_length or 0) > limit or self.get_data().count(b"&") > MOST_FIELDS:
                raise RequestEntityTooLarge
        super()._load_form_data()


@lru_cache
def _words_of_forms(locale: str) -> NullTranslations:
    return Translations.load(messages_path(), [locale], "wtforms")


def only_known_hosts(app: Flask) -> None:
    """Refuses other host names when the site has named its own."""
    if app.config["HOSTS"]:
        app.config["TRUSTED_HOSTS"] = list(app.config["HOSTS"])
        app.register_error_handler(SecurityError, lambda _error: ("", 400))


def path_to(endpoint: str, **values: object) -> str:
    """The path of a page, outside a request too: in jobs, in what is stored. Of a unit's page with `unit`."""
    return current_app.url_map.bind("").build(endpoint, values)


def path_for_logs() -> str:
    """The path of this request without what its rule calls `secret`."""
    secret = (request.view_args or {}).get("secret")
    return request.path.replace(secret, "…") if secret else request.path


# Files -------------------------------------------------------------------------------------------


def asset(path: str, plugin: str | None = None) -> str:
    """The address of a static file, with a stamp of its content so that browsers keep it for a year."""
    known: dict[object, str] = current_app.extensions.setdefault("intranet.assets", {})
    asked = request.script_root, path, plugin
    if asked not in known:
        known[asked] = _address_of(path, plugin)
    return known[asked]


def _address_of(path: str, plugin: str | None) -> str:
    if plugin is None:
        return url_for("static", filename=path, v=_stamp(cast("str", current_app.static_folder), path))
    folder = f"{loaded().working[plugin].path}/static"
    return url_for("plugin_static", name=plugin, path=path, v=_stamp(folder, path))


@lru_cache(maxsize=256)
def _stamp(folder: str, path: str) -> str:
    return hashlib.sha256(Path(folder, path).read_bytes()).hexdigest()[:12]


@for_strangers
def plugin_static(name: str, path: str) -> Response:
    """Scripts and pictures of a plugin: one address for all units."""
    plugin = loaded().working.get(name) or abort(404)
    return send_from_directory(plugin.path / "static", path, max_age=A_YEAR)


# Language ----------------------------------------------------------------------------------------


def init_languages(app: Flask) -> None:
    """One catalogue for the core and one a plugin, looked up together; the source strings are Chinese."""
    folders = [Path(app.root_path) / "translations"]
    working: dict[str, Plugin] = app.extensions["intranet.plugins"].working
    folders += [plugin.path / "translations" for plugin in working.values()]
    there = [folder for folder in folders if folder.is_dir()]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(map(str, there))
    app.config["BABEL_DOMAIN"] = ";".join("messages" for _folder in there) or "messages"
    app.config["BABEL_DEFAULT_LOCALE"] = LOCALES["zh"]
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    # One an app: it keeps the catalogues it has read, and another app has other plugins.
    babel = Babel(app, locale_selector=lambda: LOCALES[language()])
    babel.domain_instance = words = Words(domain=app.config["BABEL_DOMAIN"])
    app.jinja_env.globals.update(_=words.say, gettext=words.say)


class Words(Domain):
    """Finds the catalogue once a request: Flask-Babel looks for it at every word, and a page has hundreds."""

    @override
    def get_translations(self) -> Translations:
        found = g.get("catalogue")
        if found is None:
            found = g.catalogue = super().get_translations()
        return cast("Translations", found)

    def say(self, text: str, /, **values: object) -> Markup:
        """The `_` of templates, as Jinja's own but quick: what is put into the words is escaped."""
        return _marked(self.get_translations(), text) % values


@lru_cache(maxsize=2**14)
def _marked(catalogue: Translations, text: str) -> Markup:
    return Markup(catalogue.ugettext(text))  # noqa: S704 - a word of ours


@contextmanager
def in_language(name: str | None) -> Iterator[None]:
    """A letter or a paper written meanwhile is in this language, or the site's, whatever the page speaks."""
    before = g.pop("catalogue", None)
    try:
        with force_locale(LOCALES.get(name or "", LOCALES[current_app.config["LANGUAGE"]])):
            yield
    finally:
        g.catalogue = before


def language() -> str:
    """The person's choice, else the site's; a command or a job has no person."""
    chosen = session.get("language") if session else None
    if chosen is None and current_user and current_user.is_authenticated:
        chosen = current_user.language
    return chosen if chosen in LANGUAGES else cast("str", current_app.config["LANGUAGE"])


def html_language() -> str:
    """The `lang` attribute of the page."""
    return str(get_locale()).replace("_", "-")
