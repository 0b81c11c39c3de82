"""A template's name, what goes in, and the first day of a round."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from intranet.forms import DayField, trimmed
from plugins.rectification.forms import not_too_far


class TemplateForm(FlaskForm):
    """存为模板. The first day is only asked for where cards go in: their days are counted from it."""

    name = StringField(
        _l("模板名称"),
        [DataRequired(_l("请写名称。")), Length(max=30, message=_l("名称不超过 30 字。"))],
        filters=[trimmed],
    )
    with_cards = BooleanField(_l("连同卡片：问题、措施、步骤、类别、目标和天数；不带人员、经过和佐证材料"))
    starts_on = DayField(_l("这一轮从哪天开始"), [InputRequired(_l("请填开始日期。")), not_too_far])
    shared = BooleanField(_l("同级单位也可以用（会看到问题和措施的文字）"))


class BeginForm(FlaskForm):
    """`seen` names the preview this person has looked at."""

    starts_on = DayField(_l("从哪天开始"), [InputRequired(_l("请填开始日期。")), not_too_far])
    seen = HiddenField()
