"""Passwords: how they are kept, and the first one an administrator hands out."""

import secrets
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask import current_app
from flask_babel import gettext as _

from intranet import audit, clock, sessions
from intranet.errors import Invalid
from intranet.models import User

# OWASP Password Storage: argon2id with at least 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
NOBODY = HASHER.hash("nobody has this account")
"""Checked when the account does not exist, so that the answer takes as long."""
MIN_PASSWORD, MAX_PASSWORD = 10, 256
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of whatever is copied from paper or a screen: none looks like another."""


def hash_password(password: str) -> str:
    """Raises Invalid when the password is too short to be one."""
    if len(password) < MIN_PASSWORD:
        raise Invalid(_("密码至少 %(length)s 位。", length=MIN_PASSWORD))
    return HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether this is the password, exactly as typed."""
    try:
        return HASHER.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


def draw() -> tuple[str, str]:
    """A random password and its hash. Slow: for many, call it before `start_writing`."""
    password = "-".join("".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(4))
    return password, HASHER.hash(password)


def give_first(user: User, *, by: User | None, drawn: tuple[str, str] | None = None) -> str:
    """A random password that is good for a day and for nothing but choosing another. To be shown once."""
    password, user.password_hash = drawn or draw()
    user.first_until = clock.now() + timedelta(hours=current_app.config["FIRST_PASSWORD_HOURS"])
    sessions.end(user, by=by)
    audit.record(by, "core:first-password", f"core_user:{user.id}")
    return password
