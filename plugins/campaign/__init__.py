"""计划安排：把医院的实施方案读成环节、活动和任务，让每个单位知道何时做什么，让活动办看到做到了哪一步。"""

from flask_babel import lazy_gettext as _l

TITLE = _l("计划安排")
PURPOSE = _l("上传实施方案，自动排出时间表；本单位的任务、期限和完成情况一目了然，做完在这里上报。")
SEEN_BY = _l("安排表：方案所发到的各单位人人可看；某个单位报了什么：只有本单位和上级单位的人。")
REQUIRES_CORE = "1"
DEEDS = {
    "upload": _l("上传方案文件"),
    "read_again": _l("换年份重新读取方案"),
    "choose": _l("选定要导入的文件"),
    "rename": _l("修改方案标题"),
    "edit": _l("修改方案草稿的条目"),
    "add_entry": _l("补录方案草稿的条目"),
    "match": _l("对应责任单位"),
    "discard": _l("放弃方案草稿"),
    "expire": _l("清理过期的方案草稿"),
    "import": _l("导入方案"),
    "start": _l("手工建立方案"),
    "conclude": _l("结束活动方案"),
    "reopen": _l("恢复往期方案"),
    "add": _l("增加活动"),
    "adjust": _l("调整活动日期"),
    "actual": _l("记录活动的实际日期"),
    "cancel": _l("取消活动"),
    "restore": _l("恢复活动"),
    "report": _l("上报任务完成"),
    "confirm": _l("确认上报的任务"),
    "return": _l("退回上报的任务"),
    "export": _l("导出安排表"),
    "brief": _l("起草、修改一周进度"),
    "publish_brief": _l("发布一周进度"),
    "withdraw_brief": _l("撤回一周进度"),
}
NOTICES = {
    "confirmed": _l("%(name)s上报的任务已确认：%(title)s"),
    "returned": _l("%(name)s上报的任务被退回：%(title)s。原因：%(reason)s"),
}
FIELDS = {
    "kind": _l("类型"),
    "title": _l("标题"),
    "time_text": _l("时间原文"),
    "start": _l("开始"),
    "end": _l("结束"),
    "units": _l("责任单位"),
    "phase": _l("环节"),
    "doubts": _l("存疑"),
    "checked": _l("已核对"),
    "skipped": _l("不导入"),
}
DETAILS = {
    "year": _l("年份"),
    "kind": (_l("格式"), {"docx": "Word", "xlsx": "Excel"}),
    "document": _l("第几份"),
    "entry": _l("条目"),
    "fields": (_l("改动"), FIELDS),
    "units": _l("单位"),
    "start": _l("开始"),
    "end": _l("结束"),
    "done_on": _l("实际完成日期"),
    "file": _l("文件"),
    "by_command": (_l("由命令行导入"), {"True": _l("是"), "False": _l("否")}),
    "added": _l("新增项数"),
    "changed": _l("修改项数"),
    "cancelled": _l("取消项数"),
}
OBJECTS = {
    "campaign_plan": _l("活动方案"),
    "campaign_draft": _l("方案草稿"),
    "campaign_activity": _l("活动"),
    "campaign_duty": _l("任务"),
    "campaign_brief": _l("一周进度"),
}
