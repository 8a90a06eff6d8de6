"""The de-identified export for analyses: visits as facts about nobody, with a dictionary of what the columns mean."""

import asyncio
import csv
import io
import zipfile
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from openvisit.core.consent import NEEDS, Purpose
from openvisit.core.deidentify import COLUMNS, QUASI_IDENTIFIERS, Fact, Released, TooFew, age_at, anonymous
from openvisit.core.errors import Forbidden, Invalid
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.directory.taxonomy import SPECIALTIES
from openvisit.features.privacy import policy, wire
from openvisit.features.privacy.errors import TooFewPeople
from openvisit.platform.db import Database, Row, fetch_all

_VISITS = """
SELECT a.patient_id, a.starts_at, a.ends_at, a.created_at, a.time_zone, a.mode, a.status, pt.born_on, p.language,
       coalesce(l.region, '') AS region, v.specialties
FROM appointment a
JOIN patient pt ON pt.id = a.patient_id
JOIN person p ON p.id = pt.person_id
JOIN provider v ON v.id = a.provider_id
LEFT JOIN location l ON l.id = a.location_id
WHERE a.clinic_id = %(clinic_id)s AND a.status IN ('completed', 'cancelled', 'no-show')
  AND date_part('year', a.starts_at AT TIME ZONE a.time_zone) BETWEEN %(first)s AND %(last)s
  AND pt.restricted_at IS NULL AND pt.objected_at IS NULL AND p.active
  AND (SELECT count(*) FROM consent c WHERE c.patient_id = a.patient_id AND c.clinic_id = a.clinic_id
       AND c.given AND c.kind = ANY(%(kinds)s)) = %(needed)s"""


async def export(db: Database, actor: Actor, clinic_id: UUID, asked: wire.AnalyticsWish, *, now: datetime) -> bytes:
    """A ZIP of `visits.csv`, `dictionary.csv` and `about.txt`.

    Who paused the use of their data, objected, or never agreed to it is not in it.
    Errors: Forbidden, Invalid, TooFewPeople.
    """
    if not allowed(actor, "analytics:export", Target(clinic_id=clinic_id)):
        raise Forbidden
    if asked.from_year > asked.to_year:
        raise Invalid("The first year is after the last", errors=[{"path": "body.to_year", "message": "too early"}])
    kinds = [str(kind) for kind in NEEDS[Purpose.ANALYSE]]
    async with db.transaction(as_system="figures are drawn by people who see no patient, and name none") as connection:
        k = (await policy.of_clinic(connection, clinic_id)).smallest_group
        rows = await fetch_all(
            connection,
            _VISITS,
            {
                "clinic_id": clinic_id,
                "first": asked.from_year,
                "last": asked.to_year,
                "kinds": kinds,
                "needed": len(kinds),
            },
        )
        try:
            released = await asyncio.to_thread(anonymous, [_fact(row) for row in rows], k)
        except TooFew:
            raise TooFewPeople(smallest_group=k, people=None) from None
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="analytics:export",
            thing="clinic",
            thing_id=clinic_id,
            clinic_id=clinic_id,
            data={
                "from": asked.from_year,
                "to": asked.to_year,
                "k": k,
                "rows": len(released.rows),
                "people": released.people,
            },
        )
    return await asyncio.to_thread(_zip, released, k)


def _fact(row: Row) -> Fact:
    zone = ZoneInfo(row["time_zone"])
    day = row["starts_at"].astimezone(zone).date()
    return Fact(
        person=row["patient_id"],
        age=age_at(row["born_on"], day),
        year=day.year,
        region=row["region"],
        language=row["language"],
        specialty=_specialty(row["specialties"]),
        mode=row["mode"],
        status=row["status"],
        minutes=int((row["ends_at"] - row["starts_at"]).total_seconds()) // 60,
        days_ahead=(day - row["created_at"].astimezone(zone).date()).days,
    )


def _specialty(codes: list[str]) -> str:
    return codes[0] if codes and codes[0] in SPECIALTIES else ""


_MEANING: dict[str, str] = {
    "year": "Year of the visit; * for any",
    "age": "Age band of the patient in whole years; everybody from 90 on is 90+; * for any",
    "region": "State or region of the clinic's location; never the patient's; * for any",
    "language": "Language in which the patient uses OpenVisit (BCP 47); * for any",
    "specialty": "Specialty of the provider (NUCC taxonomy code); * for any",
    "mode": "in-person, telehealth or phone; * for any",
    "status": "completed, cancelled or no-show",
    "minutes": "Length of the visit, rounded to a quarter of an hour",
    "booked_ahead": "How long before the visit it was booked",
}


def _zip(released: Released, k: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("visits.csv", _csv(COLUMNS, released.rows))
        dictionary = [
            (name, "quasi-identifier" if name in QUASI_IDENTIFIERS else "fact", str(released.levels.get(name, 0)), text)
            for name, text in _MEANING.items()
        ]
        archive.writestr("dictionary.csv", _csv(("column", "kind", "coarseness", "meaning"), dictionary))
        archive.writestr("about.txt", _about(released, k))
    return buffer.getvalue()


def _csv(head: Any, rows: Any) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()


def _about(released: Released, k: int) -> str:
    return (
        "De-identified by HIPAA Safe Harbor (45 CFR 164.514(b)(2)): no names, contact details, numbers, dates finer\n"
        "than a year, ages over 89, or places smaller than a state. No text that anybody wrote.\n"
        f"k-anonymity: whoever is in these rows shares all quasi-identifiers with at least {k - 1} other people.\n"
        f"People: {released.people}. Left out because their group was smaller: {released.left_out}.\n"
        "Rows are in alphabetical order. Do not try to find out whose they are, and do not join them with other data.\n"
    )
