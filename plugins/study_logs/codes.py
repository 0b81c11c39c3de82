"""The code on the wall: made anew for every stretch of time, kept nowhere."""

import hmac
from datetime import datetime

from flask import current_app

from intranet.passwords import LETTERS
from plugins.study_logs.models import Sitting

SIGNS = LETTERS.upper()
LENGTH = 6


def code_of(sitting: Sitting, now: datetime, seconds: int, *, back: int = 0) -> str:
    """The code of this stretch of time, or of an earlier one."""
    stretch = int(now.timestamp()) // seconds - back
    words = f"study_logs:{sitting.id}:{sitting.secret}:{stretch}"
    number = int.from_bytes(
        hmac.digest(current_app.config["SECRET_KEY"], words.encode(), "sha256")[:16], "big"
    )
    signs = []
    for _place in range(LENGTH):
        number, place = divmod(number, len(SIGNS))
        signs.append(SIGNS[place])
    return "".join(signs)


def is_code_of(sitting: Sitting, typed: str, now: datetime, seconds: int) -> bool:
    """Of now or of the stretch before: whoever has just read it needs a moment to type it."""
    known = [code_of(sitting, now, seconds, back=back) for back in (0, 1)]
    return any(hmac.compare_digest(code, typed) for code in known)


def seconds_left(now: datetime, seconds: int) -> int:
    return seconds - int(now.timestamp()) % seconds
