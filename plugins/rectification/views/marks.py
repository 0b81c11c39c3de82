"""What is out of the ordinary with a card, in a few words each, and how long it has stood where it is."""

from datetime import date

from flask_babel import gettext as _

from intranet import clock
from plugins.rectification.queries.faces import Face
from plugins.rectification.stages import Stage


def days_in_stage(face: Face, today: date) -> int | None:
    """None: closed, it waits for nobody."""
    if face.stage is Stage.CLOSED:
        return None
    return (today - clock.local(face.stage_since).date()).days


def marks_of(face: Face) -> list[str]:
    """第 2 轮, 阶段性完成, 申请延期."""
    found = []
    if face.round > 1:
        found.append(_("第 %(n)s 轮", n=face.round))
    if face.staged_on:
        found.append(_("阶段性完成"))
    if face.extension_on:
        found.append(_("申请延期到 %(day)s", day=face.extension_on))
    return found
