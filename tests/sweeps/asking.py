"""Asking without lasting effect, and reading an answer whatever it is wrapped in."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from unittest.mock import patch
from urllib.parse import unquote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from intranet.extensions import db
from tests.crawler import content, path_of

RECORDS = {"core_audit_entry", "core_audit_head"}
"""What was asked for and refused may be written down."""


@contextmanager
def nothing_kept() -> Iterator[None]:
    """What is asked for is done and answered, then rolled back; nor does work go on behind the answer."""
    with patch.object(db.session, "commit", db.session.rollback), patch("threading.Thread.start"):
        yield


@contextmanager
def watched(app: Flask, found: list[str]) -> Iterator[None]:
    """Reports the tables that are not the same afterwards."""
    before = content(app)
    yield
    after = content(app)
    found += [f"changed {name}" for name in before if name not in RECORDS and before[name] != after[name]]


def nothing(found: list[str]) -> bool:
    """Whether the sweep found nothing; else the test fails with all it found, line by line."""
    if found:
        pytest.fail(f"{len(found)} found:\n" + "\n".join(found), pytrace=False)
    return True


def seen(response: TestResponse) -> str:
    """What became of a question, in a word."""
    to_login = path_of(response.headers.get("Location", "")) == "/login"
    words = {401: "login", 403: "refused", 404: "gone", 405: "gone"}
    if response.status_code >= 500:
        return "failure"
    return "login" if to_login else words.get(response.status_code, "open")


def text_of(response: TestResponse) -> str:
    """All a person could read in an answer: page, file or archive, its headers too."""
    headers = unquote(str(response.headers))
    return headers + "".join(readable(response.data))


def readable(content: bytes) -> Iterator[str]:
    """The content, and all that is packed into it."""
    yield content.decode("utf-8", "ignore")
    if content[:2] == b"\x1f\x8b":
        with suppress(OSError, EOFError):
            yield from readable(gzip.decompress(content))
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from readable(archive.read(name))
