"""Handing letters to the mail server: claimed, sent, settled. No transaction is open while it is spoken to.

A process that dies between the server's yes and our own note of it leaves a claim; it is taken back and the
letter sent once more, under the same Message-ID. So a letter may come twice, and none is lost.
"""

import smtplib
import time
from collections import Counter
from datetime import timedelta
from email.message import EmailMessage

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from intranet import clock
from intranet.db import rows_changed, transaction
from intranet.extensions import db
from intranet.models import User
from plugins.mail import letters, queries, settings
from plugins.mail.models import Kind, Letter, Mode, ServerState, State, Subscription
from plugins.mail.services.subscribing import GOOD_FOR
from plugins.mail.settings import Server
from plugins.mail.smtp import Failed, Fault, Refused, ServerFailed, connected, hand_over

MOST = 200
"""Letters a run."""
SOFT, HARD = 60, 90
"""Seconds after which a run begins no other letter, and after which its connection is cut."""
DEAD = timedelta(minutes=10)
"""A claim this old is of a process that died: no run lasts so long."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720, 1440, 1440))
"""After each vain try; after the last one the letter is given up."""
KEPT = timedelta(days=100)
"""Longer than a notice is kept, so that none is sent twice."""


def deliver() -> tuple[Counter[State], Fault | None]:
    """What is due, over one connection. Returns what became of how many, and the server's fault."""
    server = settings.server()
    outcome: Counter[State] = Counter()
    failed: ServerFailed | None
    _take_back()
    due = queries.due(MOST) if server else []
    db.session.rollback()
    if server is None or not due:
        return outcome, None
    try:
        end = time.monotonic() + SOFT
        with connected(server, HARD) as client:
            for letter_id in due:
                if time.monotonic() > end or client.sock is None:
                    break
                outcome[_deliver_one(letter_id, client, server)] += 1
        failed = None
    except ServerFailed as error:
        failed = error
    with transaction():
        note(failed)
    return outcome, failed.fault if failed else None


def _take_back() -> None:
    dead = (Letter.state == State.SENDING, Letter.claimed_at < clock.now() - DEAD)
    if db.session.scalar(select(Letter.id).where(*dead).limit(1)) is None:
        return
    with transaction():
        again = update(Letter).where(*dead)
        rows_changed(again.values(state=State.FAILED, fault=Fault.INTERRUPTED, code="", due_at=clock.now()))


def _deliver_one(letter_id: int, client: smtplib.SMTP, server: Server) -> State:
    """Raises ServerFailed when the next letter need not be tried; this one waits then."""
    tries = _claim(letter_id)
    if not tries:
        return State.WAITING
    made = _compose(letter_id)
    if made is None:
        _withdraw(letter_id)
        return State.WAITING
    address, letter = made
    try:
        hand_over(client, letter, server, address)
    except Failed as failed:
        state = _settle_failed(letter_id, tries, failed, address)
        if isinstance(failed, ServerFailed):
            raise
        return state
    with transaction():
        _settle(letter_id, tries, state=State.SENT, sent_at=clock.now(), fault="", code="")
    return State.SENT


# One letter --------------------------------------------------------------------------------------


def _claim(letter_id: int) -> int:
    """One UPDATE decides who sends it. Returns which try this is; 0: another process has it."""
    now = clock.now()
    free = (Letter.id == letter_id, Letter.state.in_(queries.TO_SEND), Letter.due_at <= now)
    claimed = update(Letter).where(*free).values(state=State.SENDING, claimed_at=now, tries=Letter.tries + 1)
    quiet = claimed.returning(Letter.tries).execution_options(synchronize_session=False)
    with transaction():
        return db.session.scalar(quiet) or 0


def _compose(letter_id: int) -> tuple[str, EmailMessage] | None:
    """Where it goes and what it says, by what holds at this moment. None: it has lost its reason."""
    try:
        row = db.session.get(Letter, letter_id, populate_existing=True)
        user = db.session.get(User, row.user_id, populate_existing=True) if row else None
        wish = queries.subscription_of(user.id) if user and not user.disabled else None
        if row is None or user is None or wish is None:
            return None
        made = _code(row, user, wish) if row.kind is Kind.CODE else _news(row, user, wish)
        return (wish.address, made) if made else None
    finally:
        db.session.rollback()


def _code(row: Letter, user: User, wish: Subscription) -> EmailMessage | None:
    if wish.confirmed_at or wish.asked_at + GOOD_FOR < clock.now():
        return None
    return letters.confirmation(wish, user, row.message_id)


def _news(row: Letter, user: User, wish: Subscription) -> EmailMessage | None:
    if wish.mode is Mode.OFF or wish.confirmed_at is None or wish.refused_at:
        return None
    found = queries.still_news(row, user)
    return letters.news(found, user, wish.address, row.message_id) if found else None


def _withdraw(letter_id: int) -> None:
    """Its notices are free again: should they become news once more, another letter takes them."""
    with transaction():
        db.session.execute(delete(Letter).where(Letter.id == letter_id, Letter.state == State.SENDING))


def _settle(letter_id: int, tries: int, **values: object) -> None:
    """Only for the try it belongs to: a later one knows better."""
    mine = (Letter.id == letter_id, Letter.tries == tries, Letter.state != State.SENT)
    rows_changed(update(Letter).where(*mine).values(**values))


def _settle_failed(letter_id: int, tries: int, failed: Failed, address: str) -> State:
    """It waits longer each time. An address the server would not take is not written to any more."""
    is_final = isinstance(failed, Refused) and failed.is_final
    state = State.GIVEN_UP if is_final or tries > len(WAITS) else State.FAILED
    due_at = clock.now() + WAITS[min(tries, len(WAITS)) - 1]
    with transaction():
        _settle(letter_id, tries, state=state, fault=failed.fault, code=failed.code, due_at=due_at)
        if failed.fault is Fault.RECIPIENT:
            wrong = update(Subscription).where(Subscription.address == address)
            rows_changed(wrong.values(refused_at=clock.now(), version=Subscription.version + 1))
    return state


# The server --------------------------------------------------------------------------------------


def note(failed: ServerFailed | None) -> None:
    """How the server answered last, and since when. One statement: several may be at it."""
    now = clock.now()
    fault, code = (failed.fault, failed.code) if failed else ("", "")
    new = insert(ServerState).values(id=1, fault=fault, code=code, since=now, tried_at=now)
    since = case((ServerState.fault == new.excluded.fault, ServerState.since), else_=new.excluded.since)
    seen = {"fault": fault, "code": code, "since": since, "tried_at": now}
    db.session.execute(new.on_conflict_do_update(index_elements=["id"], set_=seen))


def forget_old() -> dict[str, int]:
    """Letters nobody asks about any more."""
    old = delete(Letter).where(Letter.created_at < clock.now() - KEPT)
    return {"letters": rows_changed(old.where(Letter.state.in_((State.SENT, State.GIVEN_UP))))}
