"""民主生活会、组织生活会：对照检查、会前会中会后的每一道关口、相互批评、整改打算转到整改台账；发言和材料密封。"""

from flask_babel import lazy_gettext as _l

from intranet.contracts import Text
from plugins.democratic_life.gates import GATES
from plugins.democratic_life.steps import STEPS
from plugins.democratic_life.wording import (
    ATTENDANCE_TITLES,
    KIND_TITLES,
    PAPER_TITLES,
    SAID_TITLES,
    SOURCE_TITLES,
)

TITLE = _l("民主生活会")
PURPOSE = _l("对照检查逐级审阅、会前关口一项项看清、会上谁对谁提了意见一张表；原文加密，只有与会的人能打开。")
SEEN_BY = _l(
    "批评意见和会议记录：只有与会的人和记录人。对照检查：只有本人和审阅链上的人。其他人只看到办到哪一步；管理员看不到。"
)
REQUIRES_CORE = "1"
FILES = {
    "notice": _l("会议通知"),
    "agenda": _l("议程"),
    "sign_in": _l("签到表"),
    "report": _l("情况报告"),
    "circular": _l("通报"),
    "invitation": _l("日历文件"),
}
DEEDS = {
    "meeting": _l("筹备会议"),
    "delete": _l("删除未报批的会议"),
    "seats": _l("修改参加人员"),
    "move": _l("办理会议"),
    "mark": _l("登记会议关口"),
    "waive": _l("豁免会议关口"),
    "unmark": _l("撤销会议关口的登记或豁免"),
    "attend": _l("会议签到"),
    "told": _l("登记已转告缺席的同志"),
    "agenda": _l("修改议程"),
    "item": _l("切换议程"),
    "say": _l("记会上发言"),
    "correct": _l("修改会上发言"),
    "strike": _l("删除会上发言"),
    "read": _l("打开会上发言"),
    "minutes": _l("写会议记录"),
    "take_away": _l("下载会议记录"),
    "paper": _l("起草会议材料"),
    "export": _l("下载会议材料"),
    "review_begin": _l("布置对照检查"),
    "review_chain": _l("设定对照检查审阅链"),
    "review_propose": _l("提出调整对照检查审阅链"),
    "review_refuse": _l("不同意调整对照检查审阅链"),
    "review_write": _l("填写对照检查"),
    "review_upload": _l("从 Word 读入对照检查"),
    "review_read": _l("打开对照检查"),
    "review_compare": _l("对比对照检查的两稿"),
    "review_take_away": _l("下载对照检查"),
    "review_submit": _l("对照检查送审"),
    "review_judge": _l("审阅对照检查"),
    "review_mark": _l("登记对照检查宣读、归档"),
    "review_add": _l("会后补充对照检查"),
    "raise": _l("把问题转交整改"),
}
SEALED_READS = {"read", "take_away", "review_read", "review_compare", "review_take_away"}
NOTICES = {
    "agreed": _l("上级同意了会议方案：%(name)s"),
    "sent_back": _l("会议方案被退回修改：%(name)s"),
    "withdrawn": _l("会议方案撤回修改：%(name)s"),
    "put_off": _l("会议方案撤回修改，先不要按原来的时间到会，请等新的通知：%(name)s"),
    "noticed": _l("%(day)s 开会，请打开查看：%(name)s"),
    "reported": _l("会议情况报告已经上报，请打开查看：%(name)s"),
    "announced": _l("会议情况已经通报：%(name)s"),
    "paper": _l("登记了上级的书面同意（%(paper)s），请核对：%(name)s"),
    "again": _l("上级责令重新召开会议：%(name)s"),
    "review_begun": _l("请写“%(meeting)s”的对照检查，写好后送审"),
    "review_sent": _l("“%(meeting)s”有一份对照检查请您审阅"),
    "review_chained": _l("“%(meeting)s”对照检查的审阅人或执笔人有变动，请打开查看"),
    "review_proposed": _l("“%(meeting)s”对照检查拟换人审阅或执笔，请打开看同意不同意"),
    "review_agreed": _l("“%(meeting)s”对照检查审阅链的调整，执笔人已经同意"),
    "review_refused": _l("“%(meeting)s”对照检查审阅链的调整，执笔人没有同意，链不变"),
    "review_returned": _l("您的对照检查被退回修改（%(meeting)s），请看审阅意见"),
    "review_passed": _l("您的对照检查已经审定（%(meeting)s）"),
}
MOVES: dict[str, Text] = {"read_out": _l("会上宣读"), "file": _l("归档")}
MOVES.update((step.name, step.verb) for step in STEPS)
MARKS: dict[str, Text] = {"-": _l("未签到")}
MARKS.update((mark.value, title) for mark, title in ATTENDANCE_TITLES.items())
DETAILS: dict[str, object] = {
    "deed": (_l("办理"), MOVES),
    "gate": (_l("关口"), {gate.name: gate.title for gate in GATES}),
    "kind": (_l("类型"), SAID_TITLES),
    "paper": (_l("材料"), PAPER_TITLES),
    "word": (_l("签到"), MARKS),
    "file": (_l("文件"), FILES),
    "person": _l("人员"),
    "people": _l("审阅人"),
    "item": _l("第几项"),
    "count": _l("数量"),
    "number": _l("稿次"),
    "place": _l("第几级"),
    "verdict": (_l("结论"), {"True": _l("通过"), "False": _l("退回修改")}),
    "source": (_l("来自"), SOURCE_TITLES),
    "day": _l("日期"),
    "meeting": (_l("哪一种"), KIND_TITLES),
    "meets_on": _l("会议日期"),
}
OBJECTS = {
    "democratic_life_meeting": _l("会议"),
    "democratic_life_review": _l("对照检查"),
}
