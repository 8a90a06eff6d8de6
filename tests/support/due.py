"""Many reminders that are due, written as the plan would have."""

from datetime import datetime, timedelta

from openvisit.platform.db import Connection, execute

_VISITS = """
INSERT INTO appointment (id, clinic_id, provider_id, patient_id, visit_type_id, starts_at, ends_at, time_zone, mode,
                         status, reason, accommodations, booked_by, created_at, updated_at)
SELECT gen_random_uuid(), v.clinic_id, v.id, p.id, t.id, %(starts)s, %(ends)s, v.time_zone, 'telehealth', 'scheduled',
       ''::bytea, ''::bytea, p.person_id, %(now)s, %(now)s
FROM generate_series(1, %(visits)s) AS n
JOIN (SELECT id, person_id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS places FROM patient) p
    ON p.place = n %% p.places + 1
CROSS JOIN (SELECT id, clinic_id, time_zone FROM provider ORDER BY id LIMIT 1) v
CROSS JOIN (SELECT id FROM visit_type ORDER BY id LIMIT 1) t"""

_REMINDERS = """
INSERT INTO scheduled_reminder
    (id, type, appointment_id, patient_id, person_id, clinic_id, provider_id, starts_at, minutes, due_at, until, status,
     channels, next_at, created_at, updated_at)
SELECT gen_random_uuid(), 'reminder', a.id, a.patient_id, p.person_id, a.clinic_id, a.provider_id, a.starts_at,
       a.n, a.due, a.starts_at, 'pending', %(channels)s, a.due, %(now)s, %(now)s
FROM (SELECT v.*, n, %(due)s::timestamptz + random() * %(over)s::interval AS due
      FROM appointment v CROSS JOIN generate_series(1, %(each)s) AS n WHERE v.starts_at = %(starts)s) a
JOIN patient p ON p.id = a.patient_id"""


async def fill(
    connection: Connection,
    now: datetime,
    *,
    reminders: int,
    due: datetime,
    over: timedelta = timedelta(0),
    channel: str = "email",
    each: int = 10,
) -> None:
    """So many reminders, `each` of them of one visit, due evenly `over` the time from `due` on."""
    starts = now + timedelta(hours=6)  # to the microsecond: those of an earlier call are others
    values = {
        "now": now,
        "starts": starts,
        "ends": starts + timedelta(minutes=30),
        "visits": reminders // each,
        "each": each,
        "due": due,
        "over": over,
        "channels": [channel],
    }
    await execute(connection, _VISITS, {name: values[name] for name in ("now", "starts", "ends", "visits")})
    await execute(connection, _REMINDERS, {**values})
