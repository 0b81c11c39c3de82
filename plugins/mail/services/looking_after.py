"""What the system administrator does: trying the server out, and sending again what was given up."""

from email.message import EmailMessage

from flask_babel import gettext as _
from sqlalchemy import update

from intranet import audit, clock
from intranet.db import keep_on_refusal, rows_changed, start_writing
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import User
from intranet.wording import sentences
from plugins.mail import letters, settings
from plugins.mail.addresses import checked, masked
from plugins.mail.models import Letter, State
from plugins.mail.services.delivering import note
from plugins.mail.services.subscribing import refuse_when_off
from plugins.mail.smtp import Failed, ServerFailed, connected, hand_over
from plugins.mail.wording import said

PATIENCE = 30
"""Seconds somebody waits for a page."""


def try_out(typed: str, *, by: User) -> None:
    """Sends a letter now and says why it did not go. Writing begins after the server has answered."""
    refuse_when_off()
    address = checked(typed)
    failed = _try(address, letters.trial(by, address))
    start_writing()
    audit.record(by, "mail:test", "mail_letter:0", address=masked(address), result=_result(failed))
    if failed is None or isinstance(failed, ServerFailed):
        note(failed)
    if failed:
        keep_on_refusal()
        raise Invalid(_sentence(failed))


def _try(address: str, letter: EmailMessage) -> Failed | None:
    server = settings.server()
    db.session.rollback()
    try:
        if server:
            with connected(server, PATIENCE) as client:
                hand_over(client, letter, server, address)
    except Failed as failed:
        return failed
    return None


def _result(failed: Failed | None) -> str:
    return failed.fault if failed else "sent"


def _sentence(failed: Failed) -> str:
    sentence = said(failed.fault, failed.code)
    return sentences([sentence, _("原文：%(answer)s", answer=failed.answer)]) if failed.answer else sentence


def send_again(letter_id: int, *, by: User) -> None:
    """From its first try on. Raises Conflict when it is on its way already."""
    audit.record(by, "mail:resend", f"mail_letter:{letter_id}")
    given_up = (Letter.id == letter_id, Letter.state == State.GIVEN_UP)
    again = update(Letter).where(*given_up).values(state=State.WAITING, tries=0, due_at=clock.now())
    if not rows_changed(again):
        raise Conflict(_("这封邮件已经在重发，或者已经不在了。"))
