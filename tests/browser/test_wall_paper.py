"""挂图 on paper, as a hospital grows: one sheet as long as it can be one, and then none that is empty."""

from itertools import product

import pytest

from intranet.db import transaction
from intranet.units import add_unit
from plugins.rectification.services.cards import Facts, open_card
from plugins.rectification.services.categories import add_category
from plugins.rectification.wording import SourceKind
from tests.browser.test_paper import printed, text_of
from tests.fixtures import person, unit
from tests.server import inside

pytestmark = pytest.mark.beside("rectification")
WALL = "/hospital/rectification/wall"


def grow(server, prefix: str, *, units: int = 0, categories: int = 0) -> None:
    """So many more units, each with a card of 其他; so many more categories, each with a card of nk1."""
    with inside(server), transaction():
        office, top, nk1 = person("office"), unit("hospital"), unit("nk1")
        names = [f"第{prefix}{number}病区" for number in range(units)]
        homes = [add_unit(f"{prefix}{place}", name, nk1.kind, top) for place, name in enumerate(names)]
        codes = [
            add_category(f"{prefix}专项{number}", by=office, unit=top).code for number in range(categories)
        ]
        for home, code in (*product(homes, ["other"]), *product([nk1], codes)):
            open_card(home, Facts("检查考核项目过多", code, SourceKind.MASSES), by=office)


def words_of(sheet) -> str:
    """Without the breaks a PDF puts between small letters."""
    return "".join(text_of(sheet).split())


def test_it_is_one_sheet_for_what_a_hospital_has_and_more_flows_on(server, page_as):
    page = page_as("supervisor")

    for prefix, more in (("a", {"units": 1}), ("b", {"units": 4, "categories": 3}), ("c", {"units": 23})):
        grow(server, prefix, **more)
        (sheet,) = printed(page, server.url + WALL)
        text = words_of(sheet)
        assert all(word in text for word in ("内一科", "第a0病区", "其他", "本周销号", "逾期最久"))

    grow(server, "d", units=80, categories=12)
    first, *others = printed(page, server.url + WALL)

    assert others
    assert all(word in words_of(first) for word in ("形式主义", "第", "逾期最久"))
    assert all("销号率" in words_of(sheet) for sheet in others)
