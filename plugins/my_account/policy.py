"""Which passwords the site accepts, and for how long: the setting PASSWORD_POLICY chooses between two."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from unicodedata import category

from flask import current_app
from flask_babel import gettext as _

from intranet import clock
from intranet.models import User
from intranet.organisation import organisation
from intranet.passwords import MAX_PASSWORD, matches

LONG = 16
"""From so many signs on no mixture is asked."""
OWN = 5
"""Signs that must be left when everything guessers try first is taken out."""
SHORTEST_PIECE, LONGEST_PIECE = 2, 24
LEET = str.maketrans("@4301!5$7", "aaeoiisst")


@dataclass(frozen=True, slots=True)
class Policy:
    """What one of the two asks for."""

    shortest: int
    mixed: bool
    remembered: int
    """How many passwords may not be taken again, the present one included."""
    expires: bool


POLICIES = {
    "mlps": Policy(shortest=10, mixed=True, remembered=5, expires=True),
    "asvs": Policy(shortest=12, mixed=False, remembered=1, expires=False),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence to read before choosing, and whether a password follows it."""

    sentence: str
    holds: Callable[[str], bool]


def policy() -> Policy:
    """The one this site has chosen."""
    return POLICIES[current_app.config["PASSWORD_POLICY"]]


def must_change(user: User) -> bool:
    """Somebody else knows the password, or it is older than the policy allows."""
    oldest = clock.now() - timedelta(days=current_app.config["PASSWORD_DAYS"])
    old = user.password_set_at is not None and user.password_set_at <= oldest
    return user.first_until is not None or (policy().expires and old)


def rules(user: User) -> list[Rule]:
    """What a new password of this person must be."""
    asked, found = policy(), []
    size = _("要有 %(least)s 至 %(most)s 个字符，空格也算。", least=asked.shortest, most=MAX_PASSWORD)
    found.append(Rule(size, lambda password: asked.shortest <= len(password) <= MAX_PASSWORD))
    if asked.mixed:
        mixture = _("大写字母、小写字母、数字、其他符号至少有三种；满 %(long)s 个字符的不限。", long=LONG)
        found.append(Rule(mixture, lambda password: len(password) >= LONG or _kinds(password) >= 3))  # noqa: PLR2004 - as the sentence says
    own = _("去掉常见密码、键盘顺序、日期、重复和姓名、工号、单位名称，至少还剩 %(own)s 个字符。", own=OWN)
    found.append(Rule(own, lambda password: len(own_idea(password, user)) >= OWN))
    new = (
        _("不能是现在的密码。")
        if asked.remembered == 1
        else _("不能是最近用过的 %(count)s 个密码。", count=asked.remembered)
    )
    found.append(Rule(new, lambda password: not _was_used(password, user)))
    return found


def _kinds(password: str) -> int:
    """Capitals, small letters, digits, everything else: how many of these."""
    return len({kind if kind in {"Lu", "Ll", "Nd"} else "" for kind in map(category, password)})


def _was_used(password: str, user: User) -> bool:
    return any(matches(old, password) for old in used_before(user))


def used_before(user: User) -> list[str]:
    """Hashes of the passwords that may not come again, the present one first."""
    return [user.password_hash, *user.old_passwords][: policy().remembered]


# Guessing ----------------------------------------------------------------------------------------


def own_idea(password: str, user: User) -> str:
    """What is left of a password without common words, runs of keys, dates, repetitions and names."""
    known, text = _common() | _names_around(user), password.casefold()
    ways = (text, re.sub(r"(.{1,4}?)\1\1+", "", text))
    return min((_without(known, _without(known, way).translate(LEET)) for way in ways), key=len)


def _without(known: frozenset[str], text: str) -> str:
    """Takes known pieces out, at each place the longest."""
    left, at = "", 0
    while at < len(text):
        sizes = range(LONGEST_PIECE, SHORTEST_PIECE - 1, -1)
        size = next((size for size in sizes if text[at : at + size] in known), 0)
        left += "" if size else text[at]
        at += size or 1
    return left


def _names_around(user: User) -> frozenset[str]:
    """Of the person, the site and its units, in signs and the person's in Pinyin too."""
    spelt = user.pinyin.split()
    words = {user.username, user.name, current_app.config["SITE_NAME"], *spelt, "".join(spelt)}
    words |= {word for unit in organisation().units for word in (unit.code, unit.name)}
    return frozenset(word.casefold() for word in words if len(word) > SHORTEST_PIECE or not word.isascii())


@cache
def _common() -> frozenset[str]:
    """Pieces most guessed passwords are made of."""
    words = Path(__file__).with_name("common_pieces.txt").read_text("utf-8").split()
    return frozenset({*words, *_runs(), *_days()})


def _runs() -> set[str]:
    """Three keys and more side by side, forwards and backwards."""
    rows = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "!@#$%^&*()"]
    rows += [
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
        "qazwsxedcrfvtgbyhnujmik",
        "1q2w3e4r5t6y7u8i9o0p",
        "147258369",
    ]
    lines = [*rows, *(row[::-1] for row in rows)]
    return {
        line[start:end]
        for line in lines
        for start in range(len(line))
        for end in range(start + 3, min(len(line), start + LONGEST_PIECE) + 1)
    }


def _days() -> set[str]:
    """Years, and days of a year as people write them."""
    years = {str(year) for year in range(1940, 2040)}
    days = {f"{month:02}{day:02}" for month in range(1, 13) for day in range(1, 32)}
    return years | days
