"""The settings of a unit's board."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import select

from intranet import audit
from intranet.db import change
from intranet.errors import Conflict
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import renew
from plugins.rectification.models import Board
from plugins.rectification.queries.rules import Limit
from plugins.rectification.stages import Stage


@dataclass(frozen=True, slots=True)
class Setting:
    """What a unit wants of its board; None: as the unit above."""

    amber_days: int | None = None
    stay_days: int | None = None
    limits: Mapping[Stage, Limit] = field(default_factory=dict)

    def columns(self) -> dict[str, object]:
        limits = {stage.value: list(limit) for stage, limit in self.limits.items()}
        return {"amber_days": self.amber_days, "stay_days": self.stay_days, "limits": limits}

    def told(self) -> dict[str, object]:
        """For the audit log: in_progress=8! where the limit refuses."""
        limits = (f"{stage}={most}{'!' * hard}" for stage, (most, hard) in self.limits.items())
        return self.columns() | {"limits": " ".join(limits)}


def board_of_unit(unit: Unit) -> Board:
    """What is set; of a unit that has set nothing, an empty one that is in no session."""
    found = db.session.scalar(select(Board).where(Board.unit_id == unit.id))
    return found or Board(unit_id=unit.id, limits={}, version=0)


def set_board(unit: Unit, setting: Setting, *, version: int, by: User) -> None:
    """Raises Conflict when somebody was quicker. The audit entry's lock makes two first settings wait."""
    values = setting.columns()
    audit.record(by, "rectification:settings", f"board {unit.code}", unit=unit, **setting.told())
    board = board_of_unit(unit)
    if board.version:
        change(board, version, too_late=partial(_too_late, board), **values)
    elif version:
        raise Conflict(_too_late(board))
    else:
        db.session.add(Board(unit_id=unit.id, version=1, **values))
        db.session.flush()
    renew(db.session())


def _too_late(_board: Board) -> str:
    return str(_("看板设置刚被他人改过。请核对下面您填的内容，确定要用就再保存一次。"))
