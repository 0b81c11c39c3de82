"""知识测试：各单位的题库、随机组卷的限时测试、自动保存和评分、成绩与试题分析。"""

from flask_babel import lazy_gettext as _l

TITLE = _l("知识测试")
PURPOSE = _l("建题库，随机组卷，限时在线答题；答案随时保存，断电断网不丢；自动评分，谁考了、谁没考一目了然。")
SEEN_BY = _l("题库和答案：出题单位的出题人；成绩：本人、本单位负责人和上级单位。别人看不到某人答了什么。")
REQUIRES_CORE = "1"
DEEDS = {
    "add_question": _l("增加试题"),
    "edit_question": _l("修改试题"),
    "retire_question": _l("停用试题"),
    "restore_question": _l("恢复试题"),
    "delete_question": _l("删除试题"),
    "import_questions": _l("导入试题"),
    "export_questions": _l("导出题库"),
    "add_quiz": _l("新建测试"),
    "edit_quiz": _l("修改测试"),
    "compose_quiz": _l("设定测试的抽题"),
    "delete_quiz": _l("删除测试草稿"),
    "open_quiz": _l("发布测试"),
    "extend_quiz": _l("延长测试"),
    "close_quiz": _l("结束测试"),
    "start": _l("开始答题"),
    "submit": _l("交卷"),
    "time_up": _l("到时自动交卷"),
    "export_results": _l("导出成绩"),
}
NOTICES = {
    "invited": _l("请参加知识测试：%(title)s（%(closes)s 前）"),
    "ending": _l("知识测试快截止了，您还没有参加：%(title)s（%(closes)s 前）"),
    "extended": _l("知识测试延长到 %(closes)s：%(title)s"),
}
DETAILS = {
    "added": _l("新增题数"),
    "changed": _l("修改题数"),
    "rows": _l("行数"),
    "instead": _l("代替的试题"),
    "questions": _l("题数"),
    "invited": _l("应考人数"),
    "closes_at": _l("截止时间"),
    "attempt": _l("第几次"),
    "score": _l("得分"),
}
OBJECTS = {
    "knowledge_tests_question": _l("试题"),
    "knowledge_tests_quiz": _l("知识测试"),
    "knowledge_tests_attempt": _l("答卷"),
    "knowledge_tests_bank": _l("题库"),
}
