"""Trying a message: it is sent to whoever wrote it, by its own channel, with sample values."""

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import procrastinate
from procrastinate import RetryStrategy

from openvisit.features.notifications.devices.commands import forget
from openvisit.features.notifications.devices.queries import devices_of
from openvisit.features.notifications.handing import Addressed, hand
from openvisit.platform import log
from openvisit.platform.channels import Address, Channel, Message, Refused, Senders, Taken
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, fetch_one

TASK = "notifications:send_template_test"
_LONGEST = timedelta(seconds=60)
_logger = log.get("templates")


def add_tasks(tasks: procrastinate.Blueprint, *, db: Database, vault: Vault, clock: Clock, senders: Senders) -> None:
    """The task that sends a preview to whoever made it."""

    @tasks.task(name="send_template_test", retry=RetryStrategy(max_attempts=3, exponential_wait=3))
    async def send_template_test(preview_id: str) -> None:
        async with db.connection() as connection:
            copies = await trial(connection, vault, UUID(preview_id), clock)
        if not copies:
            return
        channel = copies[0].message.channel
        handed = await hand(senders[channel], copies, _LONGEST)
        if handed.gone:
            async with db.connection() as connection:
                await forget(connection, handed.gone)
        outcome = handed.outcome
        if not isinstance(outcome, Taken):
            _logger.warning("test not sent", preview=preview_id, channel=channel, error=outcome.reason)
            # Of one in doubt there is nothing to lose: whoever wrote it can send another.
            if isinstance(outcome, Refused) and not outcome.permanent:
                raise outcome


async def trial(connection: Connection, vault: Vault, preview_id: UUID, clock: Clock) -> list[Addressed]:
    """The message that a test sends, to each device where it is a push; none when the preview is over or its maker
    has no address for it."""
    row = await fetch_one(
        connection,
        """SELECT t.*, p.full_name FROM template_preview t JOIN person p ON p.id = t.person_id
           WHERE t.id = %(id)s AND t.expires_at > %(now)s""",
        {"id": preview_id, "now": clock()},
    )
    if row is None:
        return []
    channel = cast(Channel, row["channel"])
    return [
        Addressed(
            Message(
                key=f"template-test.{preview_id}" + (f".{device}" if device else ""),
                channel=channel,
                address=address,
                text=row["words"],
                written_at=clock(),
                language=row["language"],
                name=row["full_name"] if channel == "email" else "",
                subject=row["subject"],
                html=row["html"],
            ),
            device,
        )
        for address, device in await addresses_of(connection, vault, row["person_id"], channel, clock())
    ]


async def addresses_of(
    connection: Connection, vault: Vault, person_id: UUID, channel: Channel, now: datetime
) -> list[tuple[Address, UUID | None]]:
    """Where a channel reaches a person: their mailbox, the number that they proved, or their devices with their ids."""
    if channel == "push":
        return [(device.address, device.id) for device in await devices_of(connection, vault, person_id, now)]
    address = await _address_of(connection, vault, person_id, channel)
    return [] if address is None else [(address, None)]


async def _address_of(connection: Connection, vault: Vault, person_id: UUID, channel: Channel) -> str | None:
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
