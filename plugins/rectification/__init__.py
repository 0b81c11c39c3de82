"""整改看板：每个问题一张卡片，从认领、定方案、整改到验收销号，谁负责、到哪一步、还剩几天，一眼看清。"""

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from plugins.rectification.stages import TITLES
from plugins.rectification.steps import STEPS
from plugins.rectification.wording import SHEET_TITLES

TITLE = _l("整改看板")
PURPOSE = _l("把查出的问题变成卡片：认领、定措施、整改、申请销号、验收、销号，逾期亮红灯，每一步都留下记录。")
SEEN_BY = _l("卡片归责任单位：在该单位工作的人，以及在该单位或其上级单位任职的人；配合部门的人可以看和评论。")
REQUIRES_CORE = "1"
DEEDS = {
    "open": _l("登记整改卡片"),
    "edit": _l("修改整改卡片"),
    "move": _l("移动整改卡片"),
    "decide": _l("办理整改卡片"),
    "category": _l("修改整改类别"),
    "measure": _l("改动整改措施"),
    "adjust": _l("调整已批准的措施"),
    "progress": _l("记录整改进展"),
    "commit": _l("公开或撤回承诺"),
    "merge": _l("把问题并入卡片"),
    "decline": _l("不登记问题"),
    "export": _l("导出整改台账"),
    "settings": _l("设置整改看板"),
    "undo": _l("撤销移动整改卡片"),
    "filter": _l("保存或删除筛选"),
    "comment": _l("评论整改卡片"),
    "link": _l("改整改卡片的关联"),
    "watch": _l("关注或不再关注整改卡片"),
    "field": _l("修改自设栏目"),
    "import": _l("导入整改台账"),
    "drive": _l("设立、修改或结束专项整治"),
    "group": _l("把整改卡片归入或移出专项"),
    "template": _l("保存或删除看板模板"),
    "begin": _l("按模板开始新一轮"),
}
NOTICES = {
    "assigned": _l("您是整改卡片 %(number)s 的责任人：%(title)s"),
    "given": _l("整改卡片 %(number)s 有一条措施由您负责：%(text)s"),
    "claimed": _l("%(who)s认领了您登记的整改卡片 %(number)s：%(title)s"),
    "returned": _l("整改卡片 %(number)s 被退回：%(title)s。理由：%(note)s"),
    "withdrawn": _l("整改卡片 %(number)s 的公示已撤回：%(title)s。理由：%(note)s"),
    "redone": _l("整改卡片 %(number)s 要返工，开始新一轮：%(title)s。理由：%(note)s"),
    "weak": _l("整改卡片 %(number)s 定期检查未到位：%(title)s。情况：%(note)s"),
    "extended": _l("整改卡片 %(number)s 的延期申请已批准：%(title)s。新的期限：%(due)s"),
    "not_extended": _l("整改卡片 %(number)s 的延期申请没有批准：%(title)s。理由：%(note)s"),
    "relapsed": _l("整改卡片 %(number)s 反弹，重新挂号：%(title)s。情况：%(note)s"),
    "moved": _l("整改卡片 %(number)s 有新的进展：%(title)s"),
    "redated": _l("整改卡片 %(number)s 的期限改为 %(due)s：%(title)s"),
    "commented": _l("%(who)s评论了整改卡片 %(number)s：%(title)s"),
    "mentioned": _l("%(who)s在整改卡片 %(number)s 的评论里提到您：%(title)s"),
}
FIELDS = {
    "title": _l("问题"),
    "category": _l("类别"),
    "source_kind": _l("来源"),
    "source_note": _l("来源说明"),
    "goal": _l("整改目标"),
    "standard": _l("完成标准"),
    "term": _l("时限类型"),
    "check_months": _l("检查周期"),
    "due_on": _l("完成期限"),
    "leader_id": _l("分管领导"),
    "user_id": _l("责任人"),
    "helpers": _l("配合部门"),
    "own": _l("自设栏目"),
}
SHEETS: dict[str, Text] = {str(sheet): title for sheet, title in SHEET_TITLES.items()}
SHEETS["book"] = _l("整改任务书")
DETAILS = {
    "fields": (_l("改动"), FIELDS),
    "start": (_l("原环节"), TITLES),
    "end": (_l("新环节"), TITLES),
    "version": _l("版本"),
    "deed": (_l("办理"), {step.name: step.verb for step in STEPS}),
    "list": (_l("清单"), SHEETS),
    "amber_days": _l("黄灯天数"),
    "stay_days": _l("停留天数"),
    "limits": _l("在办上限"),
    "cards": _l("卡片数"),
    "shared": (_l("本单位共用"), {"True": _l("是"), "False": _l("否")}),
}
OBJECTS = {
    "card": _l("整改卡片"),
    "category": _l("整改类别"),
    "board": _l("整改看板"),
    "filter": _l("筛选"),
    "field": _l("自设栏目"),
    "drive": _l("专项整治"),
    "template": _l("看板模板"),
}
