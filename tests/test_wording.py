"""Words side by side, in both languages."""

import pytest
from flask_babel import force_locale

from intranet.wording import listed, sentences


@pytest.mark.parametrize(
    ("locale", "names", "text"),
    [("zh_Hans_CN", "内一科、外一科", "请选人。请定期限。"), ("en", "内一科, 外一科", "请选人。 请定期限。")],
)
def test_each_language_has_its_own_signs(app, locale, names, text):
    with app.test_request_context(), force_locale(locale):
        assert listed(["内一科", "外一科"]) == names
        assert sentences(["请选人。", "请定期限。"]) == text


def test_one_word_stands_alone_and_none_is_nothing(app):
    with app.test_request_context():
        assert listed(["内一科"]) == sentences(["内一科"]) == "内一科"
        assert listed([]) == sentences([]) == ""
