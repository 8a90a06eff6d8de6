"""Writes on other people: who works at a clinic in which role, and patients whom a clinic enters."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from openvisit.core.errors import Forbidden, Invalid
from openvisit.core.permissions import STAFF, USUAL_SCOPES, Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.audit.vocabulary import Reason, acting
from openvisit.features.identity import codes, queries, wire
from openvisit.features.identity.addresses import normalise
from openvisit.features.identity.errors import LastAdmin, UnknownPerson
from openvisit.features.identity.registration import NewAccount, check_zone, ensure_patient, insert_person
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, elevated, execute, fetch_all, fetch_one
from openvisit.platform.jobs import defer


async def add_person(
    db: Database, vault: Vault, tokens: TokenService, actor: Actor, asked: wire.NewPerson, *, now: datetime
) -> wire.PersonAtClinic:
    """Give somebody roles at the clinic. A person who has not proved their address is mailed an invitation.

    Errors: Forbidden, Invalid.
    """
    if not allowed(actor, "person:add", Target(clinic_id=asked.clinic_id)):
        raise Forbidden
    account = NewAccount(normalise(asked.email), asked.full_name.strip(), actor.time_zone, actor.language)
    async with db.transaction() as connection:
        person = await _person(connection, vault, account, now)
        for role in asked.roles:
            await _grant(connection, person["id"], asked.clinic_id, role, asked.scopes, now)
        if person["verified_at"] is None:
            await codes.mail_later(connection, person["id"], "invite")
        else:
            args = {"person_id": str(person["id"]), "clinic_id": str(asked.clinic_id)}
            await defer(connection, "identity:tell_roles", queue="mail", args=args)
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="person:add",
            thing="person",
            thing_id=person["id"],
            clinic_id=asked.clinic_id,
            data={"roles": sorted(set(asked.roles)), "scopes": sorted(set(asked.scopes or ()))},
        )
        answer = await queries.person_at_clinic(connection, vault, person["id"], asked.clinic_id)
    tokens.changed(person["id"])
    return answer


async def set_roles(
    db: Database,
    vault: Vault,
    tokens: TokenService,
    actor: Actor,
    person_id: UUID,
    asked: wire.RolesAtClinic,
    *,
    now: datetime,
) -> wire.PersonAtClinic:
    """Let the person hold exactly these roles at the clinic.

    Errors: Forbidden; UnknownPerson when they hold none there yet; LastAdmin.
    """
    if not allowed(actor, "person:edit", Target(clinic_id=asked.clinic_id)):
        raise Forbidden
    async with db.transaction() as connection:
        held = await held_roles(connection, person_id, asked.clinic_id)
        if not held:
            raise UnknownPerson
        if "admin" in held and "admin" not in asked.roles:
            await another_admin(connection, person_id, asked.clinic_id)
        for role in asked.roles:
            await _grant(connection, person_id, asked.clinic_id, role, asked.scopes, now)
        await execute(
            connection,
            """DELETE FROM role WHERE person_id = %(person_id)s AND clinic_id = %(clinic_id)s
                                      AND NOT role = ANY(%(roles)s::text[])""",
            {"person_id": person_id, "clinic_id": asked.clinic_id, "roles": list(asked.roles)},
        )
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="person:edit",
            thing="person",
            thing_id=person_id,
            clinic_id=asked.clinic_id,
            data={
                "before": sorted(held),
                "roles": sorted(set(asked.roles)),
                "scopes": sorted(set(asked.scopes or ())) if STAFF in asked.roles else [],
            },
        )
        args = {"person_id": str(person_id), "clinic_id": str(asked.clinic_id)}
        await defer(connection, "identity:tell_roles", queue="mail", args=args)
        async with elevated(connection, "whoever lost the last role here is not the clinic's to see any more"):
            answer = await queries.person_at_clinic(connection, vault, person_id, asked.clinic_id)
    tokens.changed(person_id)
    return answer


async def add_patient(
    db: Database, vault: Vault, tokens: TokenService, actor: Actor, asked: wire.NewPatient, *, now: datetime
) -> wire.Patient:
    """Enter a patient, or link the person who has this address already to the clinic; what is known of them stays.

    The patient can book through the clinic at once; registering with this address later gives them the account.
    Errors: Forbidden, Invalid.
    """
    if not allowed(actor, "patient:add", Target(clinic_id=asked.clinic_id)):
        raise Forbidden
    check_zone(asked.time_zone)
    _check_born(asked.born_on, now)
    account = NewAccount(
        normalise(asked.email), asked.full_name.strip(), asked.time_zone, asked.language, (asked.phone or "").strip()
    )
    async with db.transaction() as connection:
        person = await _person(connection, vault, account, now)
        async with elevated(connection, "a patient whom this clinic does not know yet"):
            patient_id = await ensure_patient(connection, person["id"], now)
        await link_patient(connection, asked.clinic_id, patient_id, now)
        await execute(
            connection,
            "UPDATE patient SET born_on = coalesce(born_on, %(born_on)s) WHERE id = %(id)s",
            {"born_on": asked.born_on, "id": patient_id},
        )
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="patient:add",
            thing="patient",
            thing_id=patient_id,
            clinic_id=asked.clinic_id,
            patient_id=patient_id,
            acting_as=acting(actor, asked.clinic_id, patient_id=patient_id)[0],
            reason=Reason.OPERATIONS,
        )
        answer = await queries.patient_by_id(connection, vault, patient_id)
    tokens.changed(person["id"])
    return answer


async def link_patient(connection: Connection, clinic_id: UUID, patient_id: UUID, now: datetime) -> None:
    """Let the clinic know the patient (`clinic_patient` is the directory's, written by its name as in `queries`)."""
    await execute(
        connection,
        """INSERT INTO clinic_patient (clinic_id, patient_id, since) VALUES (%(clinic_id)s, %(patient_id)s, %(now)s)
           ON CONFLICT DO NOTHING""",
        {"clinic_id": clinic_id, "patient_id": patient_id, "now": now},
    )


def _check_born(born_on: date | None, now: datetime) -> None:
    # A day of grace: where the patient is, tomorrow may have begun.
    if born_on is not None and not date(1880, 1, 1) <= born_on <= (now + timedelta(days=1)).date():
        message = "not a living person's date of birth"
        raise Invalid("This date of birth cannot be", errors=[{"path": "body.born_on", "message": message}])


async def _person(connection: Connection, vault: Vault, account: NewAccount, now: datetime) -> Row:
    index = vault.address_index(account.email)
    async with elevated(connection, "the address may be of a person whom this clinic does not know yet"):
        await insert_person(connection, vault, account, index, now)
        row = await fetch_one(
            connection, "SELECT id, verified_at FROM person WHERE email_index = %(index)s", {"index": index}
        )
    assert row is not None  # noqa: S101 - inserted, or there before
    return row


async def held_roles(connection: Connection, person_id: UUID, clinic_id: UUID) -> set[str]:
    """The roles that the person holds at the clinic."""
    rows = await fetch_all(
        connection,
        "SELECT role FROM role WHERE person_id = %(person_id)s AND clinic_id = %(clinic_id)s",
        {"person_id": person_id, "clinic_id": clinic_id},
    )
    return {row["role"] for row in rows}


async def another_admin(connection: Connection, person_id: UUID, clinic_id: UUID) -> None:
    """Whose account is switched off is none. The rows are locked in one order: of two admins who remove each other,
    one comes second. Errors: LastAdmin."""
    admins = await fetch_all(
        connection,
        """SELECT person_id, active FROM role JOIN person ON person.id = role.person_id
           WHERE clinic_id = %(clinic_id)s AND role = 'admin' ORDER BY person_id FOR UPDATE OF role""",
        {"clinic_id": clinic_id},
    )
    if not any(row["active"] and row["person_id"] != person_id for row in admins):
        raise LastAdmin


async def _grant(
    connection: Connection,
    person_id: UUID,
    clinic_id: UUID,
    role: str,
    scopes: Collection[str] | None,
    now: datetime,
) -> None:
    """Give the role; with `scopes` also what somebody on the staff does, who otherwise goes on as before."""
    await execute(
        connection,
        """INSERT INTO role AS held (person_id, clinic_id, role, scopes, granted_at)
           VALUES (%(person_id)s, %(clinic_id)s, %(role)s, %(scopes)s::text[], %(now)s)
           ON CONFLICT (person_id, clinic_id, role) DO UPDATE SET scopes = excluded.scopes
           WHERE %(said)s AND held.scopes <> excluded.scopes""",
        {
            "person_id": person_id,
            "clinic_id": clinic_id,
            "role": role,
            "scopes": sorted(set(USUAL_SCOPES if scopes is None else scopes)) if role == STAFF else [],
            "said": scopes is not None,
            "now": now,
        },
    )
