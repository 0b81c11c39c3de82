"""Codes of half a minute, codes for once, and the seal around their secret."""

import hmac
import secrets

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from flask_babel import gettext as _

from intranet import clock
from intranet.errors import Invalid
from intranet.models import User
from intranet.passwords import LETTERS

SECONDS = 30
NONCE = 12
RECOVERY_CODES = 10


# The secret --------------------------------------------------------------------------------------


def new_secret() -> str:
    """160 random bits, as authenticators take them."""
    return pyotp.random_base32()


def seal(secret: str, user: User) -> bytes:
    """Only for this person: copied to another one's row it opens nothing."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + _lock().encrypt(nonce, secret.encode(), _owner(user))


def unseal(sealed: bytes, user: User) -> str:
    """Raises Invalid for a seal of somebody else, or one that was changed."""
    try:
        return _lock().decrypt(sealed[:NONCE], sealed[NONCE:], _owner(user)).decode()
    except (InvalidTag, ValueError) as error:
        raise Invalid(_("页面已过期，请重新打开再设置。")) from error


def _lock() -> AESGCM:
    return AESGCM(current_app.config["SEALING_KEY"])


def _owner(user: User) -> bytes:
    return f"two_factor {user.id}".encode()


# Codes of half a minute --------------------------------------------------------------------------


def step_of(secret: str, typed: str, after: int) -> int | None:
    """The half minute this code belongs to: now, one before or one after, and later than `after`."""
    now = int(clock.now().timestamp()) // SECONDS
    maker = pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if step > after and hmac.compare_digest(maker.at(step * SECONDS), typed):
            return step
    return None


def plain(typed: str) -> str:
    """As people type it: with spaces, strokes or capitals."""
    return "".join(sign for sign in typed.casefold() if sign.isalnum() and sign.isascii())


def address(secret: str, user: User) -> str:
    """What the QR code says: the secret, whose and of which site."""
    site = current_app.config["SITE_NAME"]
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=site)


# Codes for once ----------------------------------------------------------------------------------


def new_recovery_codes() -> list[str]:
    """Ten of fifty bits, in two halves that are easy to copy from paper."""
    halves = ("".join(secrets.choice(LETTERS) for _letter in range(5)) for _half in range(2 * RECOVERY_CODES))
    return [f"{half}-{next(halves)}" for half in halves]


def hash_of(code: str, user: User) -> str:
    """Keyed, so that the database alone does not let anybody try codes out."""
    words = f"two_factor recovery {user.id} {plain(code)}".encode()
    return hmac.digest(current_app.config["SEALING_KEY"], words, "sha256").hex()
