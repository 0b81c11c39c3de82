"""The extensions, unbound: `create_app` binds them."""

import enum
from datetime import UTC, datetime
from typing import Any, cast

from flask import g
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from sqlalchemy import DateTime, Enum, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator
from typing_extensions import override


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. A naive one is refused: nobody could say what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"naive datetime {value}"
            raise ValueError(message)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
WORDS = Enum(
    enum.StrEnum,
    native_enum=False,
    create_constraint=True,
    length=32,
    values_callable=lambda kind: [member.value for member in kind],
)


class Base(DeclarativeBase):
    """Every table of the product, the core's and the plugins'."""

    registry = registry(metadata=METADATA, type_annotation_map={datetime: UtcDateTime, enum.StrEnum: WORDS})


# Codes and paths compare byte by byte on every database, so that a subtree is one range.
Ascii = String(255).with_variant(String(255, collation="C"), "postgresql")

db = SQLAlchemy(model_class=Base)


def read_once() -> dict[str, Any]:
    """What this request keeps of its reading, by name; a new transaction forgets all of it."""
    return cast("dict[str, Any]", g.setdefault("read_once", {}))


login_manager = LoginManager()
csrf = CSRFProtect()
htmx = Htmx()
