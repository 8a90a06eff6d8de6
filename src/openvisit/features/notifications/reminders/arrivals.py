"""What vendors tell later of reminders they took: that they arrived, or that they did not after all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from openvisit.core.sending import after_refusal
from openvisit.platform.db import Connection, Row, execute, fetch_one

_WHICH = """
SELECT id, channels, channel, tries, attempts, until FROM scheduled_reminder
WHERE vendor_message_id = %(message_id)s AND vendor = %(vendor)s AND status = 'sent'
FOR UPDATE"""

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
