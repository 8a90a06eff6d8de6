"""What waits for somebody: a waitlist with a time that is offered, and a provider who will be away."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb

from openvisit.core.appointment import ACTIVE, Status
from openvisit.core.ids import new_id
from openvisit.core.intervals import instant
from openvisit.features.availability.wire import AbsenceBody
from openvisit.features.booking.context import Wish
from openvisit.features.booking.holds import keep
from openvisit.features.waitlist.away import matching
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, execute, fetch_all, fetch_one
from openvisit.seed.doctors import insert_absences
from openvisit.seed.model import Doctor, Group, Patient, Story, Visit
from openvisit.seed.rows import insert
from openvisit.seed.visit_kinds import VIDEO

Told = tuple[Visit, Story]

_OFFERED_FOR = timedelta(hours=8)
_EVENINGS = [[18 * 60, 20 * 60]]
_WHOLE_DAYS = [[0, 24 * 60]]
_ASKED = timedelta(hours=26)
_KEPT = timedelta(hours=24)
_AWAY_FROM, _AWAY_UNTIL = 4, 11  # days ahead
_WAITING = 5
_WHY_AWAY = "Conference"
_ENTRY = (
    "id, patient_id, clinic_id, visit_type_id, provider_ids, modes, days, windows, time_zone, until, urgency, status,"
    " joined_at, joined_by"
)


async def list_waiters(
    connection: Connection, random: Random, group: Group, staff: Sequence[Doctor], everybody: Sequence[Patient],
    now: datetime,
) -> Doctor:  # fmt: skip
    """People who wait for an earlier time: some for evenings that nobody has, and the demo patient, who is offered one.

    The answer is the provider whose time is held for that offer.
    """
    dermatologist = next(doctor for doctor in staff if doctor.practice.code == "207N00000X")
    kind = next(offered.kind for offered in dermatologist.offers if offered.kind.name == "Video consultation")
    adults = [patient for patient in everybody[1:] if not patient.child]
    waiters = random.sample(adults, _WAITING)
    urgencies = ("urgent", "soon", "soon", "routine", "routine")
    own_entry = new_id()
    rows = [
        (own_entry, everybody[0].id, group.id, kind.id, [dermatologist.id], [VIDEO], list(range(1, 8)),
         Jsonb(_WHOLE_DAYS), dermatologist.zone, now + timedelta(days=30), "routine", "waiting",
         now - timedelta(days=3), everybody[0].person_id)
    ]  # fmt: skip
    for number, (patient, urgency) in enumerate(zip(waiters, urgencies, strict=True)):
        doctor = staff[number * 3]
        offered = next(one.kind for one in doctor.offers if one.kind.by_patients)
        rows.append(
            (new_id(), patient.id, group.id, offered.id, [doctor.id], list(offered.modes), [6, 7], Jsonb(_EVENINGS),
             doctor.zone, now + timedelta(days=45), urgency, "waiting",
             now - timedelta(hours=random.randint(5, 400)), patient.person_id)
        )  # fmt: skip
    await insert(connection, "waitlist_entry", _ENTRY, rows)
    await _offer(connection, group, dermatologist, kind.id, everybody[0], own_entry, now)
    return dermatologist


async def _offer(
    connection: Connection, group: Group, doctor: Doctor, type_id: UUID, patient: Patient, entry: UUID, now: datetime
) -> None:
    """Hold the next free time as the waitlist does, and offer it."""
    free = await fetch_one(
        connection,
        """SELECT first_start FROM next_free
           WHERE provider_id = %(doctor)s AND visit_type_id = %(type)s AND mode = %(mode)s""",
        {"doctor": doctor.id, "type": type_id, "mode": VIDEO},
    )
    if free is None or free["first_start"] is None:
        return
    slot, until = new_id(), now + _OFFERED_FOR
    wish = Wish(doctor.id, type_id, free["first_start"], VIDEO, person_id=slot)
    hold = await keep(connection, wish, owner=slot, until=until + timedelta(minutes=5), now=now)
    if hold is None:
        return
    values = {
        "slot": slot, "hold": hold, "clinic": group.id, "now": now, "until": until,
        "id": new_id(), "entry": entry, "patient": patient.id,
    }  # fmt: skip
    await execute(
        connection,
        """INSERT INTO waitlist_slot (id, clinic_id, provider_id, visit_type_id, mode, location_id, starts_at, ends_at,
               hold_id, status, offered_at)
           SELECT %(slot)s, %(clinic)s, h.provider_id, h.visit_type_id, h.mode, h.location_id, h.starts_at, h.ends_at,
               h.id, 'offered', %(now)s
           FROM hold h WHERE h.id = %(hold)s""",
        values,
    )
    await execute(
        connection,
        """INSERT INTO waitlist_offer (id, slot_id, entry_id, patient_id, clinic_id, status, offered_at, expires_at)
           VALUES (%(id)s, %(slot)s, %(entry)s, %(patient)s, %(clinic)s, 'open', %(now)s, %(until)s)""",
        values,
    )


async def take_somebody_off(
    connection: Connection, vault: Vault, group: Group, own: Doctor, told: Sequence[Told], by: UUID, now: datetime
) -> Doctor | None:
    """The provider with the most visits on one day soon is away that day; their patients have not answered yet."""
    found = _busiest(told, own, now)
    if found is None:
        return None
    doctor, visits = found
    zone = ZoneInfo(doctor.zone)
    day = instant(visits[0].start).astimezone(zone).replace(hour=0, minute=0)
    start, end = day.astimezone(UTC), (day + timedelta(days=1)).astimezone(UTC)
    (absence,) = await insert_absences(connection, vault, doctor, [AbsenceBody(start, end, _WHY_AWAY)], now)
    away, asked = new_id(), now - _ASKED
    await insert(
        connection,
        "away",
        "id, clinic_id, provider_id, absence_id, starts_at, ends_at, video, created_at, created_by",
        [(away, group.id, doctor.id, absence, start, end, False, asked, by)],
    )
    proposals = [
        (new_id(), away, visit.id, visit.patient.id, group.id, instant(visit.start), Jsonb([]), "open", asked,
         asked + _KEPT, 1)
        for visit in visits
    ]  # fmt: skip
    columns = (
        "id, away_id, appointment_id, patient_id, clinic_id, was, choices, status, asked_at, kept_until, reminders"
    )
    await insert(connection, "away_proposal", columns, proposals)
    concerned = f"{matching.CONCERNED} WHERE r.away_id = %(away)s ORDER BY a.starts_at"
    for visit in await fetch_all(connection, concerned, {"away": away}):
        later = await matching.later(connection, visit, now)
        sooner = await matching.sooner(connection, visit, later[0].start if later else None, now)
        choices = [
            {"id": str(new_id()), "kind": one.kind, "provider_id": str(one.provider_id),
             "start": one.start.isoformat(), "mode": str(one.mode)}
            for one in [*sooner[:2], *later[:2]]
        ]  # fmt: skip
        await execute(
            connection,
            "UPDATE away_proposal SET choices = %(choices)s WHERE id = %(id)s",
            {"choices": Jsonb(choices), "id": visit["proposal_id"]},
        )
    return doctor


def _busiest(told: Sequence[Told], own: Doctor, now: datetime) -> tuple[Doctor, list[Visit]] | None:
    """One provider's visits of one day, some days ahead; of several equal ones the first. Not the demo provider's."""
    days: dict[tuple[str, str], list[Visit]] = defaultdict(list)
    for visit, story in told:
        start = instant(visit.start)
        ahead = now + timedelta(days=_AWAY_FROM) < start < now + timedelta(days=_AWAY_UNTIL)
        if ahead and Status(story.status) in ACTIVE and visit.doctor is not own:
            day = start.astimezone(ZoneInfo(visit.doctor.zone)).date().isoformat()
            days[visit.doctor.name, day].append(visit)
    spared = {key: visits for key, visits in days.items() if not any(visit.sure for visit in visits)}
    if not spared:
        return None
    visits = spared[max(sorted(spared), key=lambda key: len(spared[key]))]
    return visits[0].doctor, visits
