"""Offers of times that the provider does not give any more: an absence came over them, or they left."""

from datetime import datetime
from uuid import UUID

from openvisit.features.waitlist.offering import WHY, Changed, List, lock_list, pass_on
from openvisit.platform.db import fetch_all


async def withdraw_stale(waitlist: List, provider_id: UUID, now: datetime) -> None:
    """Withdraw the provider's open offers that nobody could take any more, and pass on what is left."""
    async with waitlist.db.connection(as_system=WHY) as connection:
        slots = await fetch_all(connection, _STALE, {"provider_id": provider_id})
    for slot in slots:
        changed = Changed()
        async with waitlist.db.transaction(as_system=WHY) as connection:
            await lock_list(connection, provider_id)
            ended = await fetch_all(
                connection,
                """UPDATE waitlist_offer o SET status = 'withdrawn', answered_at = %(now)s FROM patient pt
                   WHERE pt.id = o.patient_id AND o.slot_id = %(slot_id)s AND o.status = 'open'
                   RETURNING pt.person_id""",
                {"slot_id": slot["slot_id"], "now": now},
            )
            changed.add(provider_id, slot["clinic_id"], (row["person_id"] for row in ended))
            await pass_on(connection, waitlist, slot, changed, now)
        waitlist.live.publish(*changed.topics)


_STALE = """
SELECT s.id AS slot_id, s.hold_id, s.provider_id, s.clinic_id
FROM waitlist_slot s JOIN provider p ON p.id = s.provider_id
WHERE s.provider_id = %(provider_id)s AND s.status = 'offered' AND (
    NOT p.active
    OR EXISTS (SELECT FROM claim c WHERE NOT c.exclusive AND c.resource = s.provider_id
               AND c.during && tstzrange(s.starts_at, s.ends_at))
    OR NOT EXISTS (SELECT FROM opening o WHERE o.provider_id = s.provider_id AND o.starts_at <= s.starts_at
                   AND o.ends_at >= s.ends_at AND s.mode = ANY(o.modes))
    OR NOT EXISTS (SELECT FROM hold h WHERE h.id = s.hold_id))"""
