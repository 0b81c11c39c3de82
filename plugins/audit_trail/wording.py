"""An entry's codes in words: the core's here, a plugin's from its header."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intranet import clock
from intranet.audit import COMMAND, JOB
from intranet.contracts import Text
from intranet.jobs import all_jobs
from intranet.models import AuditEntry
from intranet.organisation import organisation
from intranet.permissions import declared
from intranet.plugins import loaded
from intranet.wording import ROLES, listed

Detail = Text | tuple[Text, Mapping[str, Text]]
"""What a value is called; and, where it is a code, what the codes mean."""

DEEDS: dict[str, Text] = {
    "login": _l("登录"),
    "login-refused": _l("登录被拒"),
    "login-throttled": _l("密码错误过多，暂停登录"),
    "login-step": _l("密码正确，登录还差一步"),
    "logout": _l("退出登录"),
    "end-sessions": _l("结束登录"),
    "first-password": _l("发放初始密码"),
    "unit": _l("新建单位"),
    "person": _l("新建账号"),
    "disable": _l("停用账号"),
    "enable": _l("恢复账号"),
    "join": _l("加入单位"),
    "grant": _l("授予角色"),
    "audit-check": _l("核对审计记录"),
    "plugins": _l("开关功能"),
    "job": _l("要求运行定时任务"),
    "attach": _l("上传附件"),
    "detach": _l("删除附件"),
    "urge": _l("催办到期的事"),
    "uninstall": _l("删除插件的全部数据"),
}
EARLIER: dict[str, Text] = {
    "reseal": _l("改用新密钥重新密封"),
    "new-sealing-key": _l("增加密封密钥"),
}
"""What the core no longer does: entries of it stay, and so do their words."""
REFUSALS = {"login-refused", "login-throttled"}
SWITCHES: dict[str, Text] = {
    "on": _l("已开启"),
    "off": _l("已关闭"),
    "parent": _l("随上级"),
    "lock": _l("锁定"),
    "unlock": _l("解除锁定"),
}
DETAILS: dict[str, Detail] = {
    "role": (_l("角色"), ROLES),
    "word": (_l("改为"), SWITCHES),
    "allowed": (_l("允许"), {"True": _l("是"), "False": _l("否")}),
    "title": _l("职务"),
    "to": _l("移到"),
    "into": _l("并入"),
    "of": _l("所属"),
    "sha256": _l("内容摘要"),
    "count": _l("数量"),
    "rows": _l("行数"),
    "starts": (_l("开始"), {"None": _l("不限")}),
    "ends": (_l("结束"), {"None": _l("不限")}),
    "broken": (_l("结果"), {"-": _l("都完整")}),
}
BULKY = {"sha256", "version"}
"""Details a reader has no use for; they stay in the text that is hashed."""
UNITS = {"to", "into", "of"}
"""Details that may be the code of a unit."""
OBJECTS: dict[str, Text] = {
    "core_user": _l("账号"),
    "core_unit": _l("单位"),
    "core_audit_check": _l("审计记录链"),
    "core_attachment": _l("附件"),
    "core_seal": _l("密封密钥"),
    "core_special_day": _l("放假或调休的日子"),
}
CORE = {"DEEDS": DEEDS | EARLIER, "REFUSALS": REFUSALS, "DETAILS": DETAILS, "OBJECTS": OBJECTS}


def _headers() -> Iterator[tuple[str, Text, Mapping[str, Any]]]:
    """Name, title and words of the core and of every plugin."""
    yield "core", _l("系统"), CORE
    for plugin in loaded().working.values():
        yield plugin.name, plugin.title, vars(plugin.module)


# Deeds -------------------------------------------------------------------------------------------


def groups() -> list[tuple[Text, dict[str, Text]]]:
    """Every deed by its code, under the title of what it belongs to."""
    found = []
    for name, title, words in _headers():
        deeds: dict[str, Text] = words.get("DEEDS", {})
        if deeds:
            found.append((title, {f"{name}:{deed}": said for deed, said in deeds.items()}))
    return found


def deeds() -> dict[str, Text]:
    return {code: said for _title, group in groups() for code, said in group.items()}


def refusals() -> list[str]:
    """The deeds that were not done."""
    return _named("REFUSALS")


def sealed_reads() -> list[str]:
    """The deeds that are a look at a sealed text."""
    return _named("SEALED_READS")


def _named(header: str) -> list[str]:
    found = []
    for name, _title, words in _headers():
        marked: set[str] = words.get(header, set())
        found += [f"{name}:{deed}" for deed in sorted(marked)]
    return found


# The rest of an entry ----------------------------------------------------------------------------


def _names() -> Iterator[tuple[str, Text]]:
    """What has a title or a name of its own, by how an entry points at it."""
    yield from ROLES.items()
    yield from ((name, plugin.title) for name, plugin in loaded().working.items())
    yield from ((name, permission.title) for name, permission in declared().items())
    yield from ((name, job.title) for name, job in all_jobs().items())
    for unit in organisation().by_id.values():
        yield from ((unit.code, unit.name), (f"core_unit:{unit.id}", unit.name))


def objects() -> dict[str, Text]:
    """What a thing is called, by the first word of how an entry points at it."""
    found: dict[str, Text] = {}
    for _name, _title, words in _headers():
        found |= words.get("OBJECTS", {})
    return found


class Words:
    """Says entries in words; one for a page, which reads the headers once."""

    def __init__(self, people: Mapping[str, str]) -> None:
        self._deeds = deeds()
        self._names: dict[str, Text] = dict(_names())
        self._details: dict[str, Mapping[str, Detail]] = {}
        self._objects = objects()
        for name, _title, words in _headers():
            self._details[name] = {**DETAILS, **words.get("DETAILS", {})}
        self._names |= {key: f"{self._objects['core_user']} {name}" for key, name in people.items()}

    def deed(self, entry: AuditEntry) -> str:
        return str(self._deeds.get(entry.action, entry.action))

    def sentence(self, entry: AuditEntry) -> str:
        """What follows who did it, as 授予角色：账号 王某某（角色 负责人）, without a full stop."""
        own = entry.subject == f"core_user:{entry.actor_id}"
        deed, details = self.deed(entry), listed(self.details(entry))
        sentence = deed if own else _("%(deed)s：%(thing)s", deed=deed, thing=self.subject(entry))
        return str(
            _("%(sentence)s（%(details)s）", sentence=sentence, details=details) if details else sentence
        )

    def subject(self, entry: AuditEntry) -> str:
        """账号 王某某; what nobody has named stays as it is stored."""
        return self._thing(entry.subject)

    def details(self, entry: AuditEntry) -> list[str]:
        """角色 负责人, one for each value that is worth reading."""
        known = self._details.get(entry.action.partition(":")[0], {})
        worth = {name: value for name, value in entry.detail.items() if value and name not in BULKY}
        said = {_said(known, *pair): pair for pair in worth.items()}
        return [f"{word} {self._value(*pair, value)}" for (word, value), pair in said.items()]

    def _value(self, name: str, stored: str, said: str) -> str:
        """A thing that is pointed at has a name."""
        return self._thing(stored) if ":" in stored or name in UNITS else said

    def _thing(self, stored: str) -> str:
        if stored in self._names:
            return str(self._names[stored])
        if stored.startswith("/"):
            return self._page(stored)
        head, _sign, key = stored.partition(" ") if " " in stored else stored.rpartition(":")
        kind = head.rpartition(":")[2] or key
        return f"{self._objects[kind]} {key if head else ''}".rstrip() if kind in self._objects else stored

    def _page(self, address: str) -> str:
        """内科一病区 整改看板 12: the parts of an address that have a name, and its numbers."""
        parts = address.partition("?")[0].strip("/").split("/")
        said = [str(self._names.get(part, part)) for part in parts if part in self._names or part.isdigit()]
        return " ".join(said) or address

    def moment(self, entry: AuditEntry) -> str:
        """To the second, on the hospital's clock; the text that is hashed has it in UTC."""
        return f"{clock.local(entry.at):%Y-%m-%d %H:%M:%S}"

    def place(self, entry: AuditEntry) -> str:
        """Where it came from."""
        return str({COMMAND: _("命令行"), JOB: _("定时任务")}.get(entry.address, entry.address))

    def actor(self, entry: AuditEntry, name: str | None) -> str:
        """The person; else what acted without one."""
        stranger = "" if entry.address in {COMMAND, JOB} else _("未登录")
        return name or stranger or self.place(entry)


def _said(known: Mapping[str, Detail], name: str, value: str) -> tuple[str, str]:
    word = known.get(name, name)
    if not isinstance(word, tuple):
        return str(word), value
    said, codes = word
    return str(said), listed(codes.get(code, code) for code in value.split(","))
