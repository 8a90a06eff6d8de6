"""Trying a message: it is sent to whoever wrote it, by its own channel, with sample values."""

from typing import cast
from uuid import UUID

import procrastinate
from procrastinate import RetryStrategy

from openvisit.platform import log
from openvisit.platform.channels import Channel, Message, Refused, Senders
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, fetch_one

TASK = "notifications:send_template_test"
_logger = log.get("templates")


def add_tasks(tasks: procrastinate.Blueprint, *, db: Database, vault: Vault, clock: Clock, senders: Senders) -> None:
    """The task that sends a preview to whoever made it."""

    @tasks.task(name="send_template_test", retry=RetryStrategy(max_attempts=3, exponential_wait=3))
    async def send_template_test(preview_id: str) -> None:
        async with db.connection() as connection:
            message = await trial(connection, vault, UUID(preview_id), clock)
        if message is None:
            return
        try:
            await senders[message.channel].send(message)
        except Refused as error:
            _logger.warning("test not sent", preview=preview_id, channel=message.channel, error=error.reason)
            if not error.permanent:
                raise


async def trial(connection: Connection, vault: Vault, preview_id: UUID, clock: Clock) -> Message | None:
    """The message that a test sends; None when the preview is over or its maker has no address for it."""
    row = await fetch_one(
        connection,
        """SELECT t.*, p.full_name FROM template_preview t JOIN person p ON p.id = t.person_id
           WHERE t.id = %(id)s AND t.expires_at > %(now)s""",
        {"id": preview_id, "now": clock()},
    )
    if row is None:
        return None
    channel = cast(Channel, row["channel"])
    address = await address_of(connection, vault, row["person_id"], channel)
    if address is None:
        return None
    return Message(
        key=f"template-test.{preview_id}",
        channel=channel,
        address=address,
        text=row["words"],
        written_at=clock(),
        language=row["language"],
        name=row["full_name"] if channel == "email" else "",
        subject=row["subject"],
        html=row["html"],
    )


async def address_of(connection: Connection, vault: Vault, person_id: UUID, channel: Channel) -> str | None:
    """Where a channel reaches a person: their mailbox, or the number that they proved."""
    row = await fetch_one(
        connection,
        """SELECT p.email, n.phone, n.phone_verified_at, k.wrapped AS data_key
           FROM person p
           LEFT JOIN notification_preference n ON n.person_id = p.id
           LEFT JOIN keyring.data_key k ON k.owner = p.id
           WHERE p.id = %(id)s AND p.active""",
        {"id": person_id},
    )
    if row is None:
        return None
    keys = vault.of(person_id, row["data_key"])
    if channel == "email" and row["email"]:
        return keys.open(row["email"], "person.email", person_id)
    if channel in ("sms", "voice") and row["phone_verified_at"] is not None:
        return keys.open(row["phone"], "notification_preference.phone", person_id)
    return None
