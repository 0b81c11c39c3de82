"""Problems found by other plugins, waiting to become cards."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.contracts import Problem
from intranet.htmx import done, render
from intranet.permissions import me, requires
from plugins.rectification.forms import ProblemForm, lines_of
from plugins.rectification.queries.details import cards_made_from
from plugins.rectification.queries.incoming import decided_in, incoming_problem, incoming_problems
from plugins.rectification.queries.scope import find_card
from plugins.rectification.services.cards import open_from, refuse_second
from plugins.rectification.services.deciding import refuse_decided, tell_source
from plugins.rectification.stages import OPEN
from plugins.rectification.views.blueprint import bp, here, scope
from plugins.rectification.views.registering import offer, units_to_open_in
from plugins.rectification.wording import Decision, SourceKind

FOUND_AS = {"campaign": SourceKind.PLAN, "talk_records": SourceKind.PEERS}
"""What is named first for a problem of this plugin; of others: the unit found it itself."""


@bp.get("/problems")
@requires(OPEN)
def problems() -> ResponseReturnValue:
    """待登记问题: what others found in this unit and under it, without a card yet."""
    return render(
        "rectification/problems.html",
        "problems",
        problems=incoming_problems(here()),
        decided=decided_in(here()),
    )


@bp.route("/problems/register", methods=["GET", "POST"])
@requires(OPEN)
def register_problem() -> ResponseReturnValue:
    """登记为卡片: choose the responsible unit, adjust the words."""
    words = request.form if request.method == "POST" else request.args
    problem = incoming_problem(here(), words.get("source", ""), words.get("key", ""))
    if problem is None:
        return _gone(words.get("source", ""), words.get("key", ""))
    form = _form(problem)
    units = units_to_open_in()
    offer(form, units)
    if request.method != "POST" or not form.validate():
        status = 200 if request.method != "POST" else 422
        return render("rectification/register.html", "form", status, form=form, problem=problem)
    unit, measures = units[form.unit.data], lines_of(form.measures.data)
    card = open_from(problem, unit, form.facts(), by=me(), measures=measures)
    refuse_decided(problem.source, problem.key, here())  # decided while this waited for the audit chain
    tell_source(problem, here(), Decision.OPENED, card=card)
    notice = _("已登记为 %(number)s，等%(unit)s认领。", number=card.number, unit=unit.name)
    event = {"rectification:opened": {"card": card.id}}
    return done(notice, "rectification.problems", event=event)


def _form(problem: Problem) -> ProblemForm:
    return ProblemForm(
        data={
            "source": problem.source,
            "key": problem.key,
            "title": problem.title[:200],
            "due_on": problem.due_on,
            "source_kind": FOUND_AS.get(problem.source, SourceKind.SELF).value,
            "measures": "\n".join(problem.measures),
        }
    )


def _gone(source: str, key: str) -> ResponseReturnValue:
    """Registered meanwhile as a card this person may see; else there is nothing."""
    made = cards_made_from([(source, key)]).values()
    if any(find_card(scope(), card_id) for card_id in made):
        refuse_second(source, key)
    abort(404)
