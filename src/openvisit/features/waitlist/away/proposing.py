"""Taking a provider off for a time, and proposing to each patient concerned what they can have instead."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from openvisit.core.appointment import UPCOMING, Mode, Status
from openvisit.core.consent import missing, visit_purpose
from openvisit.core.ids import new_id
from openvisit.core.intervals import instant, minute_ceil, minute_floor
from openvisit.core.permissions import Actor
from openvisit.features.availability import wire as availability
from openvisit.features.availability.commands import add_absence_in
from openvisit.features.availability.errors import UnknownProvider, UnknownVisitType
from openvisit.features.availability.facts import facts
from openvisit.features.availability.queries import cut
from openvisit.features.waitlist.away import queries, wire
from openvisit.features.waitlist.offering import List
from openvisit.platform.db import Connection, Row, elevated, execute, fetch_all
from openvisit.platform.events import Event, publish

AHEAD = timedelta(days=42)
MOST_OF_A_KIND = 3
WHY = "whether a patient is free at a time, and what they agreed to, takes all of their visits"

_CONCERNED = """
SELECT a.*, p.full_name AS provider_name, p.specialties, v.duration_minutes, v.modes,
       ARRAY(SELECT co.kind FROM consent co WHERE co.patient_id = a.patient_id AND co.clinic_id = a.clinic_id
             AND co.given) AS consents,
       ARRAY(SELECT jsonb_build_object('id', o.id, 'name', o.full_name) FROM provider o
             JOIN provider_visit_type pv ON pv.provider_id = o.id AND pv.visit_type_id = a.visit_type_id
             WHERE o.clinic_id = a.clinic_id AND o.active AND o.id <> a.provider_id AND o.specialties && p.specialties
             ORDER BY o.full_name, o.id LIMIT 20) AS colleagues
FROM appointment a JOIN provider p ON p.id = a.provider_id JOIN visit_type v ON v.id = a.visit_type_id
WHERE a.provider_id = %(provider_id)s AND a.starts_at < %(end)s AND a.ends_at > %(start)s AND a.starts_at > %(now)s
  AND a.status = ANY(%(statuses)s)
ORDER BY a.starts_at, a.id"""


async def take_off(waitlist: List, actor: Actor, provider_id: UUID, body: wire.AwayBody, now: datetime) -> wire.Away:
    """Note the absence and propose: all of it in one transaction. The visits stay until their patients have answered.

    Errors: UnknownProvider, Forbidden, Invalid.
    """
    async with waitlist.db.transaction() as connection:
        noted = availability.AbsenceBody(body.start, body.end, body.reason)
        absence = await add_absence_in(connection, waitlist.vault, actor, provider_id, noted, now)
        away_id = new_id()
        async with elevated(connection, WHY):
            await _write(connection, actor, away_id, provider_id, absence, now)
            concerned = await _concerned(connection, provider_id, body, now)
            taken: set[tuple[str, datetime]] = set()  # no time is proposed to two patients
            for visit in concerned:
                choices = await _choices(connection, visit, body, taken, now)
                await _propose(connection, waitlist, away_id, visit, choices, now)
        away = await queries.one(connection, actor, away_id, now)
    topics = {f"slots:{provider_id}", f"agenda:{provider_id}"} | {f"clinic:{v['clinic_id']}" for v in concerned}
    waitlist.live.publish(*topics)
    return away


async def _write(
    connection: Connection, actor: Actor, away_id: UUID, provider_id: UUID, absence: availability.Absence, now: datetime
) -> None:
    await execute(
        connection,
        """INSERT INTO away (id, clinic_id, provider_id, absence_id, starts_at, ends_at, created_at, created_by)
           SELECT %(id)s, clinic_id, id, %(absence_id)s, %(start)s, %(end)s, %(now)s, %(by)s
           FROM provider WHERE id = %(provider_id)s""",
        {
            "id": away_id,
            "provider_id": provider_id,
            "absence_id": absence.id,
            "start": absence.start,
            "end": absence.end,
            "now": now,
            "by": actor.person_id,
        },
    )


async def _concerned(connection: Connection, provider_id: UUID, body: wire.AwayBody, now: datetime) -> list[Row]:
    return await fetch_all(
        connection,
        _CONCERNED,
        {
            "provider_id": provider_id,
            "start": body.start,
            "end": body.end,
            "now": now,
            "statuses": [str(status) for status in (*UPCOMING, Status.REQUESTED)],
        },
    )


async def _choices(
    connection: Connection, visit: Row, body: wire.AwayBody, taken: set[tuple[str, datetime]], now: datetime
) -> list[dict[str, str]]:
    """By video at the same time; the provider's next times; and a colleague's that are sooner than those."""
    found: list[dict[str, str]] = []
    agreed = not missing(visit_purpose(Mode.TELEHEALTH), set(visit["consents"]))
    if body.video and visit["mode"] != Mode.TELEHEALTH and Mode.TELEHEALTH in visit["modes"] and agreed:
        found.append(_choice("video", visit["provider_id"], visit["starts_at"], Mode.TELEHEALTH))
    later = await _free(connection, visit, visit["provider_id"], body.end, body.end + AHEAD, taken, now)
    colleague: list[tuple[datetime, UUID]] = []
    sooner_than = later[0] if later else body.end + AHEAD
    for other in visit["colleagues"]:
        id_ = UUID(other["id"])
        colleague += [(at, id_) for at in await _free(connection, visit, id_, now, sooner_than, taken, now)]
    for at, id_ in sorted(colleague, key=lambda each: (abs(each[0] - visit["starts_at"]), each[0]))[:MOST_OF_A_KIND]:
        found.append(_choice("colleague", id_, at, visit["mode"]))
        taken.add((str(id_), at))
    for at in later:
        found.append(_choice("later", visit["provider_id"], at, visit["mode"]))
        taken.add((str(visit["provider_id"]), at))
    return found


def _choice(kind: wire.ChoiceKind, provider_id: UUID, start: datetime, mode: str) -> dict[str, str]:
    return {"kind": kind, "provider_id": str(provider_id), "start": start.isoformat(), "mode": str(mode)}


async def _free(
    connection: Connection,
    visit: Row,
    provider_id: UUID,
    begin: datetime,
    end: datetime,
    taken: set[tuple[str, datetime]],
    now: datetime,
) -> list[datetime]:
    """The provider's first few free times for this visit, at which its patient is free too."""
    extra = max(0, (visit["ends_at"] - visit["starts_at"]) // timedelta(minutes=1) - visit["duration_minutes"])
    first, last = minute_ceil(max(begin, now)), minute_floor(end)
    if first >= last:
        return []
    try:
        known = await facts(connection, provider_id, visit["visit_type_id"], first, last, now, extra_minutes=extra)
    except (UnknownProvider, UnknownVisitType):
        return []
    busy = await _busy(connection, visit, begin, end)
    free: list[datetime] = []
    for slot in cut(known, visit["mode"], now, first, last):
        start = instant(slot.start)
        elsewhere = any(a < instant(slot.end) and start < b for a, b in busy)
        if not elsewhere and (str(provider_id), start) not in taken:
            free.append(start)
        if len(free) == MOST_OF_A_KIND:
            break
    return free


async def _busy(
    connection: Connection, visit: Mapping[str, Any], begin: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    rows = await fetch_all(
        connection,
        """SELECT lower(during) AS s, upper(during) AS e FROM claim
           WHERE exclusive AND resource = %(patient)s AND during && tstzrange(%(begin)s, %(end)s)
             AND appointment_id IS DISTINCT FROM %(id)s""",
        {"patient": visit["patient_id"], "id": visit["id"], "begin": begin, "end": end + timedelta(days=1)},
    )
    return [(row["s"], row["e"]) for row in rows]


async def _propose(
    connection: Connection, waitlist: List, away_id: UUID, visit: Row, choices: list[dict[str, str]], now: datetime
) -> None:
    proposal_id = new_id()
    await execute(
        connection,
        """INSERT INTO away_proposal (id, away_id, appointment_id, patient_id, clinic_id, was, choices, status)
           VALUES (%(id)s, %(away_id)s, %(appointment_id)s, %(patient_id)s, %(clinic_id)s, %(was)s, %(choices)s,
                   'open')""",
        {
            "id": proposal_id,
            "away_id": away_id,
            "appointment_id": visit["id"],
            "patient_id": visit["patient_id"],
            "clinic_id": visit["clinic_id"],
            "was": visit["starts_at"],
            "choices": Jsonb(choices),
        },
    )
    await publish(connection, waitlist.subscriptions, Event("visit.proposed", proposal_id, now))
