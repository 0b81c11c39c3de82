"""The site's table of categories: edited at the top, kept by cards, read anew when it has changed."""

import pytest

from intranet.db import transaction
from intranet.extensions import db
from plugins.rectification.models import CategoryRow
from plugins.rectification.queries.categories import category_titles
from plugins.rectification.queries.scope import scope_over
from plugins.rectification.stages import Stage
from tests.fixtures import check_html, person, unit

HOSPITAL = "/hospital/rectification/"
FOUR_WINDS = ["形式主义", "官僚主义", "享乐主义", "奢靡之风", "其他"]


def test_a_category_is_added_renamed_and_retired_and_cards_keep_theirs(make_card, client_for):
    card_id, office = make_card(), client_for("office")
    assert "官僚主义" in office.get(HOSPITAL).text
    page = office.get(f"{HOSPITAL}categories")
    check_html(page)
    assert [name for name in FOUR_WINDS if name in page.text] == FOUR_WINDS

    assert office.post(f"{HOSPITAL}categories", data={"name": "医德医风"}).status_code == 303
    words = {"name": "推诿扯皮", "position": 9, "retired": "y", "version": 1}
    assert office.post(f"{HOSPITAL}categories/bureaucracy", data=words).status_code == 303

    board, form = office.get(HOSPITAL).text, office.get(f"{HOSPITAL}cards/new").text
    assert "推诿扯皮" in board
    assert "官僚主义" not in board
    assert "医德医风" in form
    assert "推诿扯皮" not in form
    assert "推诿扯皮" in office.get(f"{HOSPITAL}cards/{card_id}/edit").text
    assert "推诿扯皮" in client_for("head").get(f"/nk1/rectification/cards/{card_id}").text


def test_two_of_one_name_and_the_second_of_two_editors_are_refused_with_what_they_typed(client_for):
    office = client_for("office")
    twice = office.post(f"{HOSPITAL}categories", data={"name": "形式主义"})
    assert twice.status_code == 422
    assert "已经有叫“形式主义”的类别。" in twice.text
    first = {"name": "文山会海", "position": 1, "version": 1}
    assert office.post(f"{HOSPITAL}categories/formalism", data=first).status_code == 303

    late = office.post(f"{HOSPITAL}categories/formalism", data={**first, "name": "走过场"})

    assert late.status_code == 409
    assert "现在叫“文山会海”" in late.text
    assert 'value="走过场"' in late.text


def test_only_the_office_of_the_topmost_unit_edits_them(app, client_for):
    assert client_for("head").get("/nk1/rectification/categories").status_code == 403
    assert client_for("office").get("/nk1/rectification/categories").status_code == 404
    assert client_for("supervisor").post(f"{HOSPITAL}categories", data={"name": "x"}).status_code == 403


def rename_and_fail():
    """Another name, read once inside the transaction that fails."""
    with transaction():
        row = db.session.get_one(CategoryRow, 1)
        row.name, row.version = "没有的事", 2
        db.session.flush()
        who = person("office")
        assert category_titles(scope_over([unit("hospital")], who))["formalism"] == "没有的事"
        _ = 1 / 0


def test_what_is_rolled_back_is_not_remembered(app, make_card, client_for):
    make_card(Stage.IN_PROGRESS)
    office = client_for("office")
    assert "形式主义" in office.get(HOSPITAL).text
    with app.app_context(), pytest.raises(ZeroDivisionError):
        rename_and_fail()
    with app.app_context(), transaction():
        row = db.session.get_one(CategoryRow, 1)
        row.name, row.version = "文山会海", 2

    assert "文山会海" in office.get(HOSPITAL).text
