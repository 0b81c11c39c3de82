"""One card: its page, opening a new one, changing its fields, noting progress."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.deadlines import is_todays, last_urged
from intranet.errors import Forbidden, Invalid
from intranet.htmx import done, render
from intranet.models import Attachment
from intranet.permissions import for_members, me, requires
from plugins.rectification import stages
from plugins.rectification.deadlines import deadline_of, is_late
from plugins.rectification.forms import MeasureForm, ProgressForm
from plugins.rectification.forms.talk import AddressForm, CommentForm, LinkForm
from plugins.rectification.lights import light_of, words_of
from plugins.rectification.models import Card
from plugins.rectification.queries.around import around
from plugins.rectification.queries.details import began, evidence_of, measures_of
from plugins.rectification.queries.drives import drives_of
from plugins.rectification.queries.publications import publications_of
from plugins.rectification.queries.rules import rule_of
from plugins.rectification.services.comments import may_change
from plugins.rectification.services.dates import last_day
from plugins.rectification.services.links import may_link
from plugins.rectification.services.measures import add_progress, may_report
from plugins.rectification.services.urging import urge_on
from plugins.rectification.stages import JUDGED, PLANNING, WORKING, Need, Stage
from plugins.rectification.views.blank import blank
from plugins.rectification.views.blueprint import Opened, bp, card_or_404, people_to_do
from plugins.rectification.views.moving import step_forms
from plugins.rectification.views.source import leads_to_source

CARD = "rectification/card.html"


@bp.get("/cards/<int:card_id>")
@for_members
def card(card_id: int) -> ResponseReturnValue:
    """All there is about a card, and what this person may do next."""
    opened = card_or_404(card_id)
    return render(CARD, "card", **card_context(opened))


def card_context(opened: Opened) -> dict[str, Any]:
    """What the card's page and each of its parts show."""
    card, today = opened.card, clock.today()
    return {
        "card": card,
        "names": opened.found,
        "unit": opened.unit,
        "light": light_of(card.stage, card.due_on, today, rule_of(card.unit_id)).value,
        "light_words": words_of(card.stage, card.due_on, today),
        "category": opened.found.sort.title,
        "helpers": opened.found.helpers,
        "drives": drives_of([card.id]).get(card.id, []),
        "publications": publications_of(card) if _was_public(card) else [],
        "measures": measures_of(card),
        "last_day": last_day(card),
        "evidence": _evidence(opened),
        "evidence_refusal": "",
        "steps": step_forms(opened, opened.steps),
        "measure_form": _measure_form(opened),
        "progress_form": ProgressForm(formdata=None),
        "leads_to_source": leads_to_source(card),
        "source_note": opened.source_note,
        "link_fields": blank(LinkForm),
        "address_fields": blank(AddressForm),
        "unfolds": "",
        "may_link": may_link(card, opened.unit, opened.rights),
        **_talk(opened),
        **_urging(opened),
        **_may(opened),
    }


def _talk(opened: Opened) -> dict[str, Any]:
    """Comments, each with whether this person may change it; and what else hangs on the card."""
    card, user = opened.card, me()
    found = around(card, opened.unit, user)
    return {
        "history": found.history,
        "comments": [(each, name, may_change(card, each, user)) for each, name in found.comments],
        "comment_fields": blank(CommentForm),
        "links": found.links,
        "own": found.fields,
        "watchers": list(found.watchers.values()),
        "is_watching": user.id in found.watchers,
    }


def _urging(opened: Opened) -> dict[str, Any]:
    """Who urged last, and whether one may today."""
    late = is_late(opened.card)
    urged = last_urged(deadline_of(opened.card, opened.unit).url) if late else None
    may = late and opened.may(stages.URGE) and not (urged and is_todays(urged))
    return {"urged": urged, "may_urge": may}


def _was_public(card: Card) -> bool:
    return card.round > 1 or card.stage in {Stage.REVIEWED, Stage.PUBLISHED, Stage.CLOSED}


def _measure_form(opened: Opened) -> MeasureForm:
    form = MeasureForm(formdata=None)
    if opened.may_work and opened.card.stage in WORKING:
        form.person.offer(people_to_do(opened))
    return form


def _may(opened: Opened) -> dict[str, bool]:
    stage, works = opened.card.stage, opened.may_work
    return {
        "may_split": opened.may(stages.OPEN) and stage is not Stage.CLOSED,
        "may_edit": opened.may(stages.OPEN) and stage not in {*JUDGED, Stage.CLOSED},
        "may_group": opened.may(stages.OPEN),
        "may_plan": works and stage in PLANNING,
        "claims": any(Need.MEASURES in step.needs for step in opened.steps),
        "may_add": works and stage in WORKING,
        "may_tick": works and stage is Stage.IN_PROGRESS,
        "may_tick_own": stage is Stage.IN_PROGRESS,
        "may_note": stage is not Stage.CLOSED and may_report(opened.card, opened.unit, opened.rights),
        "may_commit": opened.may(stages.COMMIT) and stage in {Stage.IN_PROGRESS, *JUDGED},
    }


def _evidence(opened: Opened) -> list[tuple[Attachment, str, bool]]:
    """Each file with who uploaded it and whether this person may remove it."""
    card, files = opened.card, evidence_of(opened.card)
    is_open = card.stage not in {*JUDGED, Stage.CLOSED}
    since = began(card) if files else card.opened_at

    def may(file: Attachment) -> bool:
        own = opened.rights.may_remove(card, file.uploaded_by, opened.unit)
        return own and is_open and file.uploaded_at >= since

    return [(file, name, may(file)) for file, name in files]


@bp.post("/cards/<int:card_id>/urge")
@requires(stages.URGE)
def urge_card(card_id: int) -> ResponseReturnValue:
    """催办: whoever has the card in hand gets a notice."""
    opened = card_or_404(card_id, to_change=True)
    if not opened.may(stages.URGE):
        raise Forbidden(_("这张卡片由责任部门的上级催办，配合部门不能催办。"))
    if not is_late(opened.card):
        raise Invalid(_("这张卡片没有逾期，或已申请销号，不用催办。"))
    urge_on(opened.card, opened.unit, by=me())
    return done(_("已催办，对方会在消息里看到。"), "rectification.card", card_id=card_id)


@bp.post("/cards/<int:card_id>/notes")
@for_members
def note_progress(card_id: int) -> ResponseReturnValue:
    """记进展."""
    opened = card_or_404(card_id, to_change=True)
    if not may_report(opened.card, opened.unit, opened.rights):
        raise Forbidden(_("只有责任部门、责任人和措施的责任人可以记进展。"))
    form = ProgressForm()
    if not form.validate():
        context = card_context(opened) | {"progress_form": form}
        return render(CARD, "history", 422, **context)
    add_progress(opened.card, form.note.data or "", by=me())
    return done(_("进展已记下。"), "rectification.card", card_id=card_id)
