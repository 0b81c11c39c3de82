"""What people read when something is refused or breaks: Chinese, valid, and it says what to do next."""

import logging
import re
from pathlib import Path

import pytest

from intranet import error_pages, errors
from intranet.extensions import db
from intranet.models import UnitPlugin, User
from intranet.permissions import for_everyone, for_strangers
from tests.fixtures import HTMX, check_html, login, unit
from tests.postgres import execute

pytestmark = pytest.mark.one_engine

REFUSALS = {
    403: errors.Forbidden("您不能代别的科室上报，请联系活动办。"),
    404: errors.NotFound("没有这张卡片，请从看板重新进入。"),
    409: errors.Conflict("这张卡片刚被李主任移动，请刷新后再试。"),
    422: errors.Invalid("完成时间早于开始时间，请改正后再提交。"),
    429: errors.TooMany("密码错误次数过多，请稍后再试。"),
}
SECRET = "my-secret-word"
QUOTED = {
    "itself": "raise ValueError(SECRET)",
    "a cause": "raise ValueError from KeyError(SECRET)",
    "what came before": "try:\n    {}[SECRET]\nexcept KeyError:\n    1 / 0",
    "a note": "error = ValueError(); error.add_note(SECRET); raise error",
    "one of a group": "raise ExceptionGroup(SECRET, [ValueError(SECRET)])",
    "letters it cannot write": "(SECRET + chr(0xD800) + SECRET).encode()",
    "a number it cannot read": "int(SECRET)",
}


@pytest.fixture
def site(hello_app):
    """The app with a page that refuses in every way, one that breaks, and one that leaves data broken."""

    @for_everyone
    def refuse(status):
        raise REFUSALS[status]

    @for_strangers
    def explode():
        raise RuntimeError(SECRET)

    @for_everyone
    def clash():
        db.session.add(User(username="head", name="第二个", password_hash=""))
        db.session.flush()

    @for_everyone
    def bad_commit():
        db.session.add(UnitPlugin(unit_id=unit("nk1").id, plugin=None))
        return "ok"

    hello_app.add_url_rule("/refuse/<int:status>", "refuse", refuse, methods=["GET", "POST"])
    hello_app.add_url_rule("/explode", "explode", explode, methods=["GET", "POST"])
    hello_app.add_url_rule("/clash", "clash", clash, methods=["POST"])
    hello_app.add_url_rule("/bad-commit", "bad_commit", bad_commit, methods=["POST"])
    return hello_app


def refused(response, status):
    assert response.status_code == status
    assert re.search(r"[一-鿿]{6,}", response.text), response.text
    assert re.search("请", response.text)
    check_html(response)


@pytest.mark.parametrize("status", sorted(REFUSALS))
def test_a_refusal_is_a_whole_page_with_its_sentence(site, status):
    response = login(site, "head").get(f"/refuse/{status}")

    refused(response, status)
    assert REFUSALS[status].message in response.text
    assert "李牧原" in response.text  # the frame is there: one can go on


@pytest.mark.parametrize("status", sorted(REFUSALS))
def test_a_refused_fragment_goes_to_the_notice_line_and_carries_no_page(site, status):
    response = login(site, "head").get(f"/refuse/{status}", headers=HTMX)

    assert response.status_code == status
    assert response.headers["HX-Retarget"] == "#notice"
    assert response.headers["HX-Reswap"] == "innerHTML"
    assert REFUSALS[status].message in response.text
    assert "<html" not in response.text
    assert "<main" not in response.text


def test_an_unknown_address_is_a_page_for_everybody(site):
    for username in (None, "head", "system"):
        refused(login(site, username).get("/no/such/page"), 404)


def test_the_wrong_method_is_a_page(site):
    refused(login(site, "head").put("/nk1/"), 405)


def test_a_form_without_token_is_a_page_that_says_to_reload(site):
    response = login(site, "head").post("/nk1/hello/", data={"text": "早会"}, csrf=False)

    refused(response, 400)
    assert "刷新" in response.text
    assert '<pre class="typed">早会</pre>' in response.text


def test_a_broken_request_is_a_page(site):
    broken = {"data": b"--x\r\nbroken", "content_type": "multipart/form-data; boundary=y"}
    refused(login(site, "head").post("/refuse/422", **broken, csrf=False), 400)


def test_too_large_an_upload_is_a_page_that_names_the_limit(site):
    body = {"data": b"x" * (11 * 1024 * 1024), "content_type": "application/x-www-form-urlencoded"}

    response = login(site, "head").post("/nk1/hello/", **body)

    refused(response, 413)
    assert "文件超过 10 MB，没有上传" in response.text
    assert "拆成几个文件" in response.text


@pytest.mark.parametrize("body", [b"x=" + b"%" * (2 * 1024 * 1024), b"a&" * 100_000])
def test_a_form_that_is_too_much_is_refused_before_it_is_read(site, body, monkeypatch):
    monkeypatch.setattr("werkzeug.formparser.parse_qsl", None)
    form = {"data": body, "content_type": "application/x-www-form-urlencoded"}

    refused(login(site, "head").post("/nk1/hello/", **form), 413)


def test_too_long_a_text_is_not_called_a_file(site):
    field = b'--y\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + b"x" * (3 * 1024 * 1024)
    long = {"data": field + b"\r\n--y--\r\n", "content_type": "multipart/form-data; boundary=y"}

    response = login(site, "head").post("/nk1/hello/", **long)

    refused(response, 413)
    assert "填写的文字太多" in response.text
    assert "文件超过" not in response.text


def test_typed_text_is_on_the_refusal_page_and_passwords_are_not(site):
    data = {"text": "写了很久的一段话<b>", "password": SECRET, "new_password": SECRET, "version": "7"}

    response = login(site, "head").post("/refuse/409", data=data)

    refused(response, 409)
    assert "写了很久的一段话&lt;b&gt;" in response.text
    assert SECRET not in response.text
    assert ">7<" not in response.text


@pytest.mark.parametrize("username", [None, "head"])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_a_failure_shows_a_number_that_is_in_the_log_and_no_traceback(site, caplog, username, headers):
    with caplog.at_level(logging.ERROR, "intranet"):
        response = login(site, username).get("/explode", headers=headers)

    number = re.search(r"编号 ([0-9a-f]{8})", response.text)[1]
    assert response.status_code == 500
    assert f"failure {number} at GET /explode" in caplog.text
    assert "RuntimeError (test_errors.py:" in caplog.text
    assert SECRET not in caplog.text
    assert SECRET not in response.text
    assert "Traceback" not in response.text
    if not headers:
        refused(response, 500)


@pytest.mark.parametrize("how", QUOTED)
def test_no_line_of_the_log_has_an_errors_own_words(app, caplog, how):
    """Whoever writes the line: ours, the web server, a library."""
    try:
        exec(QUOTED[how], {"SECRET": SECRET})  # noqa: S102 - ours, from above
    except Exception as error:
        logging.getLogger("waitress").exception("Exception while serving")
        logging.getLogger("library").warning("did not work: %s", error, exc_info=True)
        logging.getLogger("library").warning(error)
        kind = type(error).__name__

    assert caplog.text.count(kind) >= 4
    assert 'File "<string>", line ' in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("path", ["/clash", "/bad-commit"])
def test_a_failure_of_the_database_is_a_whole_page_too(site, path):
    response = login(site, "head").post(path)

    refused(response, 500)
    assert "编号" in response.text
    assert login(site, "head").get("/").status_code == 200


def test_without_a_database_the_page_has_no_menu_but_its_sentence(site):
    client = login(site, "head")
    take_database_away(site)

    response = client.get("/")

    refused(response, 500)
    assert "编号" in response.text


def take_database_away(app):
    """The file is spoilt; the server lets nobody in."""
    with app.app_context():
        url = db.engine.url
        db.session.remove()
        db.engine.dispose()
    if url.get_backend_name() == "sqlite":
        for path in Path(app.instance_path).glob("intranet.sqlite*"):
            path.write_bytes(b"spoilt" * 1000)
    else:
        server = url.set(database="postgres").render_as_string(hide_password=False)
        execute(server, f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false')


def test_error_sentences_exist_for_every_code_we_answer():
    assert set(error_pages.SENTENCES) == {400, 401, 403, 404, 405, 409, 413, 422, 429, 503}
