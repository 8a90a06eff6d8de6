"""Planned visits and their stories as rows."""

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from psycopg.types.json import Jsonb
from psycopg.types.range import TimestamptzRange

from openvisit.core.appointment import ACTIVE, Status
from openvisit.core.ids import new_id
from openvisit.core.intervals import instant
from openvisit.platform.crypto import Keys, Vault
from openvisit.platform.db import Connection
from openvisit.seed.model import Group, Story, Visit
from openvisit.seed.rows import insert

Told = tuple[Visit, Story]

APPOINTMENT = (
    "id, clinic_id, provider_id, patient_id, visit_type_id, location_id, room_id, device_id, starts_at, ends_at,"
    " time_zone, mode, status, reason, accommodations, price_minor, price_currency, booked_by, created_at, updated_at,"
    " closed_reason, version"
)


async def write(
    connection: Connection, vault: Vault, random: Random, group: Group, told: Sequence[Told], now: datetime
) -> None:
    """Write the visits, the claims of those that are to come or are today's, and the trail of all of them."""
    keys = await vault.many(connection, {visit.patient.person_id for visit, _ in told})
    rows = [_appointment(keys[visit.patient.person_id], random, group, visit, story) for visit, story in told]
    await insert(connection, "appointment", APPOINTMENT, rows)
    claims = [claim for visit, story in told if _claims(visit, story, now) for claim in _claim_rows(visit)]
    await insert(connection, "claim", "id, resource, during, kind, exclusive, appointment_id", claims)
    trail = [
        (
            entry.at,
            group.id,
            entry.actor_id,
            entry.action,
            "appointment",
            visit.id,
            visit.patient.id,
            Jsonb(dict(entry.data)),
        )
        for visit, story in told
        for entry in story.trail
    ]
    trail.sort(key=lambda row: row[0])
    await insert(connection, "audit", "at, clinic_id, actor_id, action, thing, thing_id, patient_id, data", trail)


def _appointment(keys: Keys, random: Random, group: Group, visit: Visit, story: Story) -> tuple[Any, ...]:
    reason = random.choice(visit.doctor.practice.reasons)[visit.patient.language == "es"]
    if random.random() < 0.1:
        reason = ""
    accommodations = msgspec.json.encode(visit.patient.needs)
    closed = story.closed_reason
    return (
        visit.id,
        group.id,
        visit.doctor.id,
        visit.patient.id,
        visit.offered.kind.id,
        visit.site.id if visit.site else None,
        visit.room.id if visit.room else None,
        visit.device.id if visit.device else None,
        instant(visit.start),
        instant(visit.end),
        visit.zone,
        visit.mode,
        story.status,
        keys.seal(reason, "appointment.reason", visit.id),
        keys.seal_bytes(accommodations, "appointment.accommodations", visit.id),
        visit.offered.price,
        "USD",
        story.booked_by,
        story.created_at,
        story.trail[-1].at,
        None if closed is None else keys.seal(closed, "appointment.closed_reason", visit.id),
        len(story.trail),
    )


def _claims(visit: Visit, story: Story, now: datetime) -> bool:
    """Whether the visit claims its time: it is active, or it was completed today."""
    if Status(story.status) in ACTIVE:
        return True
    zone = ZoneInfo(visit.zone)
    today = instant(visit.start).astimezone(zone).date() == now.astimezone(zone).date()
    return today and story.status == Status.COMPLETED


def _claim_rows(visit: Visit) -> list[tuple[Any, ...]]:
    times = [(visit.doctor.id, *visit.claimed)]
    times += [(other.id, visit.start, visit.end) for other in (visit.patient, visit.room, visit.device) if other]
    return [
        (new_id(), resource, TimestamptzRange(instant(start), instant(end)), "visit", True, visit.id)
        for resource, start, end in times
    ]
