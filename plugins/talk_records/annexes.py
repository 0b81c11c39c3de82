"""Who is in a leading group, read from lines as plans and tables have them, for a person to look at."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

CHINESE = "一-鿿㐀-䶿"
NAME = rf"[{CHINESE}][{CHINESE}·]{{1,3}}"
SPACE = r"[ \u3000\t]"
APART = re.compile(rf"(?<![{CHINESE}])([{CHINESE}]){SPACE}+([{CHINESE}])(?![{CHINESE}])")
"""周 见: a name of two is set as wide as one of three."""
LABEL = re.compile(
    rf"(?P<role>(?:第一|常务)?副?组{SPACE}*长|成{SPACE}*员)(?:{SPACE}*[:：]|{SPACE}+)(?P<rest>.*)"
)
ONE = re.compile(rf"(?:^|(?<=[、，,；;\s]))({NAME})(?:同志)?(?:[（(]([^（）()]*)[)）])?(?=[、，,；;。\s]|$)")
IN_BRACKETS = rf"{SPACE}*[（(](?P<paren>[^（）()]*)[)）](?!{SPACE}*、){SPACE}*[:：,，]?"
BEHIND = rf"(?:{IN_BRACKETS}|{SPACE}*[:：，,]|{SPACE}+)(?P<rest>.*)"
PERSON = re.compile(rf"(?P<name>{NAME}?)(?:同志)?{BEHIND}")
POST = re.compile(r"书记|院长|主任|主席|会计师|委员|部长|处长|科长|局长|护士长|总监|助理")
WORK = re.compile(r"(?:全面)?(?:主持|分管|负责|主管|协助|联系|协管)")
NUMBER = re.compile(r"\s*(?:\d{1,2}[.、．]|[（(][一二三四五六七八九十\d]{1,2}[)）]|[①-⑳])\s*")
NOBODY = {"其他", "其它", "院领导", "有关", "以下", "姓名", "职务", "序号", "成员", "组长", "同志", "分工"}
HEADINGS = {
    "name": ("姓名", "名字", "领导姓名"),
    "duty": ("职务", "职务职称", "行政职务", "党政职务", "担任职务"),
    "role": ("小组职务", "组内职务", "领导小组职务"),
    "work": (
        "分工",
        "分管工作",
        "分管单位",
        "分管部门",
        "分管科室",
        "工作分工",
        "职责分工",
        "分管领域",
        "分管范围",
    ),
}
LONGEST_DUTY, MOST = 50, 60
BLANKS = " \u3000\r\n"
"""Around a line; a tab there is an empty cell."""


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody as the lines have them; `work`: their division of work, in its own words."""

    name: str
    duty: str = ""
    is_chief: bool = False
    work: str = ""


def rows_of(lines: Iterable[str]) -> list[Row]:
    """Everybody once, in the order they are named first; two lists of the same people are put together."""
    found: dict[str, Row] = {}
    role = ""
    places: dict[str, int] = {}
    for line in (line.strip(BLANKS) for line in lines if line.strip()):
        cells = [cell.strip() for cell in line.split("\t")]
        heading = _heading(cells)
        if heading or (places and len(cells) > 1):
            places = heading or places
            rows = [] if heading else _of_cells(cells, places)
        else:
            rows, role = _of_line(line, role)
        for row in rows:
            found[row.name] = _together(found[row.name], row) if row.name in found else row
    return list(found.values())[:MOST]


def _together(first: Row, second: Row) -> Row:
    """A post says more than 成员, and the words of both lists are kept."""
    is_post = POST.search(second.duty) and not POST.search(first.duty)
    duty = second.duty if is_post or not first.duty else first.duty
    work = "；".join(dict.fromkeys(filter(None, (first.work, second.work))))
    return Row(first.name, duty, first.is_chief or second.is_chief, work)


# A table ---------------------------------------------------------------------------------------------


def _heading(cells: Sequence[str]) -> dict[str, int]:
    """By what it holds, the place of each column; a table without names is none."""
    words = ["".join(cell.split()) for cell in cells]
    places = {key: words.index(word) for key, known in HEADINGS.items() for word in known if word in words}
    return places if "name" in places and len(places) > 1 else {}


def _of_cells(cells: Sequence[str], places: dict[str, int]) -> list[Row]:
    said = {key: cells[place] if place < len(cells) else "" for key, place in places.items()}
    name, role = "".join(said["name"].split()), said.get("role", "")
    if not re.fullmatch(NAME, name) or name in NOBODY:
        return []
    duty = said.get("duty") or role
    return [Row(name, duty[:LONGEST_DUTY], role == "组长" or is_chief(duty), said.get("work", ""))]


# A line ----------------------------------------------------------------------------------------------


def _of_line(line: str, role: str) -> tuple[list[Row], str]:
    """Those of the line, and the label that goes on in the next one: 成员 fill several lines."""
    number = NUMBER.match(line)
    words = APART.sub(r"\1\2", line[number.end() :] if number else line)
    label = LABEL.fullmatch(words)
    if label:
        role, rest = "".join(label["role"].split()), label["rest"]
        one = _one_person(rest, role) if WORK.search(rest) else None
        return [one] if one else _people(rest, role), role
    alone = _one_person(words, role)
    if alone:
        return [alone], ""
    people = _people(words, role) if role else []
    is_list = people and not ONE.sub("", words).strip("、，,；;。 \u3000\t")
    return (people, role) if is_list else ([], "")


def _people(words: str, role: str) -> list[Row]:
    """Names side by side, each with what stands in brackets behind it."""
    found = [(each[1], (each[2] or "").strip()) for each in ONE.finditer(words)]
    rows = [Row(name, _duty(said, role)) for name, said in found if may_be_a_name(name)]
    return [replace(row, is_chief=role in {"组长", "第一组长"}) for row in rows]


def may_be_a_name(words: str) -> bool:
    """No post and no unit: they stand between blanks and commas as names do."""
    return words not in NOBODY and not POST.search(words) and words[-1] not in "科室部处办院"


def _duty(said: str, role: str) -> str:
    return (said if said and said != "兼" else role)[:LONGEST_DUTY]


def _one_person(words: str, role: str) -> Row | None:
    """张三（院长）：主持…; 张三 副院长 分管…; a line without a post or work names nobody by itself."""
    match = PERSON.fullmatch(words)
    if match is None or match["name"] in NOBODY or len(match["name"]) < 2:  # noqa: PLR2004
        return None
    rest, said = match["rest"].strip(), (match["paren"] or "").strip()
    work = WORK.search(rest)
    before = rest[: work.start()].strip("：:，,；;、 \u3000\t") if work else rest.strip("：:，,。 \u3000\t")
    duty = said or before
    if not POST.search(duty) and not work:
        return None
    if not said and before and not POST.search(before):
        return None
    return Row(match["name"], _duty(duty, role), is_chief(duty), rest[work.start() :] if work else "")


def is_chief(duty: str) -> bool:
    """党委书记 is, 副书记 and 纪委书记 are not; 院长 alone may be either, and a person says so."""
    return (
        bool(re.search(r"(?<!副)(?:党委|总支|支部|党组)书记", duty))
        and "副书记" not in duty.partition("、")[0]
    )


# Units in charge -------------------------------------------------------------------------------------


def units_in(work: str, units: dict[int, str]) -> list[int]:
    """Those named in these words; a longer name is looked for first, so that no other is seen inside it."""
    found, left = [], work
    for key, name in sorted(units.items(), key=lambda unit: -len(unit[1])):
        if name in left:
            found.append(key)
            left = left.replace(name, "，")
    return sorted(found)
