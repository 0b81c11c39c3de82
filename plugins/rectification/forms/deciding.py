"""What is decided of a problem that gets no card of its own."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from intranet.forms import LARGEST, trimmed


class MergeForm(FlaskForm):
    """The number of the card that answers for it."""

    source = HiddenField(validators=[InputRequired()])
    key = HiddenField(validators=[InputRequired()])
    card = IntegerField(
        _l("并入哪张卡片（编号）"),
        [InputRequired(_l("请填卡片的编号。")), NumberRange(1, LARGEST, _l("请填卡片的编号。"))],
        render_kw={"inputmode": "numeric"},
    )


class DeclineForm(FlaskForm):
    """Why there is no card."""

    source = HiddenField(validators=[InputRequired()])
    key = HiddenField(validators=[InputRequired()])
    reason = TextAreaField(
        _l("不登记的理由"),
        [DataRequired(_l("请写明为什么不登记。")), Length(max=500, message=_l("理由不超过 500 字。"))],
        filters=[trimmed],
        render_kw={"rows": 3},
    )
