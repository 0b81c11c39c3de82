"""Writing the same words into every form that takes words, as the people of a unit would."""

import io
from datetime import timedelta
from functools import cache

from docx import Document
from flask import Flask
from werkzeug.datastructures import MultiDict

from intranet import clock
from tests.crawler import crawl
from tests.fixtures import Client, login
from tests.forms import Form, forms_of


def write_everywhere(app: Flask, who: str, code: str, words: str) -> int:
    """Sends one form of each kind on this person's pages of the unit. Returns how many were taken."""
    client = login(app, who)
    found: dict[object, Form] = {}
    for path, page in crawl(client, [f"/{code}/"], limit=60, alike=2).items():
        if path.startswith(f"/{code}/") and page.mimetype == "text/html":
            found |= {form.kind: form for form in forms_of(page.text, path) if form.takes_words}
    return sum(send(client, form, words).status_code < 400 for form in found.values())


def send(client: Client, form: Form, words: str):
    return client.post(form.action, data=filled(form, words))


def filled(form: Form, words: str) -> MultiDict[str, object]:
    """What stands there, the words in every free field, and something in every field that was empty."""
    return MultiDict((name, answer(form, name, value, kind, words)) for name, value, kind in form.fields)


def answer(form: Form, name: str, value: str, kind: str, words: str) -> object:
    if kind == "file":
        return (io.BytesIO(document(words)), f"{words}.docx")
    if kind in {"text", "textarea"}:
        return words
    if kind == "date":
        return value or (clock.today() + timedelta(days=30)).isoformat()
    offered = [choice for field, choice in form.choices if field == name and choice]
    return value or (offered or [""])[0]


@cache
def document(words: str) -> bytes:
    """A file in which they stand."""
    made, content = Document(), io.BytesIO()
    made.add_paragraph(words)
    made.save(content)
    return content.getvalue()
