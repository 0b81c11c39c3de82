"""Questions built once, whose answers are narrow rows."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Executable

from intranet.extensions import db


def ask(question: Executable, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a result of any columns
    """Past the part of the ORM that makes objects: here it takes a third of the time and makes none."""
    db.session.flush()
    return db.session.connection().execute(question, values)
