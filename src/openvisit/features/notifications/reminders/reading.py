"""What planning has to know of patients at clinics, read for many at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.consent import Purpose, missing
from openvisit.core.reminders.planner import Visit
from openvisit.core.reminders.wishes import Rules, Way, way
from openvisit.features.booking.present import HIDDEN
from openvisit.features.notifications.preferences.queries import reachable, rules, wishes
from openvisit.features.notifications.reaching import whom_to_tell
from openvisit.platform.db import Connection, Row, elevated, fetch_all

Pair = tuple[UUID, UUID]
"""A patient and a clinic: what is planned together."""

LOOKS_BACK = timedelta(days=31)
"""Visits that began longer ago are left alone: longer than any follow-up waits."""

BY_HAND = "by-hand"
"""Why somebody cancelled a reminder: plans do not bring it back."""


@dataclass(slots=True)
class Known:
    """One patient at one clinic. `person_id` is told: the patient, or who books for them (`by_another`). `rows` are the
    reminders there are, by appointment."""

    person_id: UUID
    by_another: bool
    way: Way
    zone: str
    consented: bool
    visits: list[Visit] = field(default_factory=list)
    providers: dict[UUID, UUID] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


_PEOPLE = """
SELECT asked.patient_id, asked.clinic_id, pt.person_id AS own_id, p.id AS person_id, p.time_zone, p.active,
       p.email IS NOT NULL AS has_email, pt.restricted_at IS NOT NULL AS restricted,
       n.channels, n.offsets, n.quiet_from, n.quiet_until, n.opted_out,
       n.phone_verified_at, n.phone_dead_at, n.email_dead_at,
       ARRAY(SELECT c.kind FROM consent c
             WHERE c.patient_id = asked.patient_id AND c.clinic_id = asked.clinic_id AND c.given) AS given
FROM unnest(%(patients)s::uuid[], %(clinics)s::uuid[], %(told)s::uuid[]) AS asked(patient_id, clinic_id, told)
JOIN patient pt ON pt.id = asked.patient_id
JOIN person p ON p.id = asked.told
LEFT JOIN notification_preference n ON n.person_id = p.id"""

_VISITS = f"""
SELECT a.id, a.patient_id, a.clinic_id, a.provider_id, a.starts_at, a.ends_at, a.mode, a.status, {HIDDEN} AS hidden
FROM appointment a
JOIN unnest(%(patients)s::uuid[], %(clinics)s::uuid[]) AS asked(patient_id, clinic_id)
    ON a.patient_id = asked.patient_id AND a.clinic_id = asked.clinic_id
JOIN patient pt ON pt.id = a.patient_id
LEFT JOIN clinic_policy rules ON rules.clinic_id = a.clinic_id
WHERE a.starts_at > %(since)s"""

_ROWS = """
SELECT id, type, appointment_id, person_id, starts_at, minutes, due_at, until, status, why, by_hand, merged_into,
       channels, attempts, next_at
FROM scheduled_reminder WHERE appointment_id = ANY(%(appointments)s) AND event_id IS NULL"""


async def read(connection: Connection, pairs: Sequence[Pair], now: datetime) -> dict[Pair, Known]:
    """Everything that planning asks about these pairs; those without such a patient are left out."""
    values = {"patients": [pair[0] for pair in pairs], "clinics": [pair[1] for pair in pairs]}
    async with elevated(connection, "who is told in a child's place may be nobody that the caller may see"):
        whom = await whom_to_tell(connection, values["patients"], now)
        pairs = [pair for pair in pairs if pair[0] in whom]
        people = await fetch_all(
            connection,
            _PEOPLE,
            {
                "patients": [patient for patient, _ in pairs],
                "clinics": [clinic for _, clinic in pairs],
                "told": [whom[patient].told for patient, _ in pairs],
            },
        )
    visits = await fetch_all(connection, _VISITS, {**values, "since": now - LOOKS_BACK})
    rows = await fetch_all(connection, _ROWS, {"appointments": [visit["id"] for visit in visits]})
    of_clinic = await rules_of_many(connection, {pair[1] for pair in pairs})
    known = {(person["patient_id"], person["clinic_id"]): _known(person, of_clinic) for person in people}
    by_visit: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        by_visit[row["appointment_id"]].append(row)
    for visit in visits:
        one = known[visit["patient_id"], visit["clinic_id"]]
        if visit["hidden"] and one.by_another:  # from those who act for the patient
            one.rows += by_visit[visit["id"]]
            continue
        one.visits.append(_visit(visit, by_visit[visit["id"]]))
        one.providers[visit["id"]] = visit["provider_id"]
        one.rows += by_visit[visit["id"]]
    return known


async def rules_of_many(connection: Connection, clinics: Collection[UUID]) -> Mapping[UUID, Rules]:
    """Each clinic's rules; the defaults for those that said nothing."""
    rows = await fetch_all(
        connection, "SELECT * FROM reminder_rules WHERE clinic_id = ANY(%(clinics)s)", {"clinics": list(clinics)}
    )
    return {**dict.fromkeys(clinics, Rules()), **{row["clinic_id"]: rules(row) for row in rows}}


def _known(person: Row, of_clinic: Mapping[UUID, Rules]) -> Known:
    # Devices come and go with sign-ins: whether there is one is asked when the message is due.
    found = way(wishes(person), of_clinic[person["clinic_id"]], reachable(person, pushable=True))
    consented = not person["restricted"] and not missing(Purpose.REMIND, set(person["given"]))
    by_another = person["person_id"] != person["own_id"]
    return Known(person["person_id"], by_another, found, person["time_zone"], consented)


def _visit(row: Row, reminders: Sequence[Row]) -> Visit:
    custom = {one["minutes"] for one in reminders if one["type"] == "custom" and one["why"] != BY_HAND}
    return Visit(row["id"], row["starts_at"], row["ends_at"], row["mode"], row["status"], tuple(sorted(custom)))
