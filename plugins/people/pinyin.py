"""Names in Latin letters, so that a person is found by `zhangsan` and by `zs`."""

import os

SURNAMES = {
    "单": "shan",
    "仇": "qiu",
    "曾": "zeng",
    "解": "xie",
    "查": "zha",
    "区": "ou",
    "任": "ren",
    "华": "hua",
    "朴": "piao",
    "盖": "ge",
    "乐": "yue",
    "翟": "zhai",
    "缪": "miao",
    "尹": "yin",
    "尉": "wei",
    "覃": "qin",
    "冼": "xian",
    "洗": "xian",
    "逄": "pang",
    "隗": "wei",
    "召": "shao",
    "种": "chong",
    "员": "yun",
    "折": "she",
    "秘": "bi",
    "繁": "po",
    "黑": "he",
    "万俟": "mo qi",
    "尉迟": "yu chi",
    "长孙": "zhang sun",
    "单于": "chan yu",
    "澹台": "tan tai",
}
"""As a surname these sound otherwise: of two ways the commoner. The person's page mends the rest."""
TWO_AND_ONE = 3


def pinyin_of(name: str) -> str:
    """仇小明 → `qiu xiao ming`: the surname by the table, one syllable a sign."""
    os.environ["PYPINYIN_NO_PHRASES"] = "true"  # no names, and 45 MB
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - only where names are typed

    plain = "".join(sign for sign in name if sign.isalnum())
    longest = 2 if len(plain) >= TWO_AND_ONE else 1
    surname = next((plain[:length] for length in (longest, 1) if plain[:length] in SURNAMES), "")
    syllables = lazy_pinyin(plain[len(surname) :], style=Style.NORMAL)
    return " ".join([*filter(None, [SURNAMES.get(surname)]), *syllables]).lower()[:255]


def initials_of(pinyin: str) -> str:
    """`qiu xiao ming` → `qxm`."""
    return "".join(syllable[0] for syllable in pinyin.split())


def keys_of(name: str, pinyin: str = "") -> dict[str, str]:
    """Both columns of a person; `pinyin` as somebody has corrected it."""
    sound = " ".join(pinyin.lower().split()) or pinyin_of(name)
    return {"pinyin": sound, "initials": initials_of(sound)}
