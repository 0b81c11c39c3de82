"""A board kept as a template, and a new round begun from one: everything at once, or nothing."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete, select

from intranet import audit, clock
from intranet.db import rows_changed
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.wording import listed
from plugins.rectification.filters import Filters
from plugins.rectification.models import Beginning, Template
from plugins.rectification.queries.rules import Limit
from plugins.rectification.queries.scope import Scope
from plugins.rectification.queries.templates import MOST_CARDS, Opening, Round, round_of, template_for
from plugins.rectification.services.boards import Setting, board_of_unit, set_board
from plugins.rectification.services.cards import Facts, open_card
from plugins.rectification.services.fields import add_field
from plugins.rectification.services.filters import save_filter
from plugins.rectification.services.measures import add_parts
from plugins.rectification.stages import Stage
from plugins.rectification.templating import Bone, Kit, kept_of

MOST_TEMPLATES = 30
NAMED = 5
"""So many cards a refusal names."""


def keep_template(  # noqa: PLR0913 - all that is kept
    unit: Unit, name: str, kit: Kit, bones: Sequence[Bone], *, shared: bool, by: User
) -> Template:
    """A second one of the same name is refused: what others begin from never changes under them."""
    _record(unit, by, cards=len(bones))
    if len(bones) > MOST_CARDS:
        raise Invalid(_("一个模板最多存 %(n)s 件，请先在看板上筛选。", n=MOST_CARDS))
    _refuse_early(bones)
    names = db.session.scalars(select(Template.name).where(Template.unit_id == unit.id)).all()
    if name in names:
        raise Invalid(_("已经有叫“%(name)s”的模板，请换个名称，或先删除原来的。", name=name))
    if len(names) >= MOST_TEMPLATES:
        raise Invalid(_("最多存 %(n)s 个模板，请先删掉不用的。", n=MOST_TEMPLATES))
    made = Template(unit_id=unit.id, name=name, shared=shared, made_by=by.id, made_at=clock.now())
    made.settings, made.bones = kept_of(kit), [kept_of(bone) for bone in bones]
    db.session.add(made)
    db.session.flush()
    return made


def _refuse_early(bones: Sequence[Bone]) -> None:
    """Names those, the earliest first, of which anything is due before the round has begun."""
    dated = ((bone.earliest, bone.title) for bone in bones if bone.earliest is not None)
    early = sorted((days, title) for days, title in dated if days < 1)
    if not early:
        return
    sentence = _(
        "有 %(n)s 张卡片的期限（措施、步骤的也算）在开始当天或以前就到了：%(cards)s。"
        "期限写错的请先改正，不属于这一轮的请在看板上筛选掉；都要的，开始日期请至少提早 %(days)s 天。",
        n=len(early),
        cards=listed(f"“{title}”" for _days, title in early[:NAMED]) + ("……" if early[NAMED:] else ""),
        days=1 - early[0][0],
    )
    raise Invalid(sentence)


def remove_template(template: Template, unit: Unit, *, by: User) -> None:
    """Rounds begun from it go on as they are."""
    _record(unit, by)
    if not rows_changed(delete(Template).where(Template.id == template.id)):
        raise Conflict(_("这个模板刚被他人删除。"))


def _record(unit: Unit, by: User, **detail: object) -> None:
    """Its lock makes two who save at once wait their turn."""
    audit.record(by, "rectification:template", f"template {unit.code}", unit=unit, **detail)


# A new round ---------------------------------------------------------------------------------------


def begin(  # noqa: PLR0913 - what is begun where, and what was seen of it
    template: Template, unit: Unit, scope: Scope, start: date, *, seen: str, by: User
) -> Round:
    """Does what the preview with the digest `seen` showed. Raises Conflict when it would do anything else."""
    audit.record(by, "rectification:begin", f"template {template.id}", unit=unit, start=start)
    if template_for(unit, template.id) is None:
        raise Conflict(_("这个模板刚被删除，没有开始。"))
    found = round_of(template, unit, scope, start, by)
    if found.faults:
        raise Conflict(found.faults[0])
    if found.digest != seen:
        raise Conflict(_("预览之后本单位的看板有了变动，没有开始。请按最新的预览再确认一次。"))
    begun = Beginning(template_id=template.id, unit_id=unit.id, starts_on=start, cards=len(found.opens))
    begun.begun_by, begun.begun_at = by.id, clock.now()
    db.session.add(begun)
    db.session.flush()
    _set(found, unit, by)
    for opening in found.opens:
        _open(opening, template.name, start, by)
    return found


def _set(found: Round, unit: Unit, by: User) -> None:
    kit, board = found.kit, board_of_unit(unit)
    limits = {Stage(name): Limit(*limit) for name, limit in kit.limits.items()}
    set_board(unit, Setting(kit.amber_days, kit.stay_days, limits), version=board.version, by=by)
    for name, kind, choices in kit.fields:
        if name in found.fields:
            add_field(unit, name, kind, list(choices), by=by)
    for name, words in kit.views:
        if name in found.views:
            save_filter(name, Filters.from_words(words), unit, shared=True, by=by)


def _open(opening: Opening, name: str, start: date, by: User) -> None:
    bone = opening.bone
    facts = Facts(
        title=bone.title,
        category=opening.category,
        source_kind=bone.source_kind,
        term=bone.term,
        check_months=bone.check_months,
        goal=bone.goal,
        standard=bone.standard,
        source_note=_("按模板“%(name)s”登记", name=name),
        due_on=opening.due_on,
    )
    card = open_card(organisation().by_id[opening.unit_id], facts, by=by)
    add_parts(card, bone.measures, start)
