"""The hospital's own list, uploaded, reviewed and taken in."""

import io
import re

from plugins.people import workbook
from plugins.people.workbook import PEOPLE, UNITS
from tests.crawler import content

IMPORT = "/admin/people/import"
NEW = {
    UNITS: [
        ("wk9-a", "一病区", "小组", "wk9", ""),
        ("wk9", "外九科", "科室", "hospital", "3"),
        ("nk1", "心内科", "科室", "hospital", "2"),
    ],
    PEOPLE: [
        ("3001", "仇小明", "wk9", "主任", "2026-01-01", ""),
        ("3001", "仇小明", "zb1", "党员", "", ""),
        ("3002", "单雪", "wk9-a", "护士", "2026/3/1", "2099年12月31日"),
        ("head", "李牧元", "nk1", "科主任", "", ""),
    ],
}


def upload(client, rows):
    file = io.BytesIO(rows if isinstance(rows, bytes) else workbook.write(rows))
    return client.post(IMPORT, data={"file": (file, "名单.xlsx")})


def review(client, rows):
    """The page of the draft, its path and what a click on the button sends."""
    path = upload(client, rows).headers["Location"]
    page = client.get(path)
    digest = re.search(r'name="digest" value="(\w+)"', page.text)
    return page, path, {"digest": digest[1] if digest else ""}


def take_in(client, rows):
    _page, path, sent = review(client, rows)
    return client.post(path, data=sent)


def kept(app):
    """Everything but drafts and the audit log."""
    return {
        table: rows
        for table, rows in content(app).items()
        if "audit" not in table and table != "people_draft"
    }
