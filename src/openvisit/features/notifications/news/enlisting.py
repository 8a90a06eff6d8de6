"""Writing down what is to be told to whom, once for each event and person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openvisit.core.ids import new_id
from openvisit.core.reminders.planner import Why
from openvisit.core.reminders.quiet import loud_for_news
from openvisit.core.reminders.wishes import Rules, for_news, way
from openvisit.features.notifications.preferences.queries import reachable, rules_of, wishes
from openvisit.features.notifications.templates.kinds import KINDS, REFUSABLE
from openvisit.platform.db import Connection, execute, fetch_all

SUPERSEDED = "superseded"
"""Why news was not told: something newer happened to the visit before it had gone out."""


@dataclass(frozen=True, slots=True)
class News:
    """One event for one person, in the letter `kind`; of no use from `until`.

    `subject_id` is the offer or proposal it is about, `was` the start before a move, `minutes` how late somebody is.
    """

    event_id: UUID
    kind: str
    person_id: UUID
    patient_id: UUID
    clinic_id: UUID
    provider_id: UUID
    starts_at: datetime
    until: datetime
    appointment_id: UUID | None = None
    subject_id: UUID | None = None
    minutes: int = 0
    was: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """By which channels a person is told, and from when."""

    channels: tuple[str, ...]
    at: datetime


async def enlist(connection: Connection, news: Sequence[News], now: datetime) -> None:
    """Write a line for each that has none yet; it takes the place of what had not gone out of the visit before."""
    for one in news:
        told = await _told(connection, one, now)
        values = {
            "id": new_id(),
            "kind": one.kind,
            "event_id": one.event_id,
            "subject_id": one.subject_id,
            "appointment_id": one.appointment_id,
            "patient_id": one.patient_id,
            "person_id": one.person_id,
            "clinic_id": one.clinic_id,
            "provider_id": one.provider_id,
            "starts_at": one.starts_at,
            "minutes": one.minutes,
            "was": one.was,
            "at": told.at,
            "until": one.until,
            "why": None if told.channels else str(Why.NO_CHANNEL),
            "channels": list(told.channels),
            "superseded": SUPERSEDED,
            "now": now,
        }
        if await execute(connection, _ENLIST, values) and one.kind.startswith("appointment_"):
            await execute(connection, _SUPERSEDE, values)


async def _told(connection: Connection, one: News, now: datetime) -> Told:
    people = await fetch_all(connection, _PERSON, {"id": one.person_id})
    kind = KINDS[one.kind]
    # A clinic's limits are for what it sends to patients.
    rules = await rules_of(connection, one.clinic_id) if kind.role == "patient" else Rules()
    for person in people:
        leads = reachable(person, pushable=True)
        found = way(wishes(person), rules, leads)
        opted_out = frozenset(person["opted_out"] or ())
        channels = for_news(found.channels, leads, kind.channels, opted_out, refusable=one.kind in REFUSABLE)
        # A mail wakes nobody, and an offer that waits is an offer that somebody else gets.
        waits = channels and channels[0] != "email" and one.kind not in REFUSABLE
        at = loud_for_news(now, one.starts_at, found.quiet, person["time_zone"]) if waits else now
        return Told(channels, at)
    return Told((), now)


_PERSON = """
SELECT p.active, p.time_zone, p.email IS NOT NULL AS has_email, n.channels, n.offsets, n.quiet_from, n.quiet_until,
       n.opted_out, n.phone_verified_at, n.phone_dead_at, n.email_dead_at
FROM person p LEFT JOIN notification_preference n ON n.person_id = p.id WHERE p.id = %(id)s"""

_ENLIST = """
INSERT INTO scheduled_reminder
    (id, type, kind, event_id, subject_id, appointment_id, patient_id, person_id, clinic_id, provider_id, starts_at,
     minutes, was, due_at, until, status, why, channels, next_at, created_at, updated_at)
VALUES (%(id)s, 'news', %(kind)s, %(event_id)s, %(subject_id)s, %(appointment_id)s, %(patient_id)s, %(person_id)s,
        %(clinic_id)s, %(provider_id)s, %(starts_at)s, %(minutes)s, %(was)s, %(at)s, %(until)s,
        CASE WHEN %(why)s::text IS NULL THEN 'pending' ELSE 'skipped' END, %(why)s, %(channels)s, %(at)s, %(now)s,
        %(now)s)
ON CONFLICT (event_id, person_id) WHERE event_id IS NOT NULL DO NOTHING"""

_SUPERSEDE = """
UPDATE scheduled_reminder SET status = 'cancelled', why = %(superseded)s, updated_at = %(now)s
WHERE appointment_id = %(appointment_id)s AND person_id = %(person_id)s AND event_id < %(event_id)s
  AND kind LIKE 'appointment\\_%%' AND status = 'pending'"""
