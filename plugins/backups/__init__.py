"""备份：一个加密的文件装下全站，人在用的时候也能做；放到空机器上能恢复，并且自己证明。"""

from flask_babel import lazy_gettext as _l

from plugins.backups.faults import WORDS

TITLE = _l("备份")
PURPOSE = _l("每夜把数据库和上传的文件装进一个加密文件，自己核对，定期试恢复；过期或没试过会提醒系统管理员。")
REQUIRES_CORE = "1"
FOR_SITE = True
DEEDS = {
    "ask": _l("要求备份或试恢复"),
    "make": _l("做了备份"),
    "try": _l("试恢复备份"),
    "restore": _l("从备份恢复全站"),
    "download": _l("下载备份"),
    "remove": _l("按保留规则删除备份"),
    "key": _l("核对纸上的恢复密钥"),
}
DETAILS = {
    "fault": (_l("结果"), {"-": _l("通过"), **{fault.value: words for fault, words in WORDS.items()}}),
    "made_at": _l("备份时间"),
}
OBJECTS = {"backups_backup": _l("备份")}
