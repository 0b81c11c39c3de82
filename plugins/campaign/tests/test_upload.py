"""A plan is uploaded: a draft is made, or a sentence says why not."""

import io

import pytest

from plugins.campaign.models import Activity, Draft, Plan
from tests.fixtures import login

from .conftest import BOTH, PLAN, count, upload


@BOTH
def test_an_upload_writes_a_draft_and_no_plan(app, office, headers):
    file = (io.BytesIO(PLAN.encode()), "方案.txt")

    response = office.post("/hospital/campaign/import", data={"file": file}, headers=headers)

    assert response.status_code == (200 if headers else 303)
    assert (count(app, Draft), count(app, Plan), count(app, Activity)) == (1, 0, 0)


@pytest.mark.one_engine
@BOTH
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("方案.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("方案.pdf", b"%PDF-1.4\n%%EOF"),
        ("方案.txt", b""),
        ("方案.txt", b"   \n\n"),
        ("方案.docx", "不是 Word".encode()),
        ("方案.exe", b"MZ"),
    ],
)
def test_what_cannot_be_read_is_refused_on_the_same_page(app, office, headers, name, content):
    data = {"file": (io.BytesIO(content), name), "year": "2026"}

    response = office.post("/hospital/campaign/import", data=data, headers=headers)

    assert response.status_code == 422
    assert 'class="error"' in response.text
    assert 'value="2026"' in response.text
    assert count(app, Draft) == 0


@pytest.mark.one_engine
@pytest.mark.parametrize(("setting", "said"), [(5, 5), (25, 10)])
def test_the_page_names_the_limit_that_holds(app, office, setting, said):
    app.config["UPLOAD_MB"] = setting

    assert f"不超过 {said} MB" in office.get("/hospital/campaign/import").text


@pytest.mark.one_engine
def test_no_file_and_a_strange_year_are_refused(office):
    response = office.post("/hospital/campaign/import", data={"year": "二零"})

    assert response.status_code == 422
    assert "请选择要上传的方案文件。" in response.text
    assert "请填写四位数的年份，例如 2026。" in response.text


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("username", "url", "status"),
    [
        ("leader", "/hospital/campaign/import", 200),
        ("head", "/nk1/campaign/import", 403),
        ("supervisor", "/hospital/campaign/import", 403),
        ("head", "/hospital/campaign/import", 404),
        ("system", "/hospital/campaign/import", 404),
    ],
)
def test_who_may_upload(app, username, url, status):
    assert login(app, username).get(url).status_code == status


def test_a_draft_belongs_to_its_unit(app, office):
    upload(office)

    assert login(app, "head").get("/nk1/campaign/drafts/1").status_code == 403
    assert office.get("/nk1/campaign/drafts/1").status_code == 404
