"""What is typed on the pages of one's own account."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from intranet.passwords import MAX_PASSWORD


class ChangeForm(FlaskForm):
    """The present password, and the new one twice. What is named a password is never shown again.

    Nobody has a longer one than MAX_PASSWORD, and to look a megabyte of signs through takes seconds.
    """

    old_password = PasswordField(
        _l("现在的密码"),
        [
            InputRequired(_l("请填写现在的密码。")),
            Length(max=MAX_PASSWORD, message=_l("现在的密码不对，请检查后再试。")),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    new_password = PasswordField(
        _l("新密码"),
        [
            InputRequired(_l("请填写新密码。")),
            Length(max=MAX_PASSWORD, message=_l("新密码最多 %(max)d 个字符。")),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    new_password_again = PasswordField(
        _l("再输一次新密码"),
        [EqualTo("new_password", _l("两次输入的新密码不一样，请重新输入。"))],
        render_kw={"autocomplete": "new-password"},
    )
