"""Reads: the person signed in, a clinic's people, the patients a caller's clinics know."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from openvisit.core.errors import Forbidden, Invalid, Unauthenticated
from openvisit.core.permissions import (
    ADMIN,
    BILLING,
    CLINICAL,
    FRONT_DESK,
    PROVIDER,
    ROLES,
    STAFF_SCOPES,
    Actor,
    Target,
    allowed,
)
from openvisit.features.audit.commands import record_looks
from openvisit.features.audit.vocabulary import look
from openvisit.features.identity import wire
from openvisit.features.identity.addresses import normalise
from openvisit.features.identity.cursors import cursor_of, last_of
from openvisit.features.identity.errors import UnknownPatient
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one


async def user(connection: Connection, vault: Vault, person_id: UUID) -> wire.User:
    """The person with everything they hold. Errors: Unauthenticated when there is no such person any more."""
    row = await fetch_one(
        connection,
        # `provider` as in `actors.load_actor`.
        """SELECT p.id, p.email, p.full_name, p.time_zone, p.language, p.password_hash IS NOT NULL AS has_password,
                  k.wrapped AS data_key,
                  (SELECT patient.id FROM patient WHERE patient.person_id = p.id) AS patient_id,
                  (SELECT provider.id FROM provider WHERE provider.person_id = p.id AND provider.active) AS provider_id,
                  ARRAY(SELECT role.clinic_id::text || ' ' || role.role || ' ' || array_to_string(role.scopes, ',')
                        FROM role WHERE role.person_id = p.id ORDER BY role.clinic_id, role.role) AS held
           FROM person p LEFT JOIN keyring.data_key k ON k.owner = p.id WHERE p.id = %(id)s AND p.active""",
        {"id": person_id},
    )
    if row is None:
        raise Unauthenticated
    clinic_roles = [
        wire.ClinicRole(UUID(clinic), cast(wire.ClinicRoleName, role), _scopes(scopes.split(",")))
        for clinic, role, scopes in (each.split(" ") for each in row["held"])
    ]
    named = {held.role for held in clinic_roles} | ({"patient"} if row["patient_id"] else set())
    return wire.User(
        id=row["id"],
        email=vault.of(row["id"], row["data_key"]).shown(row["email"], "person.email", row["id"]),
        full_name=row["full_name"],
        roles=[role for role in ROLES if role in named],
        patient_id=row["patient_id"],
        provider_id=row["provider_id"],
        clinic_roles=clinic_roles,
        time_zone=row["time_zone"],
        language=row["language"],
        has_password=row["has_password"],
    )


async def people(
    connection: Connection,
    vault: Vault,
    actor: Actor,
    clinic_id: UUID,
    *,
    q: str | None,
    cursor: str | None,
    limit: int,
) -> wire.People:
    """People who hold a role at the clinic, by name. `q` is part of a name, or a whole e-mail address.

    Errors: Forbidden, Invalid for a foreign cursor.
    """
    if not allowed(actor, "person:list", Target(clinic_id=clinic_id)):
        raise Forbidden
    conditions, values = _search(vault, q, cursor)
    rows = await fetch_all(
        connection,
        f"""SELECT p.id, p.email, p.full_name, p.verified_at, p.active, k.wrapped AS data_key,
                   lower(p.full_name) AS sort_name,
                   (SELECT array_agg(r.role ORDER BY r.role) FROM role r
                    WHERE r.person_id = p.id AND r.clinic_id = %(clinic_id)s) AS roles,
                  ARRAY(SELECT unnest(r.scopes) FROM role r
                        WHERE r.person_id = p.id AND r.clinic_id = %(clinic_id)s) AS scopes,
                   (SELECT provider.id FROM provider WHERE provider.person_id = p.id) AS provider_id
            FROM person p LEFT JOIN keyring.data_key k ON k.owner = p.id
            WHERE EXISTS (SELECT FROM role WHERE role.person_id = p.id AND role.clinic_id = %(clinic_id)s) {conditions}
            ORDER BY lower(p.full_name), p.id LIMIT {int(limit) + 1}""",
        {**values, "clinic_id": clinic_id},
    )
    page, next_cursor = _page(rows, limit)
    return wire.People([_person_at_clinic(row, vault) for row in page], next_cursor)


async def person_at_clinic(
    connection: Connection, vault: Vault, person_id: UUID, clinic_id: UUID
) -> wire.PersonAtClinic:
    """One person with the roles held at the clinic, even none."""
    row = await fetch_one(
        connection,
        """SELECT p.id, p.email, p.full_name, p.verified_at, p.active, k.wrapped AS data_key,
                  ARRAY(SELECT r.role FROM role r WHERE r.person_id = p.id AND r.clinic_id = %(clinic_id)s
                        ORDER BY r.role) AS roles,
                  ARRAY(SELECT unnest(r.scopes) FROM role r
                        WHERE r.person_id = p.id AND r.clinic_id = %(clinic_id)s) AS scopes,
                  (SELECT provider.id FROM provider WHERE provider.person_id = p.id) AS provider_id
           FROM person p LEFT JOIN keyring.data_key k ON k.owner = p.id WHERE p.id = %(id)s""",
        {"id": person_id, "clinic_id": clinic_id},
    )
    assert row is not None  # noqa: S101 - callers have just seen the person
    return _person_at_clinic(row, vault)


async def patients(
    connection: Connection,
    vault: Vault,
    actor: Actor,
    *,
    clinic_id: UUID | None,
    q: str | None,
    cursor: str | None,
    limit: int,
    now: datetime,
) -> wire.Patients:
    """Patients known to the clinics the caller works for, or to one of these, by name; each shown is audited.

    Errors: Forbidden, Invalid for a foreign cursor.
    """
    clinics = [clinic_id] if clinic_id else actor.clinics(PROVIDER, FRONT_DESK, CLINICAL, BILLING, ADMIN)
    if not clinics or not all(allowed(actor, "patient:list", Target(clinic_id=clinic)) for clinic in clinics):
        raise Forbidden
    conditions, values = _search(vault, q, cursor)
    rows = await fetch_all(
        connection,
        # `clinic_patient` is the directory's: which clinic knows which patient. Read here by its name, so that a
        # page of patients is one query that starts from what the caller may see.
        f"""{_PATIENT}, lower(p.full_name) AS sort_name,
                (SELECT known.clinic_id FROM clinic_patient known
                 WHERE known.patient_id = patient.id AND known.clinic_id = ANY(%(clinics)s) LIMIT 1) AS known_to
            FROM {_PATIENT_FROM}
            WHERE EXISTS (SELECT FROM clinic_patient known
                          WHERE known.patient_id = patient.id AND known.clinic_id = ANY(%(clinics)s)) {conditions}
            ORDER BY lower(p.full_name), p.id LIMIT {int(limit) + 1}""",
        {**values, "clinics": clinics},
    )
    page, next_cursor = _page(rows, limit)
    looks = [seen for row in page if (seen := look(actor, row["known_to"], row["patient_id"]))]
    await record_looks(connection, at=now, actor_id=actor.person_id, action="patient:list", looks=looks)
    return wire.Patients([_patient(row, vault) for row in page], next_cursor)


async def patient(connection: Connection, vault: Vault, actor: Actor, patient_id: UUID, now: datetime) -> wire.Patient:
    """One patient, for themselves and for clinics that know them; each look of a clinic is audited.

    Errors: UnknownPatient, for strangers too.
    """
    known = await fetch_all(
        connection, "SELECT clinic_id FROM clinic_patient WHERE patient_id = %(id)s", {"id": patient_id}
    )
    clinics = [None, *(row["clinic_id"] for row in known)]
    by = [c for c in clinics if allowed(actor, "patient:read", Target(clinic_id=c, patient_id=patient_id))]
    if not by:
        raise UnknownPatient
    if seen := look(actor, by[0], patient_id):
        await record_looks(connection, at=now, actor_id=actor.person_id, action="patient:read", looks=[seen])
    return await patient_by_id(connection, vault, patient_id)


async def patient_by_id(connection: Connection, vault: Vault, patient_id: UUID) -> wire.Patient:
    """One patient; whoever calls has asked for permission. Errors: UnknownPatient."""
    row = await fetch_one(
        connection,
        f"{_PATIENT} FROM {_PATIENT_FROM} WHERE patient.id = %(id)s",
        {"id": patient_id},
    )
    if row is None:
        raise UnknownPatient
    return _patient(row, vault)


_PATIENT = """SELECT patient.id AS patient_id, patient.born_on, patient.created_at, patient.restricted_at,
    p.id, p.full_name, p.email, p.phone, p.time_zone, p.language, p.verified_at, k.wrapped AS data_key"""
_PATIENT_FROM = (
    "patient JOIN person p ON p.id = patient.person_id LEFT JOIN keyring.data_key k ON k.owner = patient.person_id"
)


def _search(vault: Vault, q: str | None, cursor: str | None) -> tuple[str, dict[str, Any]]:
    """Conditions on `person p`, each beginning with AND, with their values."""
    conditions, values = "", dict[str, Any]()
    wanted = (q or "").strip()
    if "@" in wanted:
        conditions += " AND p.email_index = %(email_index)s"
        values["email_index"] = vault.address_index(_address(wanted))
    elif wanted:
        conditions += " AND p.full_name ILIKE %(like)s"
        values["like"] = f"%{_literal(wanted)}%"
    if cursor:
        conditions += """ AND (lower(p.full_name), p.id) >
            (SELECT lower(last.full_name), last.id FROM person last WHERE last.id = %(after)s)"""
        values["after"] = last_of(cursor)
    return conditions, values


def _address(text: str) -> str:
    """The address as it is indexed; what is no address finds nobody."""
    try:
        return normalise(text)
    except Invalid:
        return ""


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _page(rows: list[Row], limit: int) -> tuple[list[Row], str | None]:
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], cursor_of(rows[limit - 1]["id"])


def _person_at_clinic(row: Mapping[str, Any], vault: Vault) -> wire.PersonAtClinic:
    return wire.PersonAtClinic(
        id=row["id"],
        email=vault.of(row["id"], row["data_key"]).shown(row["email"], "person.email", row["id"]),
        full_name=row["full_name"],
        roles=row["roles"],
        scopes=_scopes(row["scopes"]),
        verified=row["verified_at"] is not None,
        provider_id=row["provider_id"],
        active=row["active"],
    )


def _scopes(held: Collection[str]) -> list[wire.StaffScope]:
    return [cast(wire.StaffScope, scope) for scope in STAFF_SCOPES if scope in held]


def _patient(row: Mapping[str, Any], vault: Vault) -> wire.Patient:
    keys = vault.of(row["id"], row["data_key"])
    return wire.Patient(
        id=row["patient_id"],
        person_id=row["id"],
        full_name=row["full_name"],
        email=keys.shown(row["email"], "person.email", row["id"]) if row["email"] else None,
        phone=keys.shown(row["phone"], "person.phone", row["id"]) or None,
        born_on=row["born_on"],
        time_zone=row["time_zone"],
        language=row["language"],
        verified=row["verified_at"] is not None,
        created_at=row["created_at"],
        restricted=row["restricted_at"] is not None,
    )
