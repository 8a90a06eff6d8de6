"""Reads: who may act for whom, and which records were broken open."""

from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.access import wire
from openvisit.features.access.errors import DelegationNotFound
from openvisit.features.audit.commands import record_looks
from openvisit.features.audit.vocabulary import Look, Reason, Role, look
from openvisit.features.identity.errors import UnknownPatient
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one

_DELEGATION = """
SELECT d.*, subject.full_name AS patient_name, openvisit_name(d.delegate_id) AS delegate_name,
       clinic.name AS clinic_name
FROM delegation d
JOIN patient ON patient.id = d.patient_id
JOIN person subject ON subject.id = patient.person_id
LEFT JOIN clinic ON clinic.id = d.clinic_id"""

_EMERGENCY = """
SELECT e.*, subject.full_name AS patient_name, patient.person_id AS owner, k.wrapped AS data_key,
       person.full_name AS person_name
FROM emergency_access e
JOIN patient ON patient.id = e.patient_id
JOIN person subject ON subject.id = patient.person_id
JOIN person ON person.id = e.person_id
LEFT JOIN keyring.data_key k ON k.owner = patient.person_id"""


async def own(connection: Connection, vault: Vault, actor: Actor, now: datetime) -> wire.Delegations:
    """Who may act for the caller, and for whom the caller may act; ended ones only where they once were good."""
    rows = await fetch_all(
        connection,
        f"""{_DELEGATION}
            WHERE d.patient_id = %(patient_id)s OR d.delegate_id = %(person_id)s ORDER BY d.created_at DESC""",
        {"patient_id": actor.patient_id, "person_id": actor.person_id},
    )
    return wire.Delegations(
        given=[_delegation(row, vault, now) for row in rows if row["patient_id"] == actor.patient_id],
        held=[_delegation(row, vault, now) for row in rows if row["delegate_id"] == actor.person_id],
    )


async def of_patient(
    connection: Connection, vault: Vault, actor: Actor, patient_id: UUID, now: datetime
) -> wire.DelegationList:
    """Who may act for a patient, for the clinics that know the patient; the look is audited. Errors: UnknownPatient."""
    known = await fetch_all(
        connection, "SELECT clinic_id FROM clinic_patient WHERE patient_id = %(id)s", {"id": patient_id}
    )
    clinics = [row["clinic_id"] for row in known]
    by = [clinic for clinic in clinics if allowed(actor, "delegation:manage", Target(clinic_id=clinic))]
    if not by:
        raise UnknownPatient
    if seen := look(actor, by[0], patient_id):
        await record_looks(connection, at=now, actor_id=actor.person_id, action="delegation:list", looks=[seen])
    rows = await fetch_all(
        connection, f"{_DELEGATION} WHERE d.patient_id = %(id)s ORDER BY d.created_at DESC", {"id": patient_id}
    )
    return wire.DelegationList([_delegation(row, vault, now) for row in rows])


async def one(connection: Connection, vault: Vault, delegation_id: UUID, now: datetime) -> wire.Delegation:
    """One delegation; whoever calls has asked for permission. Errors: DelegationNotFound."""
    row = await fetch_one(connection, f"{_DELEGATION} WHERE d.id = %(id)s", {"id": delegation_id})
    if row is None:
        raise DelegationNotFound
    return _delegation(row, vault, now)


async def emergencies(
    connection: Connection, vault: Vault, actor: Actor, clinic_id: UUID | None, now: datetime
) -> wire.Emergencies:
    """Records broken open at a clinic, for those who review them, whose look is audited; or the caller's own.

    Errors: Forbidden.
    """
    if clinic_id is None:
        rows = await fetch_all(
            connection,
            f"{_EMERGENCY} WHERE e.person_id = %(id)s ORDER BY e.opened_at DESC LIMIT 200",
            {"id": actor.person_id},
        )
        return wire.Emergencies([emergency(row, vault, now, notes=False) for row in rows])
    if not allowed(actor, "emergency:review", Target(clinic_id=clinic_id)):
        raise Forbidden
    rows = await fetch_all(
        connection,
        f"{_EMERGENCY} WHERE e.clinic_id = %(id)s ORDER BY e.opened_at DESC LIMIT 200",
        {"id": clinic_id},
    )
    looks = [
        Look(row["patient_id"], clinic_id, "patient", row["patient_id"], Role.PRIVACY, Reason.OVERSIGHT) for row in rows
    ]
    await record_looks(connection, at=now, actor_id=actor.person_id, action="emergency:list", looks=looks)
    return wire.Emergencies([emergency(row, vault, now, notes=True) for row in rows])


async def emergency_row(connection: Connection, emergency_id: UUID) -> Row | None:
    """One row of `_EMERGENCY`."""
    return await fetch_one(connection, f"{_EMERGENCY} WHERE e.id = %(id)s", {"id": emergency_id})


def emergency(row: Any, vault: Vault, now: datetime, *, notes: bool) -> wire.Emergency:
    """The row as the API shows it; the notes to reviewers alone."""
    keys = vault.of(row["owner"], row["data_key"])
    return wire.Emergency(
        id=row["id"],
        clinic_id=row["clinic_id"],
        patient_id=row["patient_id"],
        patient_name=row["patient_name"],
        person_id=row["person_id"],
        person_name=row["person_name"],
        reason=row["reason"],
        note=keys.shown(row["note"], "emergency_access.note", row["id"]) if notes else None,
        opened_at=row["opened_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
        open=row["ended_at"] is None and row["expires_at"] > now,
        verdict=row["verdict"],
        reviewed_at=row["reviewed_at"],
        review_note=keys.shown(row["review_note"], "emergency_access.review_note", row["id"]) if notes else None,
    )


def _delegation(row: Row, vault: Vault, now: datetime) -> wire.Delegation:
    sealed = row["invited"]
    return wire.Delegation(
        id=row["id"],
        patient_id=row["patient_id"],
        patient_name=row["patient_name"],
        delegate=row["delegate_name"] or (vault.open(bytes(sealed), "delegation.invited", row["id"]) if sealed else ""),
        kind=row["kind"],
        scopes=row["scopes"],
        status=_status(row, now),  # type: ignore[arg-type]
        by_clinic=row["clinic_name"],
        created_at=row["created_at"],
        accepted_at=row["accepted_at"],
        expires_at=row["expires_at"],
    )


def _status(row: Row, now: datetime) -> str:
    if row["ended_at"] is not None:
        return "ended"
    if row["expires_at"] <= now:
        return "expired"
    return "active" if row["accepted_at"] else "invited"
