"""What is typed."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from plugins.hello.models import MAX_LENGTH


class NoticeForm(FlaskForm):
    """A new notice."""

    text = TextAreaField(
        _l("公告内容"),
        [
            InputRequired(_l("请填写公告内容。")),
            Length(max=MAX_LENGTH, message=_l("公告最多 200 字，请删减。")),
        ],
    )
