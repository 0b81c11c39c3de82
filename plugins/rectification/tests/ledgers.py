"""Ledgers to bring, and what the review says of them."""

import io
import re

import openpyxl
from sqlalchemy import func, select

from intranet.extensions import db
from plugins.rectification.models import Card

IMPORT = "/hospital/rectification/import"
HEADINGS = (
    "序号",
    "存在问题",
    "问题来源",
    "责任科室",
    "配合部门",
    "责任人",
    "牵头领导",
    "整改措施",
    "完成时限",
    "进展情况",
)
GOOD = (
    "1",
    "取药排队久",
    "群众提",
    "内一科",
    "护理部",
    "",
    "",
    "1. 增开窗口\n — 调配人员\n2、公布时限（2026-03-01 完成）",
    "2027年3月底前",
    "",
)
FIRST = (*GOOD[:8], "2027年3月31日", "已开会")


def table(*rows, headings=HEADINGS):
    book = openpyxl.Workbook()
    book.active.append(["某医院整改台账"])
    book.active.append(headings)
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def upload(client, content):
    return client.post(IMPORT, data={"file": (io.BytesIO(content), "台账.xlsx")})


def reviewed(client, content):
    """The page of the review, its path and what a click on its button sends."""
    path = upload(client, content).headers["Location"]
    page = client.get(path)
    digest = re.search(r'name="digest" value="(\w+)"', page.text)
    return page, path, {"digest": digest[1] if digest else ""}


def cards(app):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Card))
