"""Answering an SMS. Safe to run again: what a message asked for is done once."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from openvisit.core.appointment import Move
from openvisit.core.errors import OpenVisitError
from openvisit.core.replies import Reply, meaning
from openvisit.features.booking.bearer import bearer
from openvisit.features.notifications.preferences.addresses import phone_index
from openvisit.features.notifications.preferences.commands import opt
from openvisit.features.notifications.replies import once
from openvisit.features.notifications.replies.desk import Desk, about, link, make, when
from openvisit.features.notifications.replies.next_visit import next_visit, owners, visit_of
from openvisit.features.notifications.replies.offered import lately_offered
from openvisit.features.notifications.replies.once import Begun
from openvisit.platform import log
from openvisit.platform.channels import InboundText, Message, Refused
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one
from openvisit.platform.mail.words import phrase
from openvisit.platform.principal import acting, of_person
from openvisit.platform.rate_limits import count

ONCE_MORE_WITHIN = timedelta(minutes=10)
ANSWERS_AN_HOUR = 10
_logger = log.get("replies")


async def answer(desk: Desk, told: InboundText) -> None:
    """Do what an SMS asks for, and say so by SMS. Unknown numbers, and numbers nobody proved, are answered nothing.

    Errors: Refused and Doubtful where the answer has not left: it is safe to try again.
    """
    now = desk.clock()
    index = phone_index(desk.vault, told.sender)
    async with desk.db.connection() as connection:
        people = await owners(connection, index)
        begun = await once.begin(connection, desk.vault, once.key_of(told), now) if people else None
    if begun is None:
        return

    async def do() -> str | None:
        words = await _do(desk, people, index, meaning(told.text), begun, now)
        async with desk.db.connection() as connection:  # two machines must not talk to each other for ever
            many = await count(connection, f"sms answers {index.hex()}", window_seconds=3600, now=now)
        return words if many <= ANSWERS_AN_HOUR else None

    await say(desk, begun, told.sender, people[0]["language"], do, now)


async def say(
    desk: Desk, begun: Begun, number: str, language: str, do: Callable[[], Awaitable[str | None]], now: datetime
) -> None:
    """Do it, unless it was done; keep what is to be said; and say it by SMS, as often as it takes.

    Errors: Refused and Doubtful, worth another try; whatever `do` raises, then nothing was done.
    """
    db, key, words = desk.db, begun.key, begun.words
    try:
        if words is None:
            words = await do()
            if words is not None:
                async with db.connection() as connection:
                    await once.done(connection, desk.vault, key, words)
        if words is not None:
            message = _message(f"reply.{key}", number, words, language, now)
            try:
                await desk.sms.send(message)
            except Refused as error:
                if not error.permanent:
                    raise
                _logger.warning("answer not sent", error=error.reason)
    except BaseException:
        async with db.connection() as connection:
            await once.give_back(connection, key)
        raise
    async with db.connection() as connection:
        await once.said(connection, key, now)


def _message(key: str, number: str, words: str, language: str, now: datetime) -> Message:
    return Message(key=key, channel="sms", address=number, text=words, written_at=now, language=language)


async def _do(
    desk: Desk, people: list[Row], index: bytes, asked: Reply | None, begun: Begun, now: datetime
) -> str | None:
    language = people[0]["language"]
    if asked in (Reply.STOP, Reply.START):
        async with desk.db.transaction() as connection:
            for person in people:
                await opt(connection, person["id"], "sms", out=asked is Reply.STOP, via="sms", now=now)
        return phrase("sms_stopped" if asked is Reply.STOP else "sms_started", language)
    if asked is None or asked is Reply.HELP:
        return phrase("sms_help", language)
    if asked in (Reply.YES, Reply.NO):
        said_of_offer = await _answer_offer(desk, people, asked is Reply.YES, now)
        if said_of_offer is not None:
            return said_of_offer
        if asked is Reply.NO:
            return phrase("sms_help", language)
    move = Move.CANCEL if asked is Reply.CANCEL else Move.CONFIRM
    ids = [person["id"] for person in people]
    async with desk.db.connection() as connection:
        if begun.appointment_id is not None:  # it was begun before: with this visit, asked about or not
            visit = await visit_of(connection, ids, begun.appointment_id, now)
            return await make(desk, visit, move, language, "sms", now) if visit else phrase("sms_no_visit", language)
        visit = await next_visit(connection, ids, now)
    if visit is None:
        return phrase("sms_no_visit", language)
    if asked is Reply.RESCHEDULE:
        return link(desk, visit, "sms_move", language, "reschedule_link", now)
    if asked is Reply.CANCEL and visit["cancellation_reason_required"]:
        return link(desk, visit, "sms_cancel_there", language, "cancel_link", now)
    if asked is Reply.CANCEL and not await _asked_before(desk.db, index, visit, begun.key, now):
        return phrase("sms_cancel_again", language, **about(visit))
    async with desk.db.connection() as connection:
        await once.meant(connection, begun.key, visit["id"])
    return await make(desk, visit, move, language, "sms", now)


async def _answer_offer(desk: Desk, people: list[Row], yes: bool, now: datetime) -> str | None:
    """Yes or no to a time that the waitlist offers; None when none was offered lately."""
    async with desk.db.connection() as connection:
        offers = await lately_offered(connection, [person["id"] for person in people], now)
        if not offers:
            return None
        offer = offers[0]
        actor = await bearer(connection, offer["person_id"], offer["patient_id"], "sms", now)
    language, page = offer["language"], f"{desk.public_url.rstrip('/')}/waitlist"
    if len(offers) > 1:
        return phrase("sms_offers_many", language, link=page)
    in_person = offer["mode"] == "in-person"
    there = (offer["location_zone"] or offer["provider_zone"]) if in_person else offer["zone"]
    said = {"clinic": offer["clinic_name"], "when": when({**offer, "time_zone": there})}
    if not offer["open"] or actor is None:
        return phrase("sms_offer_over", language, **said)
    try:
        with acting(of_person(actor)):
            await desk.answer_offer(actor, offer["id"], yes, now)
    except OpenVisitError as error:
        _logger.info("offer not answered", offer=str(offer["id"]), code=error.code)
        return phrase("sms_offer_not_done", language, **said, link=page)
    return phrase("sms_offer_taken" if yes else "sms_offer_declined", language, **said)


async def _asked_before(db: Database, index: bytes, visit: Row, key: str, now: datetime) -> bool:
    """Whether this telephone was asked about this very visit a short while ago; if not, it is asked now.

    The answer `key` that asked does not answer itself when it is given again.
    """
    values: dict[str, Any] = {
        "index": index,
        "appointment_id": visit["id"],
        "starts_at": visit["starts_at"],
        "asked_by": key,
        "since": now - ONCE_MORE_WITHIN,
        "now": now,
    }
    async with db.transaction() as connection:
        confirmed = await _confirmed(connection, values)
        await execute(connection, "DELETE FROM sms_question WHERE asked_at < %(since)s", values)
        if not confirmed:
            await execute(
                connection,
                """INSERT INTO sms_question (phone_index, appointment_id, starts_at, asked_at, asked_by)
                   VALUES (%(index)s, %(appointment_id)s, %(starts_at)s, %(now)s, %(asked_by)s)
                   ON CONFLICT (phone_index) DO UPDATE SET appointment_id = excluded.appointment_id,
                       starts_at = excluded.starts_at, asked_at = excluded.asked_at, asked_by = excluded.asked_by""",
                values,
            )
    return confirmed


async def _confirmed(connection: Connection, values: dict[str, Any]) -> bool:
    row = await fetch_one(
        connection,
        """DELETE FROM sms_question WHERE phone_index = %(index)s AND appointment_id = %(appointment_id)s
               AND starts_at = %(starts_at)s AND asked_at >= %(since)s
               AND asked_by IS DISTINCT FROM %(asked_by)s RETURNING phone_index""",
        values,
    )
    return row is not None
