"""计划安排：把医院的实施方案读成环节、活动和任务，让每个单位知道何时做什么，让活动办看到做到了哪一步。"""  # noqa: D400, D415 - a Chinese full stop

from flask_babel import lazy_gettext as _l

TITLE = _l("计划安排")
PURPOSE = _l("上传实施方案，自动排出时间表；本单位的任务、期限和完成情况一目了然，做完在这里上报。")
REQUIRES_CORE = "1"
