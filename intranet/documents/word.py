"""Word out: a template, the site's own or else the plugin's, is filled. Whoever knows Word can change it."""

import io
import re
from collections.abc import Mapping
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from intranet.errors import Invalid
from intranet.plugins import loaded

UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fill(plugin: str, name: str, words: Mapping[str, object]) -> bytes:
    """The document. Raises Invalid, saying which file and what is wrong, if the site's own is broken."""
    own = Path(current_app.instance_path) / "templates" / "word" / plugin / f"{name}.docx"
    if not own.exists():
        return _filled(loaded().working[plugin].path / "documents" / own.name, words)
    try:
        return _filled(own, words)
    except Exception as error:  # somebody's file, and libraries that raise anything
        wrong = str(error) if isinstance(error, TemplateError) else _("文件不完好，或里面的算式出错")
        named = {"file": own.relative_to(current_app.instance_path).as_posix(), "wrong": wrong.rstrip(".")}
        raise Invalid(_("Word 模板 %(file)s 不能用：%(wrong)s。请信息科改正或移走它。", **named)) from error


def _filled(path: Path, words: Mapping[str, object]) -> bytes:
    from docxtpl import DocxTemplate  # noqa: PLC0415 - it is read for the first who needs it

    document, stream = DocxTemplate(path), io.BytesIO()
    sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined, finalize=_printable)
    document.render(dict(words), sandbox, autoescape=True)
    document.save(stream)
    return stream.getvalue()


def _printable(value: object) -> object:
    """Of text what an XML file may hold; of nothing, nothing."""
    return UNPRINTABLE.sub("", value) if isinstance(value, str) else "" if value is None else value
