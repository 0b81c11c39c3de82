"""The words that head the columns of a schedule or a rectification ledger."""

import re
from collections.abc import Sequence
from enum import StrEnum

from .glyphs import plain


class Role(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    TIME = "time"
    BEGIN = "begin"
    CONTENT = "content"
    NAME = "name"
    PHASE = "phase"
    UNITS = "units"
    HELPERS = "helpers"
    PERSON = "person"
    PROBLEM = "problem"
    MEASURE = "measure"
    OTHER = "other"
    FOREIGN = "foreign"  # a column that no schedule has: names, scores, money


# The first rule that fits decides.
_RULES: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        (Role.NUMBER, r"序号?|编号|项次|行号|No\.?|#|号"),
        (
            Role.FOREIGN,
            r"姓名|性别|职务|职称|出生.*|电话|联系方式|手机|分值|得分|评分.*|扣分.*|金额|预算|经费.*|数量|单价|学历",
        ),
        (
            Role.OTHER,
            r"备注|说明|地点|.*地点|参加.*|出席.*|对象|.*范围|形式|方式|.*形式|.*方式|主讲.*|主持.*|记录人|.*要求|.*目标.*|.*成效|.*进展.*|.*情况|是否.*|.*状态|.*结果|配合领导|来源|.*类别|.*分类|类型|成果.*|.*标准|频次|学时|联系人|销号.*|验收.*",
        ),
        (Role.BEGIN, r"(?:开始|启动|起始)(?:时间|日期)"),
        (
            Role.TIME,
            r".*(?:时间|日期|时限|期限|进度|时段|节点)(?:安排|要求|节点|\(.*\))?|月份|时间.{0,6}|.*起止.*|日程|年月|月度",
        ),
        (
            Role.MEASURE,
            r".*整改.{0,4}(?:措施|办法|举措|方案)|整改(?:内容|任务|事项|项目|清单|落实)",
        ),
        (Role.PROBLEM, r".*问题.{0,6}|.*(?:突出|具体)?表现|不足.*"),
        (Role.HELPERS, r"(?:配合|协办|协助|参与|协同)(?:部门|单位|科室|处室|人)?"),
        (
            Role.PERSON,
            r"(?:责任|分管|牵头|包保|负责|主管|挂牌)(?:院)?(?:领导|人|人员|者)|负责人|.*责任人|责任领导.*",
        ),
        (
            Role.UNITS,
            r".*(?:责任|牵头|承办|主办|负责|组织|实施|落实|承担|主管|协调|经办)(?:和?(?:责任|牵头|承办|配合|参与|落实))*(?:部门|单位|科室|处室|支部|组织|主体|机构|方)?.{0,8}|部门|科室|单位",
        ),
        (Role.PHASE, r"阶段.{0,4}|环节.{0,4}|活动(?:阶段|环节)|步骤|实施阶段|.*阶段(?:划分|名称)"),
        (
            Role.CONTENT,
            r".*内容.{0,6}|工作安排|活动安排|具体安排|工作要点|主要工作|具体工作|安排|具体活动|规定动作|.*(?:措施|举措|做法)(?:和.*|及.*)?",
        ),
        (
            Role.NAME,
            r".*(?:任务|事项)(?:分解|清单)?|重点工作|.*(?:项目|主题|活动|名称|议题|议程|课题|专题|工作|题目|事由|会议)",
        ),
    )
)
_MAX_HEADER = 16
_MIN_COLUMNS = 2
_BRACKETED = re.compile(r"\([^()]{0,20}\)$")


def role_of(cell: str) -> Role | None:
    """Name the role of a header cell; None if the cell heads nothing."""
    words = plain(cell.replace("\n", "")).text.strip(" :*#|")
    words = "".join(words.split())
    if not words or len(words) > _MAX_HEADER:
        return None
    bare = _BRACKETED.sub("", words) or words
    return next((role for role, pattern in _RULES if pattern.fullmatch(bare)), None)


def roles_of(cells: Sequence[str]) -> tuple[Role, ...] | None:
    """Read a row as a header: every filled cell must head something the reader knows."""
    found = [role_of(cell) for cell in cells]
    if any(role is None and cell.strip() for role, cell in zip(found, cells, strict=True)):
        return None
    roles = tuple(role or Role.OTHER for role in found)
    return roles if _heads_a_table(roles) else None


def _heads_a_table(roles: tuple[Role, ...]) -> bool:
    kinds = set(roles)
    if Role.FOREIGN in kinds or len(kinds - {Role.OTHER}) < _MIN_COLUMNS:
        return False
    says_what = bool(kinds & {Role.CONTENT, Role.NAME, Role.PROBLEM, Role.MEASURE, Role.PHASE})
    return says_what and bool(kinds & {Role.TIME, Role.BEGIN, Role.UNITS, Role.PERSON})


def is_ledger(roles: Sequence[Role]) -> bool:
    """Tell a rectification ledger from a schedule."""
    return Role.PROBLEM in roles or (Role.MEASURE in roles and Role.CONTENT not in roles)
