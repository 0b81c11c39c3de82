"""Making a feed as a person does, and reading it as a calendar program does."""

import re

from icalendar import Calendar
from sqlalchemy import select

from intranet.db import transaction
from intranet.extensions import db
from plugins.calendar.models import Feed
from tests.fixtures import login

PAGE = "/account/calendar/subscription"


def made(app, username="head", titles="1"):
    """The path of a new address, as the page shows it once."""
    answer = login(app, username).post(PAGE, data={"titles": titles})
    assert answer.status_code == 200
    return re.search(r'value="http://localhost(/account/calendar/feed/[\w-]{43}\.ics)"', answer.text)[1]


def events(app, path, **more):
    """What a calendar program reads, without a login."""
    answer = app.test_client().get(path, **more)
    assert answer.status_code == 200
    return Calendar.from_ical(answer.data).walk("VEVENT")


def titles(app, path):
    return sorted(str(event["SUMMARY"]) for event in events(app, path))


def change(app, statement):
    with app.app_context(), transaction():
        db.session.execute(statement)


def feed_row(app):
    with app.app_context():
        return db.session.scalars(select(Feed)).one()
