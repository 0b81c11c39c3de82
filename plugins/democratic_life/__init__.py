"""民主生活会、组织生活会：对照检查、会前会中会后的每一道关口、相互批评、整改打算转到整改台账；发言和材料密封。"""

from flask_babel import lazy_gettext as _l

TITLE = _l("民主生活会")
PURPOSE = _l("对照检查逐级审阅、会前关口一项项看清、会上谁对谁提了意见一张表；原文加密，只有与会的人能打开。")
SEEN_BY = _l(
    "批评意见和会议记录：只有与会的人和记录人。对照检查：只有本人和审阅链上的人。其他人只看到办到哪一步；管理员看不到。"
)
REQUIRES_CORE = "1"
DEEDS = {
    "meeting": _l("筹备会议"),
}
OBJECTS = {
    "democratic_life_meeting": _l("会议"),
}
