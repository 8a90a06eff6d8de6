"""Background work of preferences: codes to addresses, and what vendors tell of addresses that are dead."""

from typing import Any
from uuid import UUID

import procrastinate
from procrastinate import RetryStrategy

from openvisit.features.identity import codes
from openvisit.features.notifications.preferences.addresses import PHONE
from openvisit.features.notifications.reminders.arrivals import hear
from openvisit.platform import log
from openvisit.platform.channels import Message, Refused, Senders
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, fetch_one
from openvisit.platform.mail import compose
from openvisit.platform.mail.words import phrase

_logger = log.get("preferences")

_PERSON = """
SELECT p.full_name, p.email, coalesce(n.language, p.language) AS language, n.phone, k.wrapped AS data_key
FROM person p
LEFT JOIN notification_preference n ON n.person_id = p.id
LEFT JOIN keyring.data_key k ON k.owner = p.id
WHERE p.id = %(id)s AND p.active"""


def add_tasks(tasks: procrastinate.Blueprint, *, db: Database, vault: Vault, clock: Clock, senders: Senders) -> None:
    """The tasks that send codes, and that hear what became of messages."""

    @tasks.task(name="send_address_code", retry=RetryStrategy(max_attempts=4, exponential_wait=3))
    async def send_address_code(person_id: str, purpose: str) -> None:
        message = await code_message(db, vault, UUID(person_id), purpose, clock)
        if message is None:
            return
        try:
            await senders[message.channel].send(message)
        except Refused as error:
            _logger.warning("code not sent", person=person_id, channel=message.channel, error=error.reason)
            if not error.permanent:
                raise

    @tasks.task(name="hear_delivery", queue="events", retry=RetryStrategy(max_attempts=8, exponential_wait=3))
    async def hear_delivery(event_id: str, type: str, subject: str, data: dict[str, Any]) -> None:
        async with db.transaction() as connection:
            await hear(connection, data, clock())


async def code_message(db: Database, vault: Vault, person_id: UUID, purpose: str, clock: Clock) -> Message | None:
    """A new code for a person, in the message that brings it; None when there is nowhere to send it any more."""
    now = clock()
    async with db.transaction() as connection:
        row = await fetch_one(connection, _PERSON, {"id": person_id})
        if row is None or row["phone" if purpose == PHONE else "email"] is None:
            return None
        code = await codes.renew(connection, vault, person_id, purpose, now)
    keys = vault.of(person_id, row["data_key"])
    minutes = str(int(codes.LIFE[purpose].total_seconds()) // 60)
    key = f"{purpose}-code.{person_id}.{int(now.timestamp())}"
    if purpose == PHONE:
        number = keys.open(row["phone"], "notification_preference.phone", person_id)
        text = phrase("phone_code", row["language"], code=code, minutes=minutes)
        return Message(
            key=key, channel="sms", address=number, text=text, written_at=now, good_until=now + codes.LIFE[purpose]
        )
    return compose(
        "mailbox_code",
        row["language"],
        {"name": row["full_name"], "code": code, "minutes": minutes},
        to=keys.open(row["email"], "person.email", person_id),
        to_name=row["full_name"],
        key=key,
        now=now,
    )
