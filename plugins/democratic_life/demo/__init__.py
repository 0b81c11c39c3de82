"""What the demo hospital shows of meetings. All made up."""

from functools import partial

from intranet.models import Unit, User
from plugins.democratic_life.demo import meetings, reviews


def make(hospital: Unit, people: dict[str, User]) -> None:
    meetings.make(hospital, people, partial(reviews.pass_all, people=people))
    reviews.make(people)
