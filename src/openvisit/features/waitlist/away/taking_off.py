"""Taking a provider off for a time: one act that notes the absence and has every patient concerned asked."""

from datetime import datetime, timedelta
from uuid import UUID

from psycopg.errors import DeadlockDetected

from openvisit.core.appointment import UPCOMING, Status
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor
from openvisit.features.availability import wire as availability
from openvisit.features.availability.commands import add_absence_in
from openvisit.features.waitlist.away import queries, wire
from openvisit.features.waitlist.away.proposing import WHY, propose, unasked
from openvisit.features.waitlist.offering import List
from openvisit.platform.db import Connection, elevated, execute, fetch_all
from openvisit.platform.jobs import defer

_CONCERNED = """
SELECT id, patient_id, clinic_id, starts_at FROM appointment
WHERE provider_id = %(provider_id)s AND starts_at < %(end)s AND ends_at > %(start)s AND starts_at > %(now)s
  AND status = ANY(%(statuses)s)
ORDER BY starts_at, id"""

_CROSSED = """
SELECT w.id AS away_id, a.id, a.patient_id, a.clinic_id, a.starts_at
FROM away w JOIN appointment a ON a.provider_id = w.provider_id AND a.starts_at < w.ends_at AND a.ends_at > w.starts_at
WHERE w.created_at > %(lately)s AND abs(extract(epoch FROM a.created_at - w.created_at)) < %(crossing)s
  AND a.starts_at > %(now)s AND a.status = ANY(%(statuses)s)
  AND EXISTS (SELECT FROM absence b WHERE b.id = w.absence_id)
  AND NOT EXISTS (SELECT FROM away_proposal r WHERE r.away_id = w.id AND r.appointment_id = a.id)"""

_INSERT = """
INSERT INTO away_proposal (id, away_id, appointment_id, patient_id, clinic_id, was, choices, status)
VALUES (%(proposal_id)s, %(away_id)s, %(id)s, %(patient_id)s, %(clinic_id)s, %(starts_at)s, '[]', 'open')
ON CONFLICT DO NOTHING"""

_OPEN = [str(status) for status in (*UPCOMING, Status.REQUESTED)]
CROSSING = 60
"""Seconds for which a booking may have been under way when an absence was noted. What is booked into an absence later
is booked there on purpose."""
LATELY = timedelta(hours=1)


async def take_off(waitlist: List, actor: Actor, provider_id: UUID, body: wire.AwayBody, now: datetime) -> wire.Away:
    """Note the absence, and propose other times to each patient. The visits stay until their patients have answered.

    Whom nobody could ask, because the process died half-way, the worker asks.
    Errors: UnknownProvider, Forbidden, Invalid.
    """
    away_id = new_id()
    async with waitlist.db.transaction() as connection:
        noted = availability.AbsenceBody(body.start, body.end, body.reason)
        absence = await add_absence_in(connection, waitlist.vault, actor, provider_id, noted, now)
        async with elevated(connection, WHY):
            await _write(connection, actor, away_id, absence, body.video, now)
            await _write_proposals(connection, away_id, provider_id, body, now)
        await defer(connection, "waitlist:propose_all", queue="events", args={"away_id": str(away_id)})
    await propose_all(waitlist, away_id, now)
    waitlist.live.publish(f"slots:{provider_id}", f"agenda:{provider_id}")
    async with waitlist.db.connection() as connection:
        return await queries.one(connection, actor, away_id, now)


async def propose_all(waitlist: List, away_id: UUID | None, now: datetime) -> None:
    """Ask everybody who has not been asked yet about this time away, or about any; those too whose booking crossed
    with the absence."""
    async with waitlist.db.transaction(as_system=WHY) as connection:
        await _find_crossed(connection, now)
    for proposal_id in await unasked(waitlist, away_id):
        try:
            await propose(waitlist, proposal_id, now)
        except DeadlockDetected:  # two absences kept each other's rooms; the other one has gone on
            await propose(waitlist, proposal_id, now)


async def _write(
    connection: Connection, actor: Actor, away_id: UUID, absence: availability.Absence, video: bool, now: datetime
) -> None:
    await execute(
        connection,
        """INSERT INTO away (id, clinic_id, provider_id, absence_id, starts_at, ends_at, video, created_at, created_by)
           SELECT %(id)s, clinic_id, id, %(absence_id)s, %(start)s, %(end)s, %(video)s, %(now)s, %(by)s
           FROM provider WHERE id = %(provider_id)s""",
        {
            "id": away_id,
            "provider_id": absence.provider_id,
            "absence_id": absence.id,
            "start": absence.start,
            "end": absence.end,
            "video": video,
            "now": now,
            "by": actor.person_id,
        },
    )


async def _write_proposals(
    connection: Connection, away_id: UUID, provider_id: UUID, body: wire.AwayBody, now: datetime
) -> None:
    values = {
        "provider_id": provider_id,
        "start": body.start,
        "end": body.end,
        "now": now,
        "statuses": _OPEN,
    }
    for visit in await fetch_all(connection, _CONCERNED, values):
        await execute(
            connection,
            _INSERT,
            {**visit, "proposal_id": new_id(), "away_id": away_id},
        )


async def _find_crossed(connection: Connection, now: datetime) -> None:
    """Propose to those too whose booking was under way while the absence was noted: neither saw the other."""
    values = {"now": now, "lately": now - LATELY, "crossing": CROSSING, "statuses": _OPEN}
    for visit in await fetch_all(connection, _CROSSED, values):
        await execute(connection, _INSERT, {**visit, "proposal_id": new_id()})
