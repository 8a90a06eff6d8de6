"""Keys that are pressed during a call: 1 confirms, 2 sends a link to move the visit, 9 cancels, 0 ends such calls."""

from openvisit.core.appointment import Move
from openvisit.core.replies import Reply, pressed
from openvisit.features.notifications.preferences.commands import opt
from openvisit.features.notifications.replies import once
from openvisit.features.notifications.replies.commands import say
from openvisit.features.notifications.replies.desk import Desk, link, make
from openvisit.features.notifications.replies.next_visit import visit_of
from openvisit.platform.channels import InboundText
from openvisit.platform.db import Row, fetch_one
from openvisit.platform.mail.words import phrase

_CALLED = """
SELECT s.appointment_id, s.person_id, coalesce(n.language, p.language) AS language
FROM scheduled_reminder s JOIN person p ON p.id = s.person_id
LEFT JOIN notification_preference n ON n.person_id = s.person_id
WHERE s.vendor_message_id = %(call)s AND s.vendor = %(vendor)s AND s.appointment_id IS NOT NULL"""


class CallUnknown(Exception):
    """No call of ours is known by this id, or not yet: the key was pressed before it was written down."""


async def answer(desk: Desk, told: InboundText) -> None:
    """Do what the key asks for, with the visit that the call was about; how it went is told by SMS.

    Errors: CallUnknown; Refused and Doubtful where the answer has not left: it is safe to try again.
    """
    asked, now = pressed(told.text), desk.clock()
    if asked is None:
        return
    async with desk.db.connection() as connection:
        called = await fetch_one(connection, _CALLED, {"call": told.answers, "vendor": told.vendor})
        if called is None:
            raise CallUnknown
        begun = await once.begin(connection, desk.vault, once.key_of(told), now)
    if begun is None:
        return

    async def do() -> str | None:
        return await _do(desk, called, asked)

    await say(desk, begun, told.sender, called["language"], do, now)


async def _do(desk: Desk, called: Row, asked: Reply) -> str | None:
    language, now = called["language"], desk.clock()
    if asked is Reply.STOP:
        async with desk.db.transaction() as connection:
            await opt(connection, called["person_id"], "voice", out=True, via="voice", now=now)
        return None  # who wants to be left alone is left alone
    async with desk.db.connection() as connection:
        visit = await visit_of(connection, [called["person_id"]], called["appointment_id"], now)
    if visit is None or now >= visit["starts_at"]:
        return phrase("sms_no_visit", language)
    if asked is Reply.RESCHEDULE:
        return link(desk, visit, "sms_move", language, "reschedule_link", now)
    if asked is Reply.CANCEL and visit["cancellation_reason_required"]:
        return link(desk, visit, "sms_cancel_there", language, "cancel_link", now)
    return await make(desk, visit, Move.CANCEL if asked is Reply.CANCEL else Move.CONFIRM, language, "voice", now)
