"""The evidence on cards of the demo hospital: a picture and a record."""

from datetime import datetime
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw
from werkzeug.datastructures import FileStorage

from intranet import attachments
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.rectification.demo.texts import EVIDENCE
from plugins.rectification.queries.details import subject_of

NAMES = ("整改后现场.png", "巡查记录.txt")


def attach(card_id: int, unit: Unit, user_id: int, *, at: datetime) -> None:
    """Both files, uploaded when closing was asked for."""
    contents = (_photo(), EVIDENCE.encode())
    sent = [FileStorage(BytesIO(each), name) for each, name in zip(contents, NAMES, strict=True)]
    files = attachments.receive(sent, subject_of(card_id), unit)
    attachments.attach(files, subject_of(card_id), unit, by=db.session.get_one(User, user_id))
    for file in files:
        file.uploaded_at = at


@cache
def _photo() -> bytes:
    """A notice board on a wall, as far as a few rectangles can tell."""
    picture, drawn = Image.new("RGB", (960, 720), "#d9e2e8"), BytesIO()
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 560, 960, 720), fill="#b9a58c")
    draw.rectangle((180, 110, 780, 470), fill="#ffffff", outline="#4a5b6c", width=8)
    for row in range(6):
        draw.rectangle((230, 160 + 48 * row, 730 - 60 * (row % 3), 178 + 48 * row), fill="#7d8fa3")
    picture.save(drawn, "PNG")
    return drawn.getvalue()
