"""Setting a second factor up, showing it, losing it, and demanding it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update

from intranet import audit, clock, sessions, throttle
from intranet.contracts import Role
from intranet.db import keep_on_refusal, rows_changed, start_writing
from intranet.errors import Conflict, Invalid, TooMany
from intranet.extensions import db
from intranet.models import User
from plugins.two_factor import codes, queries
from plugins.two_factor.models import Demand, Device, RecoveryCode

DIGITS = 6
TOO_MANY = _l("动态码输错次数过多，请 %(wait)s 分钟后重新登录再试。")


# At the login ------------------------------------------------------------------------------------


def show(user: User, typed: str, address: str) -> None:
    """The code asked for after the password. Raises TooMany or Invalid; too many end the half login.

    Wrong codes are counted apart from wrong passwords: only who knows the password can make a person wait.
    """
    subject = f"core_user:{user.id}"
    attempt = throttle.a_try(user.username, address, None, "second factor")
    try:
        throttle.begin(attempt, subject, TOO_MANY)
    except TooMany:
        start_writing()
        keep_on_refusal()
        sessions.log_out()
        raise
    start_writing()
    if not _is_right(user, codes.plain(typed)):
        keep_on_refusal()
        audit.record(user, "two_factor:refused", subject)
        raise Invalid(_("动态码不对或已经用过。请等手机上换了新的再输；也可以输入一个恢复码。"))
    throttle.forgive(attempt)
    sessions.go_on()


def _is_right(user: User, typed: str) -> bool:
    if len(typed) == DIGITS:
        return _uses_step(user, typed)
    mine = (RecoveryCode.user_id == user.id, RecoveryCode.code_hash == codes.hash_of(typed, user))
    right = rows_changed(delete(RecoveryCode).where(*mine)) == 1
    if right:
        audit.record(user, "two_factor:recovered", f"core_user:{user.id}")
    return right


def _uses_step(user: User, typed: str) -> bool:
    """One UPDATE decides: of two requests with one code, one wins."""
    device = queries.device_of(user)
    if device is None:
        return False
    step = codes.step_of(_secret_of(device, user), typed, device.last_step)
    if step is None:
        return False
    newer = update(Device).where(Device.user_id == user.id, Device.last_step < step)
    return rows_changed(newer.values(last_step=step)) == 1


def _secret_of(device: Device, user: User) -> str:
    """Raises Invalid where the key it was sealed with is gone, as after a restore without `sealing.key`."""
    try:
        return codes.unseal(device.secret, user)
    except Invalid as refused:
        raise Invalid(_("您的二次验证现在打不开，请联系安全管理员解除后重新开启。")) from refused


# One's own ---------------------------------------------------------------------------------------


def set_up(user: User, secret: str, typed: str) -> list[str]:
    """Counts from now on, as the first code has proved. Returns the recovery codes, to be shown once."""
    db.session.refresh(user, with_for_update=True)  # a second request waits here
    if queries.has_device(user):
        raise Conflict(_("您已经开启了二次验证。要换手机，请先关闭再重新开启。"))
    step = codes.step_of(secret, codes.plain(typed), after=0)
    if step is None:
        raise Invalid(_("动态码不对。请看手机上的时间是否准确，再输入现在显示的六位数字。"))
    sealed = codes.seal(secret, user)
    db.session.add(Device(user_id=user.id, secret=sealed, last_step=step, confirmed_at=clock.now()))
    audit.record(user, "two_factor:set-up", f"core_user:{user.id}")
    return _make_codes(user)


def renew_codes(user: User, *, since: int) -> list[str]:
    """Ten new recovery codes; the old ones are worth nothing any more. Made since: the page is sent twice."""
    db.session.refresh(user, with_for_update=True)  # a second request waits here
    if not queries.has_device(user):
        raise Conflict(_("您还没有开启二次验证。"))
    if queries.latest_codes(user) != since:
        raise Conflict(_("恢复码已经换过，没有再换。没来得及抄下来，请回到二次验证的页面再换一组。"))
    audit.record(user, "two_factor:codes", f"core_user:{user.id}")
    return _make_codes(user)


def _make_codes(user: User) -> list[str]:
    made = codes.new_recovery_codes()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=codes.hash_of(code, user)) for code in made)
    db.session.flush()
    return made


def turn_off(user: User) -> None:
    """Back to the password alone, where no role forbids it."""
    if queries.is_demanded(user):
        raise Invalid(_("您的角色必须使用二次验证，不能关闭。手机丢了请找安全管理员。"))
    if _forget(user):
        audit.record(user, "two_factor:off", f"core_user:{user.id}")


def _forget(user: User) -> int:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    return rows_changed(delete(Device).where(Device.user_id == user.id))


# The security administrator's --------------------------------------------------------------------


def reset(user: User, *, by: User) -> None:
    """For a lost telephone: it opens nothing any more, and whoever is logged in with it is logged out."""
    if not _forget(user):
        raise Invalid(_("%(name)s 没有开启二次验证。", name=user.name))
    sessions.end(user, by=by)
    audit.record(by, "two_factor:reset", f"core_user:{user.id}")


def demand(role: Role, *, demanded: bool, by: User) -> None:
    """From the next login on, whoever has this role must use a second factor, or need not."""
    audit.record(by, "two_factor:demand", role, demanded=demanded)  # whoever is second waits here
    db.session.execute(delete(Demand).where(Demand.role == role))
    if demanded:
        db.session.add(Demand(role=role))
