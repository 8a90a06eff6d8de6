"""Changing schedules and absences. Openings follow in the same transaction."""

from datetime import datetime, timedelta
from uuid import UUID

from psycopg.types.json import Jsonb
from psycopg.types.range import TimestamptzRange

from openvisit.core import openings as core
from openvisit.core.errors import Forbidden, Invalid, NotFound, VersionMismatch
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.availability import rules as schedules
from openvisit.features.availability import wire
from openvisit.features.availability.errors import BadSchedule, UnknownProvider
from openvisit.features.availability.openings import rebuild
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, execute, fetch_all, fetch_one
from openvisit.platform.jobs import defer
from openvisit.platform.realtime import Live

LONGEST_ABSENCE = timedelta(days=400)


async def put_schedule(
    db: Database,
    live: Live,
    actor: Actor,
    provider_id: UUID,
    body: wire.ScheduleBody,
    *,
    expected: int | None,
    now: datetime,
    horizon_days: int,
) -> int:
    """Replace the provider's schedule; the answer is its new version.

    Errors: UnknownProvider, Forbidden, BadSchedule, VersionMismatch when `expected` is not the present version.
    """
    refuse_problems(body)
    async with db.transaction() as connection:
        clinic_id = await _clinic_for(connection, actor, provider_id, "schedule:edit")
        await _refuse_foreign_locations(connection, clinic_id, body)
        version = await _save(connection, provider_id, body, expected)
        await rebuild(connection, provider_id, now, horizon_days)
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="schedule:edit",
            thing="schedule",
            thing_id=provider_id,
            clinic_id=clinic_id,
            data={"version": version},
        )
        await refresh_later(connection, provider_id)
    live.publish(f"slots:{provider_id}", f"agenda:{provider_id}")
    return version


async def add_absence(
    db: Database, vault: Vault, live: Live, actor: Actor, provider_id: UUID, body: wire.AbsenceBody, now: datetime
) -> wire.Absence:
    """Take the provider off for a time. Visits already booked stay: staff move them.

    Errors: UnknownProvider, Forbidden, Invalid.
    """
    async with db.transaction() as connection:
        absence = await add_absence_in(connection, vault, actor, provider_id, body, now)
    live.publish(f"slots:{provider_id}", f"agenda:{provider_id}")
    return absence


async def add_absence_in(
    connection: Connection, vault: Vault, actor: Actor, provider_id: UUID, body: wire.AbsenceBody, now: datetime
) -> wire.Absence:
    """`add_absence` in the caller's transaction. Errors: as `add_absence`."""
    clinic_id = await _clinic_for(connection, actor, provider_id, "schedule:edit")
    if not body.start < body.end <= body.start + LONGEST_ABSENCE:
        message = f"`end` must be after `start`, by at most {LONGEST_ABSENCE.days} days"
        raise Invalid(message, errors=[{"path": "body.end", "message": message}])
    absence = wire.Absence(new_id(), provider_id, body.start, body.end, body.reason)
    await _insert_absence(connection, vault, absence, now)
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="schedule:edit",
        thing="absence",
        thing_id=absence.id,
        clinic_id=clinic_id,
        data={
            "provider_id": str(provider_id),
            "start": body.start.isoformat(),
            "end": body.end.isoformat(),
        },
    )
    await refresh_later(connection, provider_id)
    return absence


async def remove_absence(
    db: Database, live: Live, actor: Actor, provider_id: UUID, absence_id: UUID, now: datetime
) -> None:
    """Take an absence back. Errors: UnknownProvider, Forbidden, NotFound."""
    async with db.transaction() as connection:
        clinic_id = await _clinic_for(connection, actor, provider_id, "schedule:edit")
        values = {"id": absence_id, "provider_id": provider_id}
        gone = await execute(
            connection, "DELETE FROM absence WHERE id = %(id)s AND provider_id = %(provider_id)s", values
        )
        if not gone:
            raise NotFound
        await execute(connection, "DELETE FROM claim WHERE absence_id = %(id)s", values)
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="schedule:edit",
            thing="absence",
            thing_id=absence_id,
            clinic_id=clinic_id,
            data={"provider_id": str(provider_id), "removed": True},
        )
        await refresh_later(connection, provider_id)
    live.publish(f"slots:{provider_id}", f"agenda:{provider_id}")


async def refresh_later(connection: Connection, provider_id: UUID) -> None:
    """Have the provider's next free times worked out anew, once, however often it is asked for."""
    await defer(
        connection,
        "availability:refresh_provider",
        queueing_lock=f"refresh:{provider_id}",
        args={"provider_id": str(provider_id)},
    )


async def save_schedule(
    connection: Connection, provider_id: UUID, body: wire.ScheduleBody, now: datetime, horizon_days: int
) -> int:
    """Write a schedule and its openings without asking who wants it: for the seed and imports.

    Errors: BadSchedule.
    """
    refuse_problems(body)
    version = await _save(connection, provider_id, body, None)
    await rebuild(connection, provider_id, now, horizon_days)
    return version


def refuse_problems(body: wire.ScheduleBody) -> None:
    """Errors: BadSchedule, with where and what in `errors`."""
    try:
        problems = core.validate(schedules.from_body(body))
    except ValueError as error:
        raise BadSchedule(str(error)) from error
    if len({o.date for o in body.overrides}) != len(body.overrides):
        raise BadSchedule("a date is overridden twice", errors=[{"path": "body.overrides", "message": "date twice"}])
    if problems:
        errors = [{"path": "body." + p.where.replace("/", "."), "message": str(p.code)} for p in problems]
        raise BadSchedule("; ".join(f"{e['path']}: {e['message']}" for e in errors), errors=errors)


async def _clinic_for(connection: Connection, actor: Actor, provider_id: UUID, permission: str) -> UUID:
    row = await fetch_one(connection, "SELECT clinic_id FROM provider WHERE id = %(id)s", {"id": provider_id})
    if row is None:
        raise UnknownProvider
    if not allowed(actor, permission, Target(clinic_id=row["clinic_id"], provider_id=provider_id)):
        raise Forbidden
    clinic_id: UUID = row["clinic_id"]
    return clinic_id


async def _refuse_foreign_locations(connection: Connection, clinic_id: UUID, body: wire.ScheduleBody) -> None:
    wanted = schedules.locations_of(body)
    rows = await fetch_all(
        connection,
        "SELECT id FROM location WHERE clinic_id = %(clinic_id)s AND id = ANY(%(wanted)s)",
        {"clinic_id": clinic_id, "wanted": list(wanted)},
    )
    unknown = wanted - {row["id"] for row in rows}
    if unknown:
        message = f"not a location of this clinic: {sorted(map(str, unknown))[0]}"
        raise BadSchedule(message, errors=[{"path": "body.weekly", "message": message}])


async def _save(connection: Connection, provider_id: UUID, body: wire.ScheduleBody, expected: int | None) -> int:
    row = await fetch_one(
        connection,
        """INSERT INTO schedule (provider_id, time_zone, weekly, breaks, overrides, holidays)
           SELECT %(provider_id)s, %(zone)s, %(weekly)s, %(breaks)s, %(overrides)s, %(holidays)s
           WHERE COALESCE(%(expected)s::int, 0) = 0
              OR EXISTS (SELECT 1 FROM schedule WHERE provider_id = %(provider_id)s)
           ON CONFLICT (provider_id) DO UPDATE SET
               time_zone = excluded.time_zone, weekly = excluded.weekly, breaks = excluded.breaks,
               overrides = excluded.overrides, holidays = excluded.holidays, version = schedule.version + 1
           WHERE %(expected)s::int IS NULL OR schedule.version = %(expected)s
           RETURNING version""",
        {
            "provider_id": provider_id,
            "zone": body.time_zone,
            **{name: Jsonb(value) for name, value in schedules.columns(body).items()},
            "holidays": sorted(set(body.holidays)),
            "expected": expected,
        },
    )
    if row is None:
        raise VersionMismatch
    return int(row["version"])


async def _insert_absence(connection: Connection, vault: Vault, absence: wire.Absence, now: datetime) -> None:
    keys = await vault.keys(connection, absence.provider_id)
    values = {
        "id": absence.id,
        "provider_id": absence.provider_id,
        "start": absence.start,
        "end": absence.end,
        "during": TimestamptzRange(absence.start, absence.end),
        "reason": keys.seal(absence.reason, "absence.sealed_reason", absence.id),
        "now": now,
        "claim_id": new_id(),
    }
    await execute(
        connection,
        """INSERT INTO absence (id, provider_id, starts_at, ends_at, sealed_reason, created_at)
           VALUES (%(id)s, %(provider_id)s, %(start)s, %(end)s, %(reason)s, %(now)s)""",
        values,
    )
    await execute(
        connection,
        """INSERT INTO claim (id, resource, during, kind, exclusive, absence_id)
           VALUES (%(claim_id)s, %(provider_id)s, %(during)s, 'absence', false, %(id)s)""",
        values,
    )
