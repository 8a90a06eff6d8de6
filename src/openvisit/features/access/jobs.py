"""Mails about who may act for whom, and about records that were broken open. They carry names and times, no health
text."""

from datetime import datetime
from uuid import UUID

import procrastinate
from procrastinate import RetryStrategy

from openvisit.features.access import delegations
from openvisit.platform.channels import Sender
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, fetch_all, fetch_one
from openvisit.platform.mail import compose
from openvisit.platform.mail.moments import moment
from openvisit.platform.mail.words import believable_name

_RETRY = RetryStrategy(max_attempts=6, exponential_wait=3)
_PERSON = "p.id, p.email, p.full_name, p.language, p.time_zone, p.active, k.wrapped AS data_key"


def blueprint(*, db: Database, vault: Vault, mailer: Sender, clock: Clock, public_url: str) -> procrastinate.Blueprint:
    """The tasks `invite_delegate`, `tell_of_delegation` and `tell_of_emergency`."""
    tasks = procrastinate.Blueprint()
    url = public_url.rstrip("/")

    @tasks.task(name="invite_delegate", retry=_RETRY)
    async def invite_delegate(delegation_id: str) -> None:
        await _invite(db, vault, mailer, UUID(delegation_id), url, clock())

    @tasks.task(name="tell_of_delegation", retry=_RETRY)
    async def tell_of_delegation(delegation_id: str, kind: str) -> None:
        await _tell_of_delegation(db, vault, mailer, UUID(delegation_id), kind, url, clock())

    @tasks.task(name="tell_of_emergency", retry=_RETRY)
    async def tell_of_emergency(emergency_id: str) -> None:
        await _tell_of_emergency(db, vault, mailer, UUID(emergency_id), url, clock())

    return tasks


async def _invite(db: Database, vault: Vault, mailer: Sender, delegation_id: UUID, url: str, now: datetime) -> None:
    async with db.transaction() as connection:
        row = await fetch_one(
            connection,
            """SELECT d.invited, d.kind, d.created_at, subject.full_name AS patient_name,
                      creator.language AS language, clinic.name AS clinic
               FROM delegation d
               JOIN patient ON patient.id = d.patient_id
               JOIN person subject ON subject.id = patient.person_id
               JOIN person creator ON creator.id = d.created_by
               LEFT JOIN clinic ON clinic.id = d.clinic_id
               WHERE d.id = %(id)s AND d.invited IS NOT NULL""",
            {"id": delegation_id},
        )
        code = await delegations.new_code(connection, delegation_id, now) if row else None
    if row is None or code is None:
        return
    await mailer.send(
        compose(
            "delegation_invited",
            row["language"],
            {
                "name": "",
                "patient": believable_name(row["patient_name"]),
                "clinic": row["clinic"] or "",
                # After the #: browsers keep it to themselves.
                "link": f"{url}/account/privacy#accept={code}",
                "days": str(delegations.INVITATION_LIFE.days),
            },
            to=vault.open(bytes(row["invited"]), "delegation.invited", delegation_id),
            to_name="",
            key=f"delegation.{delegation_id}.{int(now.timestamp() * 1000)}",
            now=now,
        )
    )


async def _tell_of_delegation(
    db: Database, vault: Vault, mailer: Sender, delegation_id: UUID, kind: str, url: str, now: datetime
) -> None:
    """Tell the patient that somebody accepted; tell both when it ended."""
    async with db.connection() as connection:
        row = await fetch_one(
            connection,
            """SELECT d.delegate_id, patient.person_id, subject.full_name AS patient, delegate.full_name AS delegate
               FROM delegation d JOIN patient ON patient.id = d.patient_id
               JOIN person subject ON subject.id = patient.person_id
               JOIN person delegate ON delegate.id = d.delegate_id WHERE d.id = %(id)s""",
            {"id": delegation_id},
        )
        told = [] if row is None else await _people(connection, [row["person_id"], row["delegate_id"]])
    for person in told:
        to_patient = row is not None and person["id"] == row["person_id"]
        if row is None or (kind == "delegation_accepted" and not to_patient):
            continue
        await _send(
            vault,
            mailer,
            person,
            kind,
            {"patient": row["patient"], "delegate": row["delegate"], "link": f"{url}/account/privacy"},
            f"{kind}.{delegation_id}.{person['id']}",
            now,
        )


async def _tell_of_emergency(
    db: Database, vault: Vault, mailer: Sender, emergency_id: UUID, url: str, now: datetime
) -> None:
    """Tell the patient, and everybody who reviews at the clinic."""
    async with db.connection() as connection:
        row = await fetch_one(
            connection,
            """SELECT e.*, patient.person_id AS owner, person.full_name AS clinician, clinic.name AS clinic
               FROM emergency_access e JOIN patient ON patient.id = e.patient_id
               JOIN person ON person.id = e.person_id JOIN clinic ON clinic.id = e.clinic_id
               WHERE e.id = %(id)s""",
            {"id": emergency_id},
        )
        if row is None:
            return
        officers = await fetch_all(
            connection,
            """SELECT DISTINCT person_id FROM role
               WHERE clinic_id = %(id)s AND (role = 'admin' OR 'privacy' = ANY(scopes))""",
            {"id": row["clinic_id"]},
        )
        told = await _people(connection, [row["owner"], *(officer["person_id"] for officer in officers)])
    for person in told:
        kind = "emergency_patient" if person["id"] == row["owner"] else "emergency_officer"
        link = "/account/privacy" if person["id"] == row["owner"] else "/admin/emergencies"
        await _send(
            vault,
            mailer,
            person,
            kind,
            {
                "clinician": row["clinician"],
                "clinic": row["clinic"],
                "when": moment(row["opened_at"], person["time_zone"], person["language"]),
                "link": url + link,
            },
            f"{kind}.{emergency_id}.{person['id']}",
            now,
        )


async def _people(connection: Connection, ids: list[UUID]) -> list[Row]:
    return await fetch_all(
        connection,
        f"""SELECT {_PERSON} FROM person p LEFT JOIN keyring.data_key k ON k.owner = p.id
            WHERE p.id = ANY(%(ids)s) AND p.active AND p.email IS NOT NULL AND k.shredded_at IS NULL""",
        {"ids": ids},
    )


async def _send(
    vault: Vault, mailer: Sender, person: Row, kind: str, values: dict[str, str], key: str, now: datetime
) -> None:
    address = vault.of(person["id"], person["data_key"]).open(person["email"], "person.email", person["id"])
    await mailer.send(
        compose(
            kind,
            person["language"],
            {"name": person["full_name"], **values},
            to=address,
            to_name=person["full_name"],
            key=key,
            now=now,
        )
    )
