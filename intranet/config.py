"""Settings: the defaults below, then `instance/config.py`, then `INTRANET_*`; an unknown name is an error."""

import os
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Final

Value = str | int | bool | tuple[str, ...] | tuple[int, ...]

DEFAULTS: Final[dict[str, Value]] = {
    # The name in the red bar and in page titles.
    "SITE_NAME": "医院内网",
    # Where the data lives. Empty: the file intranet.sqlite in the instance folder.
    # PostgreSQL: postgresql+psycopg://user:password@host/database
    "DATABASE_URL": "",
    # Names of the plugins to load. Empty: every folder in plugins/ and every installed entry point.
    "PLUGINS": (),
    # Load no plugin at all: the way in when one of them breaks the site.
    "SAFE_MODE": False,
    # Log every call of a hook, without its contents; the header Server-Timing adds up the time.
    "TRACE_PLUGINS": False,
    # Plugins that are on for a unit tree until somebody turns them off.
    "PLUGINS_ON": (),
    # The language of people who have not chosen one: zh or en.
    "LANGUAGE": "zh",
    # A session nobody uses ends after this many minutes ...
    "SESSION_IDLE_MINUTES": 60,
    # ... and every session after this many hours.
    "SESSION_HOURS": 12,
    # The same for system, security and audit administrators.
    "ADMIN_IDLE_MINUTES": 15,
    # A password an administrator has handed out is good for this many hours.
    "FIRST_PASSWORD_HOURS": 24,
    # What is asked of passwords: mlps (GB/T 22239) or asvs (OWASP) ...
    "PASSWORD_POLICY": "mlps",
    # ... and, under mlps, after how many days for another one.
    "PASSWORD_DAYS": 90,
    # Send cookies over HTTPS only. Turn on as soon as the site has a certificate.
    "SECURE_COOKIES": False,
    # Host names the site answers to. Empty: any (single machine, trial run).
    "HOSTS": (),
    # How many reverse proxies in front of the site may state the visitor's address.
    "PROXIES": 0,
    # Wrong passwords for one account before the browser or address they come from has to wait ...
    "LOGIN_ATTEMPTS": 5,
    # ... this many minutes.
    "LOGIN_WAIT_MINUTES": 15,
    # The largest file a person may upload, in MB.
    "UPLOAD_MB": 10,
    # What the files on one unit's records may take together, in MB. 0: no limit.
    "ATTACHMENT_QUOTA_MB": 5000,
    # Seconds a write waits for another write before the person is asked to try again.
    "WRITE_WAIT_SECONDS": 10,
    # So many working days before a deadline people are reminded, and once more when it has passed.
    "REMIND_WORKDAYS_BEFORE": (7, 3, 1),
    # So many working days after it the leader in charge is told. 0: never.
    "ESCALATE_WORKDAYS_AFTER": 5,
    # Notices by e-mail: the mail server. Empty: none are sent.
    "SMTP_HOST": "",
    # Its port.
    "SMTP_PORT": 587,
    # How the way there is sealed: starttls, tls (from the first byte, port 465) or none (without a password).
    "SMTP_SECURITY": "starttls",
    # The hospital's own certificate authority, a PEM file. Empty: those the system trusts.
    "SMTP_CA_FILE": "",
    # The account on the mail server, if it asks for one ...
    "SMTP_USER": "",
    # ... and its password, best given as INTRANET_SMTP_PASSWORD. It is in no database, page, log or backup.
    "SMTP_PASSWORD": "",
    # Seconds to wait for each answer of the mail server.
    "SMTP_TIMEOUT_SECONDS": 15,
    # The address the e-mails come from.
    "MAIL_FROM": "",
    # E-mails say what the notices say. False: only how many there are, because mail may leave the house.
    "MAIL_TITLES": False,
    # What people type to open the site, for links in e-mails: https://intranet.example.cn
    "SITE_ADDRESS": "",
    # Days an audit entry is kept. Not less than 190: the law asks for six months.
    "AUDIT_DAYS": 1095,
    # Where the ends of the audit chains are sent as well: host:port (UDP) or the path of a socket.
    "AUDIT_SYSLOG": "",
    # Where backups go, best on another disk. Empty: a folder of the instance folder.
    "BACKUP_FOLDER": "",
    # The newest backup is kept of each of so many days ...
    "BACKUP_DAYS": 7,
    # ... weeks ...
    "BACKUP_WEEKS": 4,
    # ... and months.
    "BACKUP_MONTHS": 12,
}
LEAST: Final = {"AUDIT_DAYS": 190}
CHOICES: Final = {"LANGUAGE": ("zh", "en"), "PASSWORD_POLICY": ("mlps", "asvs")}

# Read by other parts of the program or by its tests; not settings of the site.
NOT_SETTINGS: Final = ("INTRANET_INSTANCE", "INTRANET_DEMO_PASSWORD", "INTRANET_SHARED_DATA")
NOT_SETTINGS_PREFIX: Final = ("INTRANET_TEST_", "INTRANET_BENCH_")

ROOT: Final = Path(__file__).resolve().parent.parent


class UnknownSetting(ValueError):
    """A setting was misspelt or does not exist in this version."""


class WrongSetting(ValueError):
    """A setting holds a value of the wrong kind."""


def instance_folder() -> Path:
    """The one folder the program writes to: `INTRANET_INSTANCE`, or `instance/` beside the code."""
    return Path(os.environ.get("INTRANET_INSTANCE") or ROOT / "instance").absolute()


def load(folder: Path, environ: Mapping[str, str]) -> dict[str, Value]:
    """All settings, the later source winning. Raises UnknownSetting and WrongSetting."""
    settings = dict(DEFAULTS)
    for name, value in {**_from_file(folder / "config.py"), **_from_environ(environ)}.items():
        settings[name] = _checked(_known(name), value)
    return settings


def _from_file(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    return {name: value for name, value in runpy.run_path(str(path)).items() if name.isupper()}


def _from_environ(environ: Mapping[str, str]) -> dict[str, object]:
    return {
        name.removeprefix("INTRANET_"): _parsed(name.removeprefix("INTRANET_"), text)
        for name, text in environ.items()
        if name.startswith("INTRANET_")
        and name not in NOT_SETTINGS
        and not name.startswith(NOT_SETTINGS_PREFIX)
    }


def _known(name: str) -> str:
    if name not in DEFAULTS:
        message = f"没有名为 {name} 的设置。可用的设置：{'、'.join(DEFAULTS)}"
        raise UnknownSetting(message)
    return name


def _parsed(name: str, text: str) -> object:
    default = DEFAULTS[_known(name)]
    if isinstance(default, bool):
        return {"1": True, "true": True, "0": False, "false": False}.get(text.lower(), text)
    if isinstance(default, int):
        return int(text) if text.isdecimal() else text
    if isinstance(default, tuple):
        parts = tuple(part.strip() for part in text.split(",") if part.strip())
        return tuple(map(int, parts)) if _holds_numbers(name) and all(map(str.isdecimal, parts)) else parts
    return text


def _holds_numbers(name: str) -> bool:
    default = DEFAULTS[name]
    return isinstance(default, tuple) and bool(default) and isinstance(default[0], int)


def _checked(name: str, value: object) -> Value:
    wanted = type(DEFAULTS[name])
    if isinstance(value, list):
        value = tuple(value)
    if type(value) is not wanted:
        shown = type(value).__name__ if "PASSWORD" in name else repr(value)
        message = f"设置 {name} 应为 {wanted.__name__}，现在是 {shown}"
        raise WrongSetting(message)
    if isinstance(value, int) and value < LEAST.get(name, value):
        message = f"设置 {name} 不能小于 {LEAST[name]}，现在是 {value}"
        raise WrongSetting(message)
    if name in CHOICES and value not in CHOICES[name]:
        message = f"设置 {name} 只能是 {'、'.join(CHOICES[name])}，现在是 {value!r}"
        raise WrongSetting(message)
    if isinstance(value, tuple) and {type(part) for part in value} - {int if _holds_numbers(name) else str}:
        message = f"设置 {name} 里的每一项应为{'整数' if _holds_numbers(name) else '文字'}，现在是 {value!r}"
        raise WrongSetting(message)
    return value
