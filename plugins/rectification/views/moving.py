"""One address for every transition: dragging, buttons and forms all post here."""

from collections.abc import Iterable
from http import HTTPStatus

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.contracts import Text
from intranet.errors import Conflict, DomainError, Forbidden, Invalid
from intranet.forms import version_seen
from intranet.htmx import done, render, wants_fragment, with_event
from intranet.organisation import organisation
from intranet.permissions import for_members, me
from intranet.web import parts_of
from intranet.wording import sentences
from plugins.rectification.filters import Filters
from plugins.rectification.forms.steps import FACTS, FIELDS, Offers, StepForm
from plugins.rectification.models import Card, Event
from plugins.rectification.queries.details import (
    evidence_of_round,
    measures_of,
    open_measures,
    plea_on,
    told_at,
)
from plugins.rectification.queries.lanes import word_of
from plugins.rectification.services.limits import warning
from plugins.rectification.services.moving import move_card, step_to
from plugins.rectification.services.needs import Draft, missing
from plugins.rectification.services.publishing import article, audiences, digest
from plugins.rectification.services.undoing import undo, undoable
from plugins.rectification.stages import JUDGED, Need, Stage, Step
from plugins.rectification.views.blueprint import Opened, bp, card_or_404, people_to_name, scope
from plugins.rectification.views.drawing import BoardView, Part, board_of, rows_shown
from plugins.rectification.views.folding import Folds
from plugins.rectification.views.lanes import LanesView, lanes_of
from plugins.rectification.views.stamps import stamp_of

MOVE, PREVIEW = "rectification/move.html", "rectification/preview.html"
MOVED, MOVED_LANE = "rectification/_moved.html", "rectification/_moved_lane.html"
TYPED = ("note", "measures", "told", "source", "no_files")
PANEL = "panel"
"""Where the board shows the forms of a dragged card."""
StepForms = list[tuple[Step, StepForm]]


@bp.get("/cards/<int:card_id>/move")
@for_members
def choose_step(card_id: int) -> ResponseReturnValue:
    """What this person may do with the card next."""
    opened = card_or_404(card_id)
    return _forms(opened, step_forms(opened, opened.steps))


@bp.post("/cards/<int:card_id>/move")
@for_members
def move(card_id: int) -> ResponseReturnValue:
    """Takes the step to `stage`, if the card is still at `version`."""
    opened = card_or_404(card_id, to_change=True)
    card = opened.card
    try:
        rights, unit = opened.rights, opened.unit
        step = step_to(card, _wanted(), _deed(), version=version_seen(), rights=rights, unit=unit)
        [(_step, form)] = step_forms(opened, [step])
        if not _complete(form, step, card):
            return _incomplete(opened, step, form)
        words = form.words()
        if words.draft and words.draft.seen != digest(article(card, words.draft, by=me())):
            return _preview(opened, step, form, words.draft)
        event = move_card(card, step, words, by=me())
    except Conflict as refusal:
        return _too_late(opened, refusal)
    except (Forbidden, Invalid) as refusal:
        if not wants_fragment():
            raise
        return _refused(card, refusal)
    return _moved(opened, step, event)


def _wanted() -> Stage | None:
    name = request.form.get("stage", "")
    return Stage(name) if name in set(Stage) else None


def _deed() -> str:
    return request.form.get("deed", "")


def _complete(form: StepForm, step: Step, card: Card) -> bool:
    """Shape and needs; what is missing is said at its field, and above them what the card itself lacks."""
    right, lacking = bool(form.validate()), missing(card, step, form.words())
    if Need.ALL_DONE in lacking or Need.SOME_DONE in lacking:
        form.still_open = open_measures(card)
    for need, sentence in lacking.items():
        if need is Need.ALL_DONE and form.still_open:
            continue  # said with a link to each
        if need in FACTS:
            form.lacking.append(sentence)
            continue
        field = form[next(iter(FIELDS.get(need, ("note",))))]
        field.errors = [sentences([*field.errors, sentence])]  # a field shows its first
    return right and not lacking


@bp.post("/cards/<int:card_id>/undo")
@for_members
def undo_move(card_id: int) -> ResponseReturnValue:
    """撤销: the person's own deed of a moment ago."""
    opened = card_or_404(card_id, to_change=True)
    card, start = opened.card, opened.card.stage
    undone = undo(card, version_seen(), opened.rights, opened.unit)
    return _told(card, f"{card.number} {undone}", (start, card.stage))


# Answers -------------------------------------------------------------------------------------------


def step_forms(opened: Opened, steps: Iterable[Step]) -> StepForms:
    """A form a step, with the people of the card's unit where one is to be named."""
    wanted, card = list(steps), opened.card
    needs = {need for step in wanted for need in step.needs}
    people = people_to_name(opened.unit) if Need.PERSON in needs else {}
    offers = Offers(people)
    if Need.ARTICLE in needs:
        offers = Offers(people, audiences(card, opened.rights), told_at(card, Stage.CLOSING_ASKED))
    return [(step, StepForm.for_step(step, card, offers)) for step in wanted]


def _forms(
    opened: Opened, steps: StepForms, status: int = 200, *, refusal: Text = "", typed: Iterable[str] = ()
) -> Response:
    card = opened.card
    return render(
        MOVE,
        "steps",
        status,
        card=card,
        unit=opened.unit,
        steps=steps,
        measures=[
            row for row in measures_of(card) if row[0].parent_id is None and row[0].counts_in(card.round)
        ],
        plea=plea_on(card),
        evidence=evidence_of_round(card) if card.stage in JUDGED else 0,
        refusal=refusal,
        typed=list(typed),
        undo=undoable(card, opened.rights, opened.unit),
    )


def _incomplete(opened: Opened, step: Step, form: StepForm) -> Response:
    """Only the form that lacks something, where it stands; all steps where there is no such form yet."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if wants_fragment() and request.headers.get("HX-Target") != PANEL:
        html = render_template("rectification/_step.html", card=opened.card, step=step, form=form)
        response = make_response(html, status)
        response.headers["HX-Retarget"] = f"#step-{step.key}"
        return response
    others = step_forms(opened, opened.steps)
    return _forms(opened, [(each, form if each is step else other) for each, other in others], status)


def _preview(opened: Opened, step: Step, form: StepForm, draft: Draft) -> Response:
    """公示 as people will read it, with a button that publishes these words and no others."""
    shown = article(opened.card, draft, by=me())
    form.seen.data = digest(shown)
    audience = organisation().by_id[draft.audience_id].name
    return render(PREVIEW, "steps", card=opened.card, step=step, form=form, shown=shown, audience=audience)


def _too_late(opened: Opened, refusal: Conflict) -> Response:
    """Who was quicker, when and with what; what was typed stays, to be sent again or copied."""
    typed = [text for name in TYPED if (text := request.form.get(name, "").strip())]
    if wants_fragment() and not typed:
        return _stale(opened.card, refusal)
    wanted = (_wanted(), _deed())
    again = step_forms(opened, (step for step in opened.steps if (step.end, step.deed) == wanted))
    for _step, form in again:
        form.version.data = opened.card.version
    return _forms(opened, again, HTTPStatus.CONFLICT, refusal=refusal.message, typed=() if again else typed)


def _stale(card: Card, refusal: Conflict) -> Response:
    """A dragged card: the sentence is enough, and the board shows itself anew."""
    return with_event(_refused(card, refusal), {"rectification:stale": {"card": card.id}})


def _refused(card: Card, refusal: DomainError) -> Response:
    """In the line of notices, wherever it was dropped: what is missing, and the way to the card."""
    html = render_template("rectification/_refused.html", card=card, sentence=refusal.message)
    response = make_response(html, refusal.status)
    response.headers["HX-Retarget"] = "#notice"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _moved(opened: Opened, step: Step, event: Event) -> ResponseReturnValue:
    """On the board the two columns and the figures; anywhere else the card's page."""
    card = opened.card
    words = {"number": card.number, "verb": str(step.verb), "stage": str(step.end_title)}
    done_with = _("%(number)s 已办理“%(verb)s”。", **words)
    notice = done_with if step.stays else _("%(number)s 已%(verb)s，现在在“%(stage)s”。", **words)
    notice = sentences(filter(None, (notice, warning(card, step))))
    may_undo = undoable(card, opened.rights, opened.unit, event) is not None
    return _told(card, notice, (step.start, step.end), undo=may_undo)


def _told(card: Card, notice: str, stages: tuple[Stage, Stage], *, undo: bool = False) -> ResponseReturnValue:
    event, filters = {"rectification:moved": {"card": card.id}}, _board_filters()
    if filters is None or card.unit_id not in scope().units:
        return done(notice, "rectification.card", event=event, card_id=card.id)
    template, view = _changed_parts(card, filters, stages)
    shown = {"view": view, "filters": filters, "notice": notice, "undo": undo, "card": card}
    html = render_template(template, **shown, stamp=stamp_of(scope()))
    return with_event(make_response(html), event)


def _changed_parts(
    card: Card, filters: Filters, stages: tuple[Stage, Stage]
) -> tuple[str, BoardView | LanesView]:
    """The two columns; of a board in rows the row of the card."""
    folds = Folds.of_request()
    if filters.lanes:
        return MOVED_LANE, lanes_of(filters, folds, word_of(card, filters, scope()))
    part = Part(tuple(dict.fromkeys(stages)), rows=rows_shown(request.form))
    return MOVED, board_of(scope(), filters, me(), folds, part)


def _board_filters() -> Filters | None:
    """What the board behind this request shows; None when it came from elsewhere."""
    if not wants_fragment():
        return None
    page = parts_of(request.headers.get("HX-Current-URL", ""))
    if page.path != url_for("rectification.board"):
        return None
    return Filters.from_words(page.query).but(stage=())
