"""Which units of the hospital's tree a plan means by a name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intranet.models import Unit, UnitKind

EVERY_KIND = (
    (re.compile(r"各(基层|下属|所属)?(党总支|党)?支部(委员会)?"), UnitKind.BRANCH),
    (re.compile(r"各(党)?小组"), UnitKind.GROUP),
    (
        re.compile(
            r"(全院)?各(有关|相关|职能|临床|医技|业务|行政|机关)*(科室|部门|处室|单位|科|病区)"
            r"([（(].*[）)])?"
        ),
        UnitKind.DEPARTMENT,
    ),
)
THE_WHOLE = re.compile(r"(本|我|全)院|医院|(医院|院)党委|(医院)?党委")
PEOPLE = re.compile(
    r"^全体|(领导|领导班子|班子|成员|党员|干部|职工|员工|人员|书记|院长|主任|组长|负责人|同志|代表)$"
)
FOREIGN = re.compile(r"^(市|省|县|区|局|上级|中央)")
"""The office of the health bureau is not ours, although its name ends alike."""
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Match:
    """What a name stands for. `known` with no units: a group of people, left as text."""

    name: str
    units: tuple[Unit, ...] = ()
    known: bool = True

    @property
    def is_same(self) -> bool:
        """The name is the unit's own."""
        return len(self.units) == 1 and self.units[0].name == self.name


def match_all(
    names: Sequence[str],
    tree: Sequence[Unit],
    remembered: Mapping[str, Sequence[int]],
) -> dict[str, Match]:
    """Every name once. `tree` begins with the plan's own unit; `remembered` holds what people said."""
    return {name: _match(name, tree, remembered) for name in dict.fromkeys(names)}


def _match(name: str, tree: Sequence[Unit], remembered: Mapping[str, Sequence[int]]) -> Match:
    if name in remembered:
        wanted = set(remembered[name])
        return Match(name, tuple(unit for unit in tree if unit.id in wanted))
    plain = re.sub(r"\s+", "", name)
    same = [unit for unit in tree if unit.name == plain]
    if len(same) == 1:
        return Match(name, tuple(same))
    for pattern, kind in EVERY_KIND:
        if pattern.fullmatch(plain):
            all_of_kind = tuple(unit for unit in tree if unit.kind is kind)
            return Match(name, all_of_kind, known=bool(all_of_kind))
    return _match_loosely(name, plain, tree)


def _match_loosely(name: str, plain: str, tree: Sequence[Unit]) -> Match:
    if THE_WHOLE.fullmatch(plain):
        return Match(name, (tree[0],))
    if PEOPLE.search(plain):
        return Match(name)
    similar = () if FOREIGN.search(plain) else _similar(plain, tree)
    return Match(name, similar, known=bool(similar))


def _similar(plain: str, tree: Sequence[Unit]) -> tuple[Unit, ...]:
    """The one unit whose name ends the given one, or stands in it, or the other way round."""
    if len(plain) < SHORTEST:
        return ()
    below = tree[1:]
    ending = [unit for unit in below if plain.endswith(unit.name)]
    inside = [unit for unit in below if unit.name in plain]
    around = [unit for unit in below if plain in unit.name]
    found = ending or inside or around
    return tuple(found) if len(found) == 1 else ()
