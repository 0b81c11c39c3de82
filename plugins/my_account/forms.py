"""What is typed on the pages of one's own account."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired


class ChangeForm(FlaskForm):
    """The present password, and the new one twice."""

    old = PasswordField(
        _l("现在的密码"),
        [InputRequired(_l("请填写现在的密码。"))],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("新密码"), [InputRequired(_l("请填写新密码。"))], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        _l("再输一次新密码"),
        [EqualTo("new", _l("两次输入的新密码不一样，请重新输入。"))],
        render_kw={"autocomplete": "new-password"},
    )
