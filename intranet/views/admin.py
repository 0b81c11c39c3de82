"""Pages of the three administrators: each sees their own and no content."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from intranet import audit, jobs
from intranet.contracts import Role, Text
from intranet.db import reads_first, start_writing
from intranet.extensions import db
from intranet.htmx import done, render
from intranet.models import AuditCheck, AuditEntry, Unit, UnitPlugin, User
from intranet.permissions import me, requires_role
from intranet.plugins import loaded

bp = Blueprint("admin", __name__, url_prefix="/admin")
PAGE = 50
MAX_ID = 2**31
DEEDS: dict[str, Text] = {
    "core:login": _l("登录"),
    "core:login-refused": _l("登录被拒"),
    "core:login-throttled": _l("密码错误过多，暂停登录"),
    "core:logout": _l("退出登录"),
    "core:unit": _l("新建单位"),
    "core:person": _l("新建账号"),
    "core:disable": _l("停用账号"),
    "core:enable": _l("恢复账号"),
    "core:join": _l("加入单位"),
    "core:grant": _l("授予角色"),
    "core:audit-check": _l("核对审计记录"),
    "core:plugins": _l("开关功能"),
}
"""The core's audited deeds; a plugin names its own in DEEDS."""
CHECKS = select(AuditCheck, Unit.name).outerjoin(Unit, Unit.id == AuditCheck.chain).order_by(AuditCheck.chain)


@bp.get("/plugins")
@requires_role(Role.SYSTEM)
def plugins() -> ResponseReturnValue:
    """Which plugins work, where they are on, what failed, and what the jobs did."""
    on = dict(
        db.session.execute(
            select(UnitPlugin.plugin, func.count()).where(UnitPlugin.enabled).group_by(UnitPlugin.plugin)
        ).all()
    )
    state = loaded()
    return render(
        "admin/plugins.html",
        "plugins",
        plugins=state.working.values(),
        failures=list(reversed(state.failures)),
        on=on,
        jobs=jobs.overview(),
        said=jobs.said,
    )


@bp.get("/audit")
@requires_role(Role.AUDIT)
def audit_log() -> ResponseReturnValue:
    """The newest entries, and whether the chains held when they were last checked."""
    before = request.args.get("before", type=int)
    query = (
        select(AuditEntry, User.name, Unit.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .outerjoin(Unit, Unit.id == AuditEntry.unit_id)
        .order_by(AuditEntry.id.desc())
        .limit(PAGE)
    )
    if before and 0 < before < MAX_ID:
        query = query.where(AuditEntry.id < before)
    rows = db.session.execute(query).all()
    checks = db.session.execute(CHECKS).all()
    return render("admin/audit.html", "entries", rows=rows, page=PAGE, deeds=_deeds(), checks=checks)


def _deeds() -> dict[str, Text]:
    """Words for every audited deed."""
    known = dict(DEEDS)
    for plugin in loaded().working.values():
        named: dict[str, Text] = getattr(plugin.module, "DEEDS", {})
        known |= {f"{plugin.name}:{deed}": words for deed, words in named.items()}
    return known


@bp.post("/audit/check")
@requires_role(Role.AUDIT)
@reads_first
def check_audit() -> ResponseReturnValue:
    """Reads the chains now; a job does it every day. The reading holds up nobody."""
    checks = audit.check()
    start_writing()
    audit.keep(checks, by=me())
    return done(_("核对完毕，结果见下。"), "admin.audit_log")
