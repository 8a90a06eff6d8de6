"""Answering an SMS. Safe to run again: what a message asked for is done once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from openvisit.core.appointment import Move
from openvisit.core.errors import OpenVisitError
from openvisit.core.replies import Reply, meaning
from openvisit.features.booking import moves
from openvisit.features.booking.bearer import bearer
from openvisit.features.booking.errors import LateCancellation
from openvisit.features.notifications.links import of_visit
from openvisit.features.notifications.preferences.addresses import phone_index
from openvisit.features.notifications.preferences.commands import opt
from openvisit.features.notifications.replies.next_visit import next_visit, owners
from openvisit.features.notifications.replies.offered import AnswerOffer, lately_offered
from openvisit.platform import log
from openvisit.platform.channels import InboundText, Message, Sender
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one
from openvisit.platform.events import Subscriptions
from openvisit.platform.mail.moments import brief, same_clock
from openvisit.platform.mail.words import phrase
from openvisit.platform.principal import acting, of_person
from openvisit.platform.rate_limits import count, first_use
from openvisit.platform.realtime import Live

ONCE_MORE_WITHIN = timedelta(minutes=10)
ANSWERS_AN_HOUR = 10
_REMEMBERED = timedelta(days=30)
_logger = log.get("replies")


@dataclass(frozen=True, slots=True)
class Desk:
    """What answers are taken and given with."""

    db: Database
    vault: Vault
    live: Live
    subscriptions: Subscriptions
    clock: Clock
    sms: Sender
    public_url: str
    answer_offer: AnswerOffer


async def answer(desk: Desk, told: InboundText) -> None:
    """Do what an SMS asks for, and say so by SMS. Unknown numbers, and numbers nobody proved, are answered nothing."""
    now = desk.clock()
    index = phone_index(desk.vault, told.sender)
    key = f"reply {sha256(f'{told.vendor} {told.id}'.encode()).hexdigest()}"
    async with desk.db.connection() as connection:
        people = await owners(connection, index)
        if not people or not await first_use(connection, key, until=now + _REMEMBERED):
            return
    try:
        words = await _do(desk, people, index, meaning(told.text), now)
        if words is None:
            return
        async with desk.db.connection() as connection:  # two machines must not talk to each other for ever
            many = await count(connection, f"sms answers {index.hex()}", window_seconds=3600, now=now)
        if many <= ANSWERS_AN_HOUR:
            await desk.sms.send(_message(key, told.sender, words, people[0]["language"], now))
    except Exception:
        async with desk.db.connection() as connection:
            await execute(connection, "DELETE FROM rate_limit WHERE key = %(key)s", {"key": key})
        raise


def _message(key: str, number: str, words: str, language: str, now: datetime) -> Message:
    return Message(
        key=key.replace(" ", "."), channel="sms", address=number, text=words, written_at=now, language=language
    )


async def _do(desk: Desk, people: list[Row], index: bytes, asked: Reply | None, now: datetime) -> str | None:
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
    async with desk.db.connection() as connection:
        visit = await next_visit(connection, [person["id"] for person in people], now)
    if visit is None:
        return phrase("sms_no_visit", language)
    said = {"clinic": visit["clinic_name"], "when": _when(visit), "phone": _phone(visit)}
    links = of_visit(desk.vault.blind_index, visit["id"], visit["person_id"], desk.public_url, now)
    if asked is Reply.RESCHEDULE:
        return phrase("sms_move", language, **said, link=links["reschedule_link"])
    if asked is Reply.CANCEL and visit["cancellation_reason_required"]:
        return phrase("sms_cancel_there", language, **said, link=links["cancel_link"])
    if asked is Reply.CANCEL and not await _asked_before(desk.db, index, visit, now):
        return phrase("sms_cancel_again", language, **said)
    return await _move(desk, visit, Move.CANCEL if asked is Reply.CANCEL else Move.CONFIRM, language, said, now)


async def _answer_offer(desk: Desk, people: list[Row], yes: bool, now: datetime) -> str | None:
    """Yes or no to a time that the waitlist offers; None when none was offered lately."""
    async with desk.db.connection() as connection:
        offers = await lately_offered(connection, [person["id"] for person in people], now)
        if not offers:
            return None
        offer = offers[0]
        actor = await bearer(connection, offer["person_id"], offer["patient_id"], "sms", now)
    language, link = offer["language"], f"{desk.public_url.rstrip('/')}/waitlist"
    if len(offers) > 1:
        return phrase("sms_offers_many", language, link=link)
    in_person = offer["mode"] == "in-person"
    there = (offer["location_zone"] or offer["provider_zone"]) if in_person else offer["zone"]
    said = {"clinic": offer["clinic_name"], "when": _when({**offer, "time_zone": there})}
    if not offer["open"] or actor is None:
        return phrase("sms_offer_over", language, **said)
    try:
        with acting(of_person(actor)):
            await desk.answer_offer(actor, offer["id"], yes, now)
    except OpenVisitError as error:
        _logger.info("offer not answered", offer=str(offer["id"]), code=error.code)
        return phrase("sms_offer_not_done", language, **said, link=link)
    return phrase("sms_offer_taken" if yes else "sms_offer_declined", language, **said)


async def _move(desk: Desk, visit: Row, move: Move, language: str, said: dict[str, str], now: datetime) -> str:
    kind = "sms_confirmed" if move is Move.CONFIRM else "sms_cancelled"
    if move is Move.CONFIRM and visit["status"] == "confirmed":
        return phrase(kind, language, **said)
    async with desk.db.connection() as connection:
        actor = await bearer(connection, visit["person_id"], visit["patient_id"], "sms", now)
    if actor is None:
        return phrase("sms_no_visit", language)
    try:
        with acting(of_person(actor)):
            await moves.make(desk.db, desk.vault, desk.live, desk.subscriptions, actor, visit["id"], move, now)
    except LateCancellation:
        return phrase("sms_late" if said["phone"] else "sms_late_without_phone", language, **said)
    except OpenVisitError as error:
        _logger.info("reply not done", appointment=str(visit["id"]), move=str(move), code=error.code)
        return phrase("sms_not_done", language, **said)
    return phrase(kind, language, **said)


async def _asked_before(db: Database, index: bytes, visit: Row, now: datetime) -> bool:
    """Whether this telephone was asked about this very visit a short while ago; if not, it is asked now."""
    values: dict[str, Any] = {
        "index": index,
        "appointment_id": visit["id"],
        "starts_at": visit["starts_at"],
        "since": now - ONCE_MORE_WITHIN,
        "now": now,
    }
    async with db.transaction() as connection:
        confirmed = await _confirmed(connection, values)
        await execute(connection, "DELETE FROM sms_question WHERE asked_at < %(since)s", values)
        if not confirmed:
            await execute(
                connection,
                """INSERT INTO sms_question (phone_index, appointment_id, starts_at, asked_at)
                   VALUES (%(index)s, %(appointment_id)s, %(starts_at)s, %(now)s)
                   ON CONFLICT (phone_index) DO UPDATE SET appointment_id = excluded.appointment_id,
                       starts_at = excluded.starts_at, asked_at = excluded.asked_at""",
                values,
            )
    return confirmed


async def _confirmed(connection: Connection, values: dict[str, Any]) -> bool:
    row = await fetch_one(
        connection,
        """DELETE FROM sms_question WHERE phone_index = %(index)s AND appointment_id = %(appointment_id)s
               AND starts_at = %(starts_at)s AND asked_at >= %(since)s RETURNING phone_index""",
        values,
    )
    return row is not None


def _when(visit: Row) -> str:
    zone, other = (
        (visit["time_zone"], visit["zone"]) if visit["mode"] == "in-person" else (visit["zone"], visit["time_zone"])
    )
    when = brief(visit["starts_at"], zone, visit["language"])
    if same_clock(visit["starts_at"], zone, other):
        return when
    return f"{when} ({zone.rpartition('/')[2].replace('_', ' ')})"


def _phone(visit: Row) -> str:
    return str(visit["location_phone"] or visit["clinic_phone"] or "")
