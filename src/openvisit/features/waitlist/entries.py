"""Joining the waitlist, changing what one waits for, leaving; and how urgent the clinic says it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET
from psycopg.types.json import Jsonb

from openvisit.core.consent import Kind, missing, visit_purpose
from openvisit.core.errors import Forbidden
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.core.waitlist import Urgency
from openvisit.features.audit.commands import record
from openvisit.features.audit.vocabulary import acting
from openvisit.features.booking.refusals import lock_resources
from openvisit.features.consent.errors import ConsentNeeded, ProcessingRestricted
from openvisit.features.waitlist import queries, wire
from openvisit.features.waitlist.answering import withdraw
from openvisit.features.waitlist.errors import AlreadyWaiting, EntryNotFound, NotWaiting, TooManyEntries
from openvisit.features.waitlist.offering import WHY, List, look_later, waited_for
from openvisit.features.waitlist.present import ENTRIES, seal_near, target
from openvisit.features.waitlist.wishes import (
    Wish,
    checked_modes,
    checked_until,
    checked_windows,
    checked_zone,
    refuse_unplaced,
    wish,
)
from openvisit.platform.db import Connection, Row, execute, fetch_all, fetch_one

MOST = 10
"""How many wishes of one patient may wait at a time."""


async def join(waitlist: List, actor: Actor, body: wire.NewWaitlistEntry, now: datetime) -> wire.WaitlistEntry:
    """Wait for a time, or for an earlier one.

    Errors: AlreadyWaiting, TooManyEntries, ConsentNeeded, ProcessingRestricted, those of `wishes.wish`, Invalid;
    Forbidden for an urgency that is not the caller's to say.
    """
    async with waitlist.db.transaction() as connection:
        wanted = await wish(connection, actor, body, now)
        values = await _values(connection, waitlist, actor, body, wanted, now)
        _refuse_without_consent(wanted, values["modes"])
        if body.urgency is not None and not allowed(actor, "waitlist:manage", Target(wanted.clinic_id)):
            raise Forbidden
        await lock_resources(connection, wanted.patient["id"])
        await _refuse_more(connection, wanted)
        await _insert(connection, values)
        await _record(connection, actor, "waitlist:join", values, now, {"visit_type_id": str(wanted.visit_type_id)})
        await look_later(connection, await _providers(connection, values["id"], now))
        entry = await queries.one(connection, waitlist.vault, actor, values["id"], now)
    waitlist.live.publish(f"clinic:{wanted.clinic_id}", f"person:{wanted.patient['person_id']}")
    return entry


async def change(
    waitlist: List, actor: Actor, entry_id: UUID, body: wire.WaitlistChanges, now: datetime
) -> wire.WaitlistEntry:
    """Wish otherwise; the wait so far stays. An offer that is open stays good.

    Errors: EntryNotFound, Forbidden, NotWaiting, ConsentNeeded, Invalid.
    """
    async with waitlist.db.transaction() as connection:
        row = await _waiting(connection, actor, entry_id, "waitlist:join")
        changes = await _changes(connection, waitlist, row, body, now)
        if changes:
            sets = ", ".join(f"{column} = %({column})s" for column in changes)
            await execute(
                connection,
                f"UPDATE waitlist_entry SET {sets}, version = version + 1 WHERE id = %(id)s",
                {**changes, "id": entry_id},
            )
            await _record(connection, actor, "waitlist:change", row, now, {"changed": sorted(changes)})
            await look_later(connection, await _providers(connection, entry_id, now))
        entry = await queries.one(connection, waitlist.vault, actor, entry_id, now)
    waitlist.live.publish(f"clinic:{row['clinic_id']}", f"person:{row['patient_person_id']}")
    return entry


async def leave(waitlist: List, actor: Actor, entry_id: UUID, now: datetime) -> None:
    """Wait no longer; a time that was offered goes to the next. Leaving twice is no error.

    Errors: EntryNotFound, Forbidden.
    """
    async with waitlist.db.transaction() as connection:
        try:
            row = await _waiting(connection, actor, entry_id, "waitlist:join")
        except NotWaiting:
            return
        await _close(connection, [entry_id], "left", now)
        await _record(connection, actor, "waitlist:leave", row, now, {})
    await withdraw(waitlist, [entry_id], now)
    waitlist.live.publish(f"clinic:{row['clinic_id']}", f"person:{row['patient_person_id']}")


async def set_urgency(
    waitlist: List, actor: Actor, entry_id: UUID, urgency: Urgency, now: datetime
) -> wire.WaitlistEntry:
    """Say how soon the patient should be seen. Errors: EntryNotFound, Forbidden, NotWaiting."""
    async with waitlist.db.transaction() as connection:
        row = await _waiting(connection, actor, entry_id, "waitlist:manage")
        await execute(
            connection,
            "UPDATE waitlist_entry SET urgency = %(urgency)s, version = version + 1 WHERE id = %(id)s",
            {"id": entry_id, "urgency": str(urgency)},
        )
        await _record(connection, actor, "waitlist:manage", row, now, {"from": row["urgency"], "urgency": str(urgency)})
        entry = await queries.one(connection, waitlist.vault, actor, entry_id, now)
    waitlist.live.publish(f"clinic:{row['clinic_id']}", f"person:{row['patient_person_id']}")
    return entry


async def end_pointless(waitlist: List, appointment_id: UUID | None, now: datetime) -> None:
    """End the entries whose time is over, and those whose visit (this one, or any) cannot be had earlier any more: it
    was cancelled or has begun. Their offers are withdrawn."""
    async with waitlist.db.transaction(as_system=WHY) as connection:
        rows = await fetch_all(
            connection,
            """SELECT e.id FROM waitlist_entry e LEFT JOIN appointment a ON a.id = e.appointment_id
               WHERE e.status = 'waiting'
                 AND (%(appointment_id)s::uuid IS NULL OR e.appointment_id = %(appointment_id)s)
                 AND (e.until <= %(now)s OR a.starts_at <= %(now)s
                      OR a.status NOT IN ('requested', 'scheduled', 'confirmed', 'rescheduled'))
               ORDER BY e.id LIMIT 1000 FOR NO KEY UPDATE OF e SKIP LOCKED""",
            {"appointment_id": appointment_id, "now": now},
        )
        entries = [row["id"] for row in rows]
        await _close(connection, entries, "ended", now)
    await withdraw(waitlist, entries, now)


async def _close(connection: Connection, entries: Sequence[UUID], status: str, now: datetime) -> None:
    await execute(
        connection,
        """UPDATE waitlist_entry SET status = %(status)s, ended_at = %(now)s, version = version + 1
           WHERE id = ANY(%(entries)s) AND status = 'waiting'""",
        {"entries": list(entries), "status": status, "now": now},
    )


async def _waiting(connection: Connection, actor: Actor, entry_id: UUID, permission: str) -> Row:
    """The entry, locked. Errors: EntryNotFound, Forbidden, NotWaiting."""
    row = await fetch_one(connection, f"{ENTRIES} WHERE e.id = %(id)s FOR NO KEY UPDATE OF e", {"id": entry_id})
    if row is None or not allowed(actor, "waitlist:read", target(row)):
        raise EntryNotFound
    if not allowed(actor, permission, target(row)):
        raise Forbidden
    if row["status"] != "waiting":
        raise NotWaiting(entry_status=row["status"])
    return row


async def _values(
    connection: Connection, waitlist: List, actor: Actor, body: wire.NewWaitlistEntry, wanted: Wish, now: datetime
) -> dict[str, Any]:
    entry_id = new_id()
    zone = checked_zone(body.time_zone) if body.time_zone else wanted.patient["time_zone"]
    usual = wanted.modes[:1] if wanted.appointment_id else wanted.modes
    keys = await waitlist.vault.keys(connection, wanted.patient["person_id"])
    until = checked_until(body.until, zone, now)
    await refuse_unplaced(connection, body.near, wanted.clinic_id)
    return {
        "id": entry_id,
        "patient_id": wanted.patient["id"],
        "clinic_id": wanted.clinic_id,
        "visit_type_id": wanted.visit_type_id,
        "provider_ids": list(wanted.provider_ids),
        "specialty": wanted.specialty,
        "appointment_id": wanted.appointment_id,
        "modes": checked_modes(body.modes, wanted.modes, usual),
        "days": sorted(set(body.days)),
        "windows": Jsonb(checked_windows(body.times, wanted.minutes)),
        "time_zone": zone,
        "near": seal_near(keys, body.near, entry_id),
        "until": min(until, wanted.until) if wanted.until else until,
        "urgency": str(body.urgency or Urgency.ROUTINE),
        "now": now,
        "by": actor.person_id,
    }


async def _changes(
    connection: Connection, waitlist: List, row: Row, body: wire.WaitlistChanges, now: datetime
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    zone = row["time_zone"]
    if body.time_zone is not UNSET:
        zone = changes["time_zone"] = checked_zone(body.time_zone)
    if body.modes is not UNSET:
        kind = await fetch_one(
            connection, "SELECT modes FROM visit_type WHERE id = %(id)s", {"id": row["visit_type_id"]}
        )
        changes["modes"] = checked_modes(body.modes, kind["modes"] if kind else [], [])
    if body.days is not UNSET:
        changes["days"] = sorted(set(body.days))
    if body.times is not UNSET:
        changes["windows"] = Jsonb(checked_windows(body.times, row["duration_minutes"]))
    if body.near is not UNSET:
        await refuse_unplaced(connection, body.near, row["clinic_id"])
        keys = await waitlist.vault.keys(connection, row["patient_person_id"])
        changes["near"] = seal_near(keys, body.near, row["id"])
    if body.until is not UNSET:
        until = checked_until(body.until, zone, now)
        changes["until"] = min(until, row["appointment_start"]) if row["appointment_start"] else until
    return changes


def _refuse_without_consent(wanted: Wish, modes: Sequence[str]) -> None:
    """Nobody waits for what they could not take. Errors: ConsentNeeded, ProcessingRestricted."""
    if wanted.patient["restricted"]:
        raise ProcessingRestricted
    given = set(wanted.patient["consents"])
    needed = {kind for mode in modes for kind in missing(visit_purpose(mode), given)}
    if needed:
        kinds = [str(kind) for kind in Kind if kind in needed]
        raise ConsentNeeded(kinds=kinds, clinic_id=str(wanted.clinic_id))


async def _refuse_more(connection: Connection, wanted: Wish) -> None:
    rows = await fetch_all(
        connection,
        """SELECT id, visit_type_id, provider_ids, specialty, appointment_id FROM waitlist_entry
           WHERE patient_id = %(id)s AND status = 'waiting'""",
        {"id": wanted.patient["id"]},
    )
    wished = (wanted.visit_type_id, list(wanted.provider_ids), wanted.specialty, wanted.appointment_id)
    for row in rows:
        if (row["visit_type_id"], row["provider_ids"], row["specialty"], row["appointment_id"]) == wished:
            raise AlreadyWaiting(entry_id=str(row["id"]))
    if len(rows) >= MOST:
        raise TooManyEntries(limit=MOST)


async def _insert(connection: Connection, values: dict[str, Any]) -> None:
    await execute(
        connection,
        """INSERT INTO clinic_patient (clinic_id, patient_id, since)
           VALUES (%(clinic_id)s, %(patient_id)s, %(now)s) ON CONFLICT DO NOTHING""",
        values,
    )
    await execute(
        connection,
        """INSERT INTO waitlist_entry (id, patient_id, clinic_id, visit_type_id, provider_ids, specialty,
               appointment_id, modes, days, windows, time_zone, near, until, urgency, status, joined_at,
               joined_by)
           VALUES (%(id)s, %(patient_id)s, %(clinic_id)s, %(visit_type_id)s, %(provider_ids)s, %(specialty)s,
               %(appointment_id)s, %(modes)s, %(days)s, %(windows)s, %(time_zone)s, %(near)s, %(until)s, %(urgency)s,
               'waiting', %(now)s, %(by)s)""",
        values,
    )


async def _providers(connection: Connection, entry_id: UUID, now: datetime) -> list[UUID]:
    rows = await fetch_all(
        connection,
        """SELECT p.id FROM waitlist_entry e JOIN provider p ON p.clinic_id = e.clinic_id
               AND (p.id = ANY(e.provider_ids) OR e.specialty = ANY(p.specialties))
           WHERE e.id = %(id)s""",
        {"id": entry_id},
    )
    return await waited_for(connection, [row["id"] for row in rows], now)


async def _record(
    connection: Connection, actor: Actor, action: str, row: Any, now: datetime, data: dict[str, Any]
) -> None:
    role, why = acting(actor, row["clinic_id"], patient_id=row["patient_id"])
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action=action,
        thing="waitlist-entry",
        thing_id=row["id"],
        clinic_id=row["clinic_id"],
        patient_id=row["patient_id"],
        acting_as=role,
        reason=why,
        data=data,
    )
