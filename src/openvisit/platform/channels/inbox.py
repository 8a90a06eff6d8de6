"""What vendors told us, kept once each, and announced to whoever hears it.

`notifications.delivery`: what became of a message. The event's data is the whole report: ids and codes.
`notifications.reply`: a person sent a text, or pressed a key. Number and words are sealed in the row that is the
event's subject; `reply` opens them, for a week.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from openvisit.core.ids import new_id
from openvisit.platform.channels.hooks import DeliveryReport, InboundText
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, execute, fetch_one
from openvisit.platform.events import Event, Subscriptions, publish

DELIVERY, REPLY = "notifications.delivery", "notifications.reply"

KEPT_WORDS = timedelta(days=7)
KEPT = timedelta(days=60)
"""How long an id is remembered: vendors tell again for a few days."""

_COLUMN = "vendor_event.content"


async def keep(
    connection: Connection,
    vault: Vault,
    subscriptions: Subscriptions,
    told: DeliveryReport | InboundText,
    now: datetime,
) -> bool:
    """Keep one thing told and announce it, in the caller's transaction; False when it was told before."""
    id_ = new_id()
    reply = isinstance(told, InboundText)
    row = await fetch_one(
        connection,
        """INSERT INTO vendor_event (id, vendor, event_id, kind, message_id, content, received_at)
           VALUES (%(id)s, %(vendor)s, %(event_id)s, %(kind)s, %(message_id)s, %(content)s, %(now)s)
           ON CONFLICT (vendor, event_id) DO NOTHING RETURNING id""",
        {
            "id": id_,
            "vendor": told.vendor,
            "event_id": told.id,
            "kind": "reply" if reply else "delivery",
            "message_id": None if isinstance(told, InboundText) else told.message_id,
            "content": vault.seal(msgspec.json.encode(told).decode(), _COLUMN, id_) if reply else None,
            "now": now,
        },
    )
    if row is None:
        return False
    await publish(connection, subscriptions, Event(REPLY if reply else DELIVERY, id_, now, _data(told)))
    return True


def _data(told: DeliveryReport | InboundText) -> dict[str, Any]:
    """What the event tells beside its subject; never a number, never words."""
    if isinstance(told, InboundText):
        return {"vendor": told.vendor, "channel": told.channel, "at": told.at.isoformat(), "answers": told.answers}
    return {
        "vendor": told.vendor,
        "message_id": told.message_id,
        "status": told.status,
        "at": told.at.isoformat(),
        "key": told.key,
        "reason": told.reason,
        "address_is_dead": told.address_is_dead,
    }


async def reply(connection: Connection, vault: Vault, id_: UUID) -> InboundText | None:
    """What a person sent, by the subject of the event; None once its words are forgotten.

    Errors: SealBroken.
    """
    row = await fetch_one(connection, "SELECT content FROM vendor_event WHERE id = %(id)s", {"id": id_})
    if row is None or row["content"] is None:
        return None
    return msgspec.json.decode(vault.open(bytes(row["content"]), _COLUMN, id_), type=InboundText)


async def forget(connection: Connection, now: datetime) -> None:
    """Words that were kept long enough, and ids that no vendor tells again."""
    await execute(
        connection,
        "UPDATE vendor_event SET content = NULL WHERE content IS NOT NULL AND received_at < %(before)s",
        {"before": now - KEPT_WORDS},
    )
    await execute(connection, "DELETE FROM vendor_event WHERE received_at < %(before)s", {"before": now - KEPT})
