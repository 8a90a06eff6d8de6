"""The state of reminders on their way, moved by guarded updates: any number of workers share the work.

A turn takes up to a hundred that are due, for as long as `core.sending.LEASE`. `handed_at` is written before a message
goes to a vendor that cannot tell one sent twice. So what a killed worker leaves is one of two things: not handed over,
and simply tried again; or handed over, and in doubt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from openvisit.core.ids import new_id
from openvisit.core.sending import LEASE
from openvisit.features.notifications.news.standing import look_up
from openvisit.platform.channels import Channel
from openvisit.platform.db import Connection, Row, execute, fetch_all

BATCH = 100

Outcome = Literal["pending", "sent", "failed", "cancelled", "skipped"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one worker has taken, and until when it is its own."""

    lease: UUID
    until: datetime
    rows: list[Row]


@dataclass(slots=True)
class Result:
    """How a try ended. `tries` are those by `channel`; `attempts` those by all."""

    id: UUID
    status: Outcome
    channel: str | None
    tries: int
    attempts: int
    next_at: datetime
    why: str | None = None
    error: str | None = None
    vendor: str | None = None
    vendor_message_id: str | None = None
    doubtful: bool = False


_DUE = "SELECT id FROM scheduled_reminder WHERE status = 'pending' AND next_at <= %(now)s"
_CLAIM = """
WITH due AS MATERIALIZED (
    {due} ORDER BY next_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE scheduled_reminder s
    SET status = 'sending', lease = %(lease)s, leased_until = %(leased_until)s, handed_at = NULL
    FROM due WHERE s.id = due.id
    RETURNING s.id, s.type, s.kind, s.subject_id, s.was, s.appointment_id, s.patient_id, s.person_id, s.clinic_id,
              s.starts_at, s.minutes, s.due_at,
              s.until, s.channels, s.channel, s.tries, s.attempts, s.doubtful_at, s.version, s.created_at
)
SELECT t.*, a.status AS visit_status, a.starts_at AS visit_start, a.ends_at AS visit_end, a.mode, a.time_zone,
       a.version AS visit_version, v.full_name AS provider_name, v.time_zone AS provider_zone,
       c.name AS clinic_name, c.phone AS clinic_phone,
       c.cancellation_notice_minutes, c.cancellation_reason_required,
       l.name AS location_name, l.address, l.city, l.region, l.postal_code, l.country, l.phone AS location_phone,
       pp.full_name AS patient_name, pt.person_id AS patient_person_id,
       p.full_name AS told_name, p.time_zone AS told_zone, coalesce(n.language, p.language) AS language, p.active,
       p.email, p.email IS NOT NULL AS has_email, k.wrapped AS data_key,
       n.phone, n.phone_verified_at, n.phone_dead_at, n.email_dead_at, n.opted_out, n.custom_message,
       'push' = ANY(t.channels) AND EXISTS (
           SELECT FROM push_subscription d JOIN session e ON e.id = d.session_id
           WHERE d.person_id = t.person_id AND e.revoked_at IS NULL AND e.expires_at > %(now)s) AS pushable,
       n.channels AS own_channels, n.offsets, n.quiet_from, n.quiet_until,
       coalesce(r.custom_messages, true) AS custom_messages, a.price_minor, a.price_currency,
       pt.restricted_at IS NULL AND EXISTS (
           SELECT FROM consent g WHERE g.patient_id = t.patient_id AND g.clinic_id = t.clinic_id
               AND g.kind = 'messaging' AND g.given) AS consented,
       ARRAY(SELECT f.appointment_id FROM scheduled_reminder f
             WHERE f.merged_into = t.id AND f.status = 'skipped' ORDER BY f.starts_at) AS led
FROM taken t
LEFT JOIN appointment a ON a.id = t.appointment_id
LEFT JOIN provider v ON v.id = a.provider_id
LEFT JOIN clinic c ON c.id = t.clinic_id
LEFT JOIN location l ON l.id = a.location_id AND a.mode = 'in-person'
JOIN patient pt ON pt.id = t.patient_id
JOIN person pp ON pp.id = pt.person_id
JOIN person p ON p.id = t.person_id
LEFT JOIN keyring.data_key k ON k.owner = t.person_id
LEFT JOIN notification_preference n ON n.person_id = t.person_id
LEFT JOIN reminder_rules r ON r.clinic_id = t.clinic_id"""

_CLAIM_ANY = _CLAIM.format(due=_DUE)
_CLAIM_OF_EVENT = _CLAIM.format(due=f"{_DUE} AND event_id = %(event_id)s")

_CUT_OFF = """
WITH cut AS MATERIALIZED (
    SELECT id FROM scheduled_reminder WHERE status = 'sending' AND leased_until < %(now)s
    LIMIT %(batch)s FOR UPDATE SKIP LOCKED
)
UPDATE scheduled_reminder s
SET status = CASE WHEN handed_at IS NOT NULL AND doubtful_at IS NOT NULL THEN 'failed' ELSE 'pending' END,
    error = CASE WHEN handed_at IS NOT NULL THEN 'cut-off' ELSE error END,
    doubtful_at = CASE WHEN handed_at IS NOT NULL THEN coalesce(doubtful_at, %(now)s) ELSE doubtful_at END,
    attempts = attempts + CASE WHEN handed_at IS NOT NULL THEN 1 ELSE 0 END,
    lease = NULL, leased_until = NULL, handed_at = NULL, updated_at = %(now)s
FROM cut WHERE s.id = cut.id"""

_HANDED = """
UPDATE scheduled_reminder s SET handed_at = %(now)s, channel = h.channel
FROM unnest(%(ids)s::uuid[], %(channels)s::text[]) AS h(id, channel)
WHERE s.id = h.id AND s.status = 'sending' AND s.lease = %(lease)s AND s.leased_until > %(now)s
RETURNING s.id"""

_FINISH = """
UPDATE scheduled_reminder s
SET status = r.status, channel = coalesce(r.channel, s.channel), tries = r.tries, attempts = r.attempts,
    next_at = r.next_at, why = r.why, error = r.error, vendor = coalesce(r.vendor, s.vendor),
    vendor_message_id = coalesce(r.vendor_message_id, s.vendor_message_id),
    doubtful_at = CASE WHEN r.doubtful THEN coalesce(s.doubtful_at, %(now)s) ELSE s.doubtful_at END,
    sent_at = CASE WHEN r.status = 'sent' THEN %(now)s::timestamptz ELSE s.sent_at END,
    lease = NULL, leased_until = NULL, handed_at = NULL, updated_at = %(now)s
FROM json_to_recordset(%(results)s::json)
     AS r(id uuid, status text, channel text, tries int, attempts int, next_at timestamptz, why text, error text,
          vendor text, vendor_message_id text, doubtful boolean)
WHERE s.id = r.id AND s.status = 'sending' AND s.lease = %(lease)s"""

_LED = """
UPDATE scheduled_reminder f
SET status = 'sent', why = NULL, channel = s.channel, sent_at = s.sent_at, vendor = s.vendor, updated_at = %(now)s
FROM scheduled_reminder s
WHERE s.id = ANY(%(ids)s) AND s.status = 'sent' AND f.merged_into = s.id AND f.status = 'skipped'"""


async def claim(connection: Connection, now: datetime, event_id: UUID | None = None) -> Turn:
    """Take what is due, the longest overdue first, with all that its words need; only news of one event, if named."""
    lease, until = new_id(), now + LEASE
    values = {"now": now, "batch": BATCH, "lease": lease, "leased_until": until, "event_id": event_id}
    query = _CLAIM_OF_EVENT if event_id else _CLAIM_ANY
    rows = await fetch_all(connection, query, values)
    await look_up(connection, rows)
    return Turn(lease, until, rows)


async def recover(connection: Connection, now: datetime) -> int:
    """Give back what workers left that were cut off; the answer is how many."""
    return await execute(connection, _CUT_OFF, {"now": now, "batch": BATCH})


async def handed(connection: Connection, turn: Turn, going: Sequence[tuple[UUID, Channel]], now: datetime) -> set[UUID]:
    """Write that messages go to their vendors now; the answer are those that still are this turn's."""
    ids, channels = zip(*going, strict=True)
    values = {"ids": list(ids), "channels": list(channels), "lease": turn.lease, "now": now}
    return {row["id"] for row in await fetch_all(connection, _HANDED, values)}


async def finish(connection: Connection, turn: Turn, results: Sequence[Result], now: datetime) -> None:
    """Write how tries ended, where they are still this turn's."""
    if not results:
        return
    # One value: an array for each column takes longer to write out. `str`, for vendors' ids that are more than text.
    said = msgspec.json.encode(results, enc_hook=str).decode()
    await execute(connection, _FINISH, {"lease": turn.lease, "now": now, "results": said})


async def tell_led(connection: Connection, leaders: Sequence[UUID], now: datetime) -> None:
    """Write that visits were told of by a message that led them."""
    await execute(connection, _LED, {"ids": list(leaders), "now": now})
