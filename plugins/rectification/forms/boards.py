"""What is set for a board, and the name of a saved filter."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from intranet.contracts import Text
from intranet.forms import VersionField, trimmed
from plugins.rectification.models import Board
from plugins.rectification.queries.rules import LIMITED, Limit
from plugins.rectification.services.boards import Setting
from plugins.rectification.stages import Stage

MOST_DAYS, MOST_CARDS = 365, 9999


def _number(label: Text, least: int, most: int, sentence: Text) -> IntegerField:
    keys = {"inputmode": "numeric", "min": least, "max": most}
    return IntegerField(label, [Optional(), NumberRange(least, most, sentence)], render_kw=keys)


class BoardForm(FlaskForm):
    """Thresholds, and of each stage a limit; `most_…` and `hard_…` are made below."""

    version = VersionField()
    amber_days = _number(_l("期限前几天亮黄灯"), 0, MOST_DAYS, _l("请填 0 到 365 的整数。"))
    stay_days = _number(_l("停留几天标“久停”"), 1, MOST_DAYS, _l("请填 1 到 365 的整数。"))

    @classmethod
    def of(cls, board: Board) -> "BoardForm":
        shown: dict[str, object] = {"version": board.version}
        shown |= {"amber_days": board.amber_days, "stay_days": board.stay_days}
        for name, (most, hard) in board.limits.items():
            shown |= {f"most_{name}": most, f"hard_{name}": hard}
        return cls(data=shown)

    def setting(self) -> Setting:
        limits = {stage: Limit(most, self[f"hard_{stage}"].data) for stage, most in self._most().items()}
        return Setting(self.amber_days.data, self.stay_days.data, limits)

    def _most(self) -> dict[Stage, int]:
        numbers = {stage: self[f"most_{stage}"].data for stage in LIMITED}
        return {stage: number for stage, number in numbers.items() if number is not None}


for _stage in LIMITED:
    setattr(
        BoardForm, f"most_{_stage}", _number(_l("最多几件"), 1, MOST_CARDS, _l("请填 1 到 9999 的整数。"))
    )
    setattr(BoardForm, f"hard_{_stage}", BooleanField(_l("满了不许移入")))


class FilterForm(FlaskForm):
    """The name of a saved filter, and whether all of the unit have it."""

    name = StringField(
        _l("筛选名称"),
        [DataRequired(_l("请写名称。")), Length(max=30, message=_l("名称不超过 30 字。"))],
        filters=[trimmed],
    )
    shared = BooleanField(_l("本单位共用"))
