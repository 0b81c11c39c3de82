"""Words side by side, in both languages."""

import pytest

from intranet.web import in_language
from intranet.wording import listed, sentences

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("language", "names", "text"),
    [("zh", "内一科、外一科", "请选人。请定期限。"), ("en", "内一科, 外一科", "请选人。 请定期限。")],
)
def test_each_language_has_its_own_signs(app, language, names, text):
    with app.test_request_context(), in_language(language):
        assert listed(["内一科", "外一科"]) == names
        assert sentences(["请选人。", "请定期限。"]) == text


def test_one_word_stands_alone_and_none_is_nothing(app):
    with app.test_request_context():
        assert listed(["内一科"]) == sentences(["内一科"]) == "内一科"
        assert listed([]) == sentences([]) == ""


def test_a_paper_speaks_its_own_language_and_the_page_goes_on_in_its_own(app):
    with app.test_request_context(), in_language("en"):
        assert listed(["内一科", "外一科"]) == "内一科, 外一科"
        with in_language("zh"):
            assert listed(["内一科", "外一科"]) == "内一科、外一科"
        assert listed(["内一科", "外一科"]) == "内一科, 外一科"
