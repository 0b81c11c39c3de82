"""Taking entries away as Excel, with what is needed to check them without us."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet import audit, clock
from intranet.db import start_writing
from intranet.documents.excel import Column, write
from intranet.errors import Invalid
from intranet.models import User
from intranet.wording import listed
from plugins.audit_trail.filters import Filters
from plugins.audit_trail.queries.searching import Row, all_of, names_in
from plugins.audit_trail.wording import Words

MOST = 20_000
COLUMNS = (
    Column(_l("时间"), 18),
    Column(_l("谁"), 12),
    Column(_l("做了什么"), 20),
    Column(_l("代码"), 20),
    Column(_l("对象"), 20),
    Column(_l("说明"), 30),
    Column(_l("单位"), 14),
    Column(_l("来自"), 14),
    Column(_l("链"), 6),
    Column(_l("序号"), 8),
    Column(_l("摘要"), 20),
    Column(_l("摘要原文"), 40),
)


def export(filters: Filters, *, by: User) -> bytes:
    """The entries the filters leave. Reading and drawing come before the transaction that records it."""
    rows = all_of(filters, MOST + 1)
    if len(rows) > MOST:
        most = f"{MOST:,}"
        raise Invalid(
            _("符合条件的记录超过 %(most)s 条，没有导出。请缩短时间或按单位、人员分几次导出。", most=most)
        )
    words = Words(names_in(rows))
    note = _("摘要是“摘要原文”按 UTF-8 计算的 SHA-256；原文最后一项是同一链上一条的摘要。")
    book = write(_("审计记录"), COLUMNS, (_cells(row, words) for row in rows), note)
    asked: dict[str, object] = {f"by_{name}": word for name, word in filters.set.items()}
    start_writing()
    audit.record(by, "audit_trail:export", "core_audit_entry", unit=None, count=len(rows), **asked)
    return book


def _cells(row: Row, words: Words) -> tuple[str, ...]:
    entry, person, unit = row
    return (
        clock.local(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
        words.actor(entry, person),
        words.deed(entry),
        entry.action,
        words.subject(entry),
        listed(words.details(entry)),
        unit or "",
        words.place(entry),
        str(entry.chain),
        str(entry.number),
        entry.hash,
        audit.canonical(entry),
    )
