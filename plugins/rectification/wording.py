"""The words a card is told in: kinds of problems, of terms, of entries in the history."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from intranet import contracts


class Category(StrEnum):
    """The codes a new site begins with: the four winds, and the rest. The site's own table is the list."""

    FORMALISM = "formalism"
    BUREAUCRACY = "bureaucracy"
    HEDONISM = "hedonism"
    EXTRAVAGANCE = "extravagance"
    OTHER = "other"


class SourceKind(StrEnum):
    """How the problem was found: 群众提、自己找、上级点、互相帮, or named by the plan."""

    MASSES = "masses"
    SELF = "self"
    SUPERIOR = "superior"
    PEERS = "peers"
    PLAN = "plan"


class Term(StrEnum):
    """How long putting it right may take. What lasts has no end; its date is that of the next check."""

    AT_ONCE = "at_once"
    NEAR = "near"
    MIDDLE = "middle"
    LASTING = "lasting"


class CheckResult(StrEnum):
    """What a periodic check found."""

    HELD = "held"
    WEAK = "weak"


def told_of_check(result: CheckResult | None) -> str:
    """How the history names it."""
    return f"check {result}"


class Sheet(StrEnum):
    """台账 with everything, and the three lists that are views of it."""

    LEDGER = "ledger"
    PROBLEMS = "problems"
    TASKS = "tasks"
    DUTIES = "duties"


class Decision(StrEnum):
    """What became of a problem found elsewhere, as its finder hears it."""

    OPENED = "opened"
    MERGED = "merged"
    DECLINED = "declined"


class EventKind(StrEnum):
    """What an entry of the history tells."""

    OPENED = "opened"
    MOVED = "moved"
    EDITED = "edited"
    MEASURE = "measure"
    ADJUSTED = "adjusted"
    PROGRESS = "progress"
    EVIDENCE = "evidence"
    UNDONE = "undone"
    COMMENT = "comment"
    LINK = "link"
    URGED = "urged"


class Tie(StrEnum):
    """How a card is linked, told from the card on which the link stands."""

    BLOCKS = "blocks"
    DUPLICATES = "duplicates"
    SPLIT = "split"
    RELATED = "related"
    OUTSIDE = "outside"


class FieldKind(StrEnum):
    """What a unit's own field holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHECK = "check"


SEEDED: dict[str, contracts.Text] = {
    "形式主义": _l("形式主义"),
    "官僚主义": _l("官僚主义"),
    "享乐主义": _l("享乐主义"),
    "奢靡之风": _l("奢靡之风"),
    "其他": _l("其他"),
}
"""The names the table of categories begins with: as long as they stand there they are translated."""
SOURCE_TITLES: dict[SourceKind, contracts.Text] = {
    SourceKind.MASSES: _l("群众提"),
    SourceKind.SELF: _l("自己找"),
    SourceKind.SUPERIOR: _l("上级点"),
    SourceKind.PEERS: _l("互相帮"),
    SourceKind.PLAN: _l("方案"),
}
TERM_TITLES: dict[Term, contracts.Text] = {
    Term.AT_ONCE: _l("立行立改"),
    Term.NEAR: _l("近期"),
    Term.MIDDLE: _l("中期"),
    Term.LASTING: _l("长期坚持"),
}
RESULT_TITLES: dict[CheckResult, contracts.Text] = {
    CheckResult.HELD: _l("巩固"),
    CheckResult.WEAK: _l("未到位"),
}
EVENT_TITLES: dict[EventKind, contracts.Text] = {
    EventKind.OPENED: _l("登记问题"),
    EventKind.MOVED: _l("移动"),
    EventKind.EDITED: _l("修改"),
    EventKind.MEASURE: _l("措施"),
    EventKind.ADJUSTED: _l("调整措施"),
    EventKind.PROGRESS: _l("进展"),
    EventKind.EVIDENCE: _l("佐证材料"),
    EventKind.UNDONE: _l("撤销"),
    EventKind.COMMENT: _l("评论"),
    EventKind.LINK: _l("关联"),
    EventKind.URGED: _l("催办"),
}
TIE_TITLES: dict[tuple[Tie, bool], contracts.Text] = {
    (Tie.BLOCKS, True): _l("阻塞"),
    (Tie.BLOCKS, False): _l("被阻塞"),
    (Tie.DUPLICATES, True): _l("重复于"),
    (Tie.DUPLICATES, False): _l("有重复"),
    (Tie.SPLIT, True): _l("拆分为"),
    (Tie.SPLIT, False): _l("拆分自"),
    (Tie.RELATED, True): _l("相关"),
    (Tie.RELATED, False): _l("相关"),
    (Tie.OUTSIDE, True): _l("网址"),
}
"""As the card says it on which the link stands, and as the other one does."""
KIND_TITLES: dict[FieldKind, contracts.Text] = {
    FieldKind.TEXT: _l("文字"),
    FieldKind.NUMBER: _l("数字"),
    FieldKind.DATE: _l("日期"),
    FieldKind.CHOICE: _l("单选"),
    FieldKind.CHECK: _l("是否"),
}

SHEET_TITLES: dict[Sheet, contracts.Text] = {
    Sheet.LEDGER: _l("整改台账"),
    Sheet.PROBLEMS: _l("问题清单"),
    Sheet.TASKS: _l("任务清单"),
    Sheet.DUTIES: _l("责任清单"),
}


def number_of(card_id: int) -> str:
    """A card's number as people quote it: 012."""
    return f"{card_id:03d}"


CHANGES: dict[str, contracts.Text] = {
    "title": _l("问题：“%(old)s”改为“%(new)s”"),
    "goal": _l("整改目标：“%(old)s”改为“%(new)s”"),
    "standard": _l("完成标准：“%(old)s”改为“%(new)s”"),
    "due_on": _l("期限：“%(old)s”改为“%(new)s”"),
    "helpers": _l("配合部门：“%(old)s”改为“%(new)s”"),
    "category": _l("修改了类别"),
    "source_kind": _l("修改了来源"),
    "source_note": _l("修改了来源说明"),
    "term": _l("修改了时限类型"),
    "check_months": _l("修改了检查周期"),
    "user_id": _l("修改了责任人"),
    "leader_id": _l("修改了责任领导"),
    "extension dropped": _l("延到 %(new)s 的申请不再办理"),
    "extension": _l("现在的期限 %(old)s，申请延到 %(new)s"),
    "round": _l("第 %(old)s 轮整改结束，开始第 %(new)s 轮"),
    "next check": _l("下次检查：%(new)s"),
    "check held": _l("检查结果：巩固"),
    "check weak": _l("检查结果：未到位"),
    "verdict": _l("%(old)s：%(new)s（满意 / 基本满意 / 不满意）"),
    "published": _l("公示范围：%(old)s；公示到 %(new)s"),
    "measure added": _l("增加措施：%(new)s"),
    "measure changed": _l("修改措施：“%(old)s”改为“%(new)s”"),
    "measure done": _l("完成措施：%(new)s"),
    "measure reopened": _l("取消完成：%(new)s"),
    "measure removed": _l("删除措施：%(old)s"),
    "merged": _l("并入问题：%(new)s"),
    "committed": _l("公开承诺：%(new)s"),
    "uncommitted": _l("撤回公开承诺：%(old)s"),
    "file added": _l("上传：%(new)s"),
    "file removed": _l("删除：%(old)s"),
    "field": _l("“%(old)s”改为“%(new)s”"),
    "comment changed": _l("评论“%(old)s”改为“%(new)s”"),
    "comment was changed": _l("修改了一条后来收回的评论"),
    "comment removed": _l("收回了一条评论"),
    "link added": _l("增加关联：%(new)s"),
    "link removed": _l("取消关联：%(old)s"),
    "split into": _l("拆分出 %(new)s"),
    "drives": _l("专项整治：“%(old)s”改为“%(new)s”"),
    "no files": _l("没有佐证材料的理由：%(new)s"),
}
"""How the history tells a change: which, what stood there, what stands there now."""
