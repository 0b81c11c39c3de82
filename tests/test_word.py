"""Word files: filled from templates a site may replace, in a sandbox, and whole whatever the words."""

import io
from pathlib import Path

import docx
import pytest

from intranet.documents import word
from intranet.errors import Invalid
from tests.office import parts, shown_by_libreoffice

pytestmark = pytest.mark.one_engine

ODD = "门诊 <急诊> & 药房 {{ 7*7 }} {% x %} \x0b\x00]]> 第二行\n第三行"


@pytest.fixture
def site_template(app):
    """Saves a template of the site's own; returns its path."""

    def save(text: str | bytes) -> Path:
        path = Path(app.instance_path) / "templates" / "word" / "campaign" / "schedule.docx"
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            made = docx.Document()
            made.add_paragraph(text)
            made.save(str(path))
        return path

    return save


def filled(app, **words):
    with app.test_request_context():
        return word.fill("campaign", "schedule", words)


def text_of(content):
    return "\n".join(line.text for line in docx.Document(io.BytesIO(content)).paragraphs)


def test_the_sites_own_template_wins_until_it_is_moved_away(app, site_template):
    words = {"title": "方案", "unit": "医院", "day": "今天", "excerpt": False, "phases": [], "rows": []}
    own = site_template("本院的样式：{{ title }}")

    assert text_of(filled(app, **words)) == "本院的样式：方案"

    own.unlink()
    assert "活动安排表" in text_of(filled(app, **words))


def test_no_words_break_the_file_and_none_are_run(app, site_template, tmp_path):
    site_template("{{ a }}{{ nothing }}。")

    content = filled(app, a=ODD, nothing=None)

    assert text_of(content) == ODD.replace("\x0b\x00", "") + "。"
    shown = shown_by_libreoffice(content, "odd.docx", tmp_path)
    assert "门诊 <急诊> & 药房 {{ 7*7 }} {% x %}" in shown


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ("{{ titel }}", "'titel' is undefined"),
        ("{% for row in rows %}{{ row }}", "Unexpected end of template"),
        ("{{ ''.__class__ }}", "access to attribute '__class__' of 'str' object is unsafe"),
        ("{{ title.__class__.__mro__ }}", "access to attribute '__class__' of 'str' object is unsafe"),
        ("{{ rows.append(1) }}", "access to attribute 'append' of 'list' object is unsafe"),
        ("{{ title / 2 }}", "里面的算式出错"),
        (b"no document", "文件不完好"),
        (b"PK\x03\x04", "文件不完好"),
    ],
)
def test_a_broken_template_of_the_site_is_named_with_its_fault(app, site_template, template, wrong):
    site_template(template)

    with pytest.raises(Invalid) as refusal:
        filled(app, title="方案", rows=[])

    sentence = str(refusal.value.message)
    assert sentence.startswith("Word 模板 templates/word/campaign/schedule.docx 不能用：")
    assert wrong in sentence
    assert sentence.endswith("请信息科改正或移走它。")


def test_a_template_keeps_who_wrote_it_to_itself(app):
    words = {"title": "方案", "unit": "医院", "day": "今天", "excerpt": False, "phases": [], "rows": []}

    assert b"python" not in parts(filled(app, **words))["docProps/core.xml"]
