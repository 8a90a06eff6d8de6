"""The demonstration's two hundred patients, and whom each of them sees."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from openvisit.core.ids import new_id
from openvisit.features.consent.agreed import agree
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, execute
from openvisit.seed.accounts import PATIENT_NAME, Accounts, insert_persons
from openvisit.seed.model import Doctor, Group, Patient
from openvisit.seed.names import Namer
from openvisit.seed.rows import insert

COUNT = 200
"""The demo patient included."""

_SMALLEST_PANEL = 14
_PEDIATRICS = "208000000X"
_ADULTS_ONLY = frozenset({"207Q00000X", "207R00000X", "207V00000X"})


@dataclass(frozen=True, slots=True)
class Panel:
    """Who comes to a provider: the regulars, and anybody who might for the first time."""

    regulars: list[Patient]
    anybody: list[Patient]

    def add(self, patient: Patient) -> None:
        """Make the patient a regular."""
        if patient not in self.regulars:
            self.regulars.append(patient)


async def register(
    connection: Connection,
    vault: Vault,
    random: Random,
    namer: Namer,
    group: Group,
    accounts: Accounts,
    now: datetime,
) -> list[Patient]:
    """Write the patients; the demo patient is first."""
    demo = Patient(accounts.patient_id, accounts.patient, PATIENT_NAME, "en", False, group.sites[0], accounts.since, {})
    others = [_patient(random, namer, group, now) for _ in range(COUNT - 1)]
    people = [
        (p.person_id, p.name, p.site.zone, p.language, f"+1 {p.site.area_code} 555 01{n % 100:02}", p.since)
        for n, p in enumerate(others)
    ]
    await insert_persons(connection, vault, people)
    await insert(
        connection,
        "patient",
        "id, person_id, born_on, created_at",
        [(p.id, p.person_id, _birthday(random, p, now), p.since) for p in others],
    )
    await insert(
        connection,
        "clinic_patient",
        "clinic_id, patient_id, since",
        [(group.id, p.id, p.since) for p in [demo, *others]],
    )
    since = min(p.since for p in [demo, *others])
    await agree(connection, [p.id for p in [demo, *others]], [group.id], since)
    await execute(
        connection,
        "UPDATE patient SET born_on = %(born_on)s WHERE id = %(id)s",
        {"born_on": date(1988, 5, 14), "id": demo.id},
    )
    return [demo, *others]


def _patient(random: Random, namer: Namer, group: Group, now: datetime) -> Patient:
    name, origin = namer.draw(spanish=0.35)
    spanish = origin.language == "es" and random.random() < 0.75
    return Patient(
        id=new_id(),
        person_id=new_id(),
        name=name,
        language="es" if spanish else "en",
        child=random.random() < 0.13,
        site=random.choice(group.sites),
        since=now - timedelta(days=random.randint(130, 420), minutes=random.randint(0, 1440)),
        needs=_needs(random, origin.language if spanish else None),
    )


def _needs(random: Random, language: str | None) -> dict[str, bool | int | str]:
    """What the patient asks for at every visit; most ask for nothing."""
    needs: dict[str, bool | int | str] = {}
    if language is not None and random.random() < 0.5:
        needs["language"] = language
    drawn = random.random()
    if drawn < 0.03:
        needs["interpreter"] = "ase"
    elif drawn < 0.09:
        needs["wheelchair_access"] = True
    elif drawn < 0.14:
        needs["companion"] = True
    elif drawn < 0.17:
        needs["longer_time"] = True
        needs["extra_minutes"] = 10
    return needs


def _birthday(random: Random, patient: Patient, now: datetime) -> date:
    years = random.randint(1, 16) if patient.child else random.randint(19, 88)
    return (now - timedelta(days=round(years * 365.25) + random.randint(1, 360))).date()


def panels(random: Random, doctors: list[Doctor], patients: list[Patient]) -> dict[UUID, Panel]:
    """The patients of each provider: children go to pediatricians, everybody to those near them when they can.

    The demo patient is in nobody's: she keeps plenty of free time, and her few visits are placed by hand.
    """
    found = {d.id: Panel([], [p for p in patients[1:] if _suits(d, p)]) for d in doctors}
    for patient in patients[1:]:
        suitable = [d for d in doctors if _suits(d, patient)]
        near = [d for d in suitable if patient.site in d.sites]
        for _ in range(random.randint(2, 5)):
            doctor = random.choice(near if random.random() < 0.85 else suitable)
            found[doctor.id].add(patient)
    for doctor in doctors:
        panel = found[doctor.id]
        while len(panel.regulars) < _SMALLEST_PANEL:
            panel.add(random.choice(panel.anybody))
    return found


def _suits(doctor: Doctor, patient: Patient) -> bool:
    if patient.child:
        return doctor.practice.code not in _ADULTS_ONLY
    return doctor.practice.code != _PEDIATRICS
