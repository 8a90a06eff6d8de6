"""What vendors tell later of reminders they took: that they arrived, or that they did not after all."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from openvisit.core.sending import LEASE, after_refusal
from openvisit.features.notifications.preferences.addresses import delivery
from openvisit.platform.db import Connection, Row, execute, fetch_all, fetch_one

_WHICH = """
SELECT id, channels, channel, tries, attempts, until FROM scheduled_reminder
WHERE vendor_message_id = %(message_id)s AND vendor = %(vendor)s AND status = 'sent'
FOR UPDATE"""

_EARLY = """
SELECT e.data FROM vendor_event v JOIN event e ON e.subject = v.id AND e.type = 'notifications.delivery'
WHERE v.message_id = ANY(%(ids)s) AND v.received_at > %(since)s ORDER BY v.id"""

LONGEST_TURN = 2 * LEASE
"""How long before it is written down a message can have been handed over."""

_ARRIVED = """
UPDATE scheduled_reminder SET status = 'delivered', delivered_at = %(now)s, updated_at = %(now)s
WHERE (id = %(id)s OR merged_into = %(id)s) AND status = 'sent'"""

_LOST = """
UPDATE scheduled_reminder
SET status = 'failed', error = %(error)s, updated_at = %(now)s
WHERE (id = %(id)s OR merged_into = %(id)s) AND status = 'sent'"""

_ANOTHER_WAY = """
UPDATE scheduled_reminder
SET status = 'pending', channel = %(channel)s, tries = 0, next_at = %(at)s, error = %(error)s, updated_at = %(now)s
WHERE id = %(id)s AND status = 'sent'"""

_LED_AGAIN = """
UPDATE scheduled_reminder SET status = 'skipped', why = 'merged', updated_at = %(now)s
WHERE merged_into = %(id)s AND status = 'sent'"""


async def settle(connection: Connection, told: Mapping[str, Any], now: datetime) -> None:
    """Move a reminder by a vendor's report (`platform.channels.DeliveryReport` as the event has it).

    What did not arrive goes by the next channel, while that is of use; the visits it led go with it. A report of
    something else, or of what is settled already, changes nothing.
    """
    row = await fetch_one(connection, _WHICH, {"message_id": told["message_id"], "vendor": told["vendor"]})
    if row is None:
        return
    if told["status"] == "delivered":
        await execute(connection, _ARRIVED, {"id": row["id"], "now": now})
    elif told["status"] in ("failed", "bounced"):
        await _not_arrived(connection, row, told.get("reason") or str(told["status"]), now)


async def hear(connection: Connection, told: Mapping[str, Any], now: datetime) -> None:
    """All that a vendor's report changes: the address that it says is dead, and the message itself."""
    await delivery(connection, told, now)  # first: the message may go on by another channel, to another address
    await settle(connection, told, now)


async def catch_up(connection: Connection, taken: Collection[str], now: datetime) -> None:
    """Hear the reports that came before it was written down that the vendor had taken these messages.

    Reports are kept as events before they are heard, and messages are written down before this looks: whichever of the
    two comes second finds the other. What was heard already changes nothing the second time.
    """
    for row in await fetch_all(connection, _EARLY, {"ids": list(taken), "since": now - LONGEST_TURN}):
        await hear(connection, row["data"], now)


async def _not_arrived(connection: Connection, row: Row, error: str, now: datetime) -> None:
    again = after_refusal(
        now,
        tuple(row["channels"]),
        row["channel"],
        row["tries"],
        row["attempts"],
        permanent=True,
        until=row["until"],
    )
    values = {"id": row["id"], "error": error, "now": now}
    if again is None:
        await execute(connection, _LOST, values)
        return
    await execute(connection, _ANOTHER_WAY, {**values, "channel": again.channel, "at": again.at})
    await execute(connection, _LED_AGAIN, values)
