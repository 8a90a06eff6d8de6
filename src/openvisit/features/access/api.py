"""HTTP of delegations and of emergency access."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from openvisit.core.permissions import Actor
from openvisit.features.access import delegations, emergencies, queries, wire
from openvisit.features.access.emergencies import EmergencyRules
from openvisit.features.access.errors import (
    DelegationNotFound,
    EmergencyNotFound,
    InvitationInvalid,
    NoSuchRecord,
    TooManyDelegates,
    TooManyEmergencies,
)
from openvisit.features.identity.errors import UnknownPatient
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_DELEGATES = ["delegates"]
_EMERGENCY = ["emergency access"]


@route(
    "GET",
    "/me/delegations",
    permission="delegation:own",
    summary="Who may act for the caller, and for whom the caller may act",
    tags=_DELEGATES,
)
async def my_delegations(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
) -> wire.Delegations:
    """With those that have ended."""
    async with db.connection() as connection:
        return await queries.own(connection, vault, actor, now)


@route(
    "POST",
    "/me/delegations",
    permission="delegation:own",
    summary="Invite somebody to act for the caller",
    can_fail=[UnknownPatient, TooManyDelegates],
    status=202,
    step_up=True,
    proof="booking",
    tags=_DELEGATES,
)
async def invite(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.NewDelegation],
) -> None:
    """A link is mailed. The answer is the same whether or not the address has an account."""
    await delegations.invite(db, vault, actor, None, data, now=now)


@route(
    "POST",
    "/me/delegations/accept",
    permission="delegation:own",
    summary="Accept an invitation to act for somebody",
    can_fail=[InvitationInvalid],
    tags=_DELEGATES,
)
async def accept(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.Acceptance],
) -> wire.Delegation:
    """The address invited must be the caller's own."""
    return await delegations.accept(db, vault, tokens, actor, data.code, now=now)


@route(
    "POST",
    "/me/dependents",
    permission="delegation:own",
    summary="Enter a child without an account of its own",
    can_fail=[TooManyDelegates],
    status=201,
    tags=_DELEGATES,
)
async def add_dependent(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.Dependent],
) -> wire.Delegation:
    """The caller acts for it as a parent until it comes of age."""
    return await delegations.add_dependent(db, vault, tokens, actor, data, now=now)


@route(
    "PATCH",
    "/delegations/{delegation_id:uuid}",
    permission="delegation:own",
    summary="Let a delegate do more or less, for longer or shorter",
    can_fail=[DelegationNotFound],
    step_up=True,
    tags=_DELEGATES,
)
async def change(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    delegation_id: FromPath[UUID],
    data: JSONBody[wire.DelegationChanges],
) -> wire.Delegation:
    """For the patient, and for the clinics that know the patient; never for the delegate."""
    return await delegations.change(db, vault, tokens, actor, delegation_id, data, now=now)


@route(
    "DELETE",
    "/delegations/{delegation_id:uuid}",
    permission="delegation:own",
    summary="End a delegation, or take an invitation back",
    can_fail=[DelegationNotFound],
    status=204,
    tags=_DELEGATES,
)
async def end(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    delegation_id: FromPath[UUID],
) -> None:
    """For the patient, the delegate, and the clinics that know the patient. It counts at once."""
    await delegations.end(db, tokens, actor, delegation_id, now=now)


@route(
    "GET",
    "/patients/{patient_id:uuid}/delegations",
    permission="delegation:manage",
    summary="Who may act for a patient",
    can_fail=[UnknownPatient],
    tags=_DELEGATES,
)
async def patient_delegations(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    patient_id: FromPath[UUID],
) -> wire.DelegationList:
    """For staff of clinics that know the patient."""
    async with db.connection() as connection:
        return await queries.of_patient(connection, vault, actor, patient_id, now)


@route(
    "POST",
    "/patients/{patient_id:uuid}/delegations",
    permission="delegation:manage",
    summary="Invite a parent or carer whose right the clinic has seen",
    can_fail=[UnknownPatient, TooManyDelegates],
    status=202,
    step_up=True,
    tags=_DELEGATES,
)
async def invite_for(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    patient_id: FromPath[UUID],
    data: JSONBody[wire.NewDelegation],
) -> None:
    """`proof` says what was shown."""
    await delegations.invite(db, vault, actor, patient_id, data, now=now)


@route(
    "POST",
    "/emergency-access",
    permission="emergency:open",
    summary="Break a record open in an emergency",
    can_fail=[NoSuchRecord, TooManyEmergencies],
    status=201,
    step_up=True,
    tags=_EMERGENCY,
)
async def open_record(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    emergency_rules: NamedDependency[EmergencyRules],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.EmergencyRequest],
) -> wire.Emergency:
    """To read, for an hour. The patient and the clinic's privacy officers are told at once."""
    return await emergencies.open_record(db, vault, live, tokens, emergency_rules, actor, data, now=now)


@route(
    "GET",
    "/emergency-access",
    permission="emergency:end",
    summary="Records that were broken open",
    tags=_EMERGENCY,
)
async def list_emergencies(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromQuery[UUID | None] = None,
) -> wire.Emergencies:
    """The caller's own; with `clinic_id`, those at the clinic, for whoever reviews there."""
    why = "the patient is not of the clinic, and whose record was opened is what is reviewed"
    async with db.connection(as_system=why) as connection:
        return await queries.emergencies(connection, vault, actor, clinic_id, now)


@route(
    "POST",
    "/emergency-access/{emergency_id:uuid}/end",
    permission="emergency:end",
    summary="Close the record again",
    can_fail=[EmergencyNotFound],
    status=204,
    tags=_EMERGENCY,
)
async def end_emergency(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    emergency_id: FromPath[UUID],
) -> None:
    """For whoever opened it, and for whoever reviews."""
    await emergencies.end(db, tokens, actor, emergency_id, now=now)


@route(
    "POST",
    "/emergency-access/{emergency_id:uuid}/review",
    permission="emergency:end",
    summary="Say whether an emergency access was justified",
    can_fail=[EmergencyNotFound],
    tags=_EMERGENCY,
)
async def review(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    emergency_id: FromPath[UUID],
    data: JSONBody[wire.Review],
) -> wire.Emergency:
    """For those who review at the clinic; nobody reviews their own. What is not justified is closed at once."""
    return await emergencies.review(db, vault, tokens, actor, emergency_id, data, now=now)


ROUTES: list[HTTPRouteHandler] = [
    my_delegations, invite, accept, add_dependent, change, end, patient_delegations, invite_for,
    open_record, list_emergencies, end_emergency, review,
]  # fmt: skip

_DELEGATION = {
    "id": "0197a3c2-5d20-7c3e-9b1f-3f6f5d7a1c10",
    "patient_id": "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13",
    "patient_name": "Ana Flores",
    "delegate": "Luis Flores",
    "kind": "carer",
    "scopes": ["book", "visits"],
    "status": "active",
    "by_clinic": None,
    "created_at": "2027-03-01T08:00:00Z",
    "accepted_at": "2027-03-01T09:30:00Z",
    "expires_at": "2028-03-01T00:00:00Z",
}
_CASE = {
    "id": "0197a3c2-5d21-7c3e-9b1f-3f6f5d7a1c11",
    "clinic_id": "0197a3c2-5d14-7e0a-8b55-6c7d8e9fa0b1",
    "patient_id": "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13",
    "patient_name": "Ana Flores",
    "person_id": "0197a3c2-5d10-7c3e-9b1f-3f6f5d7a1c04",
    "person_name": "Ada Moreno",
    "reason": "unconscious",
    "note": "Brought in unconscious, allergies unknown",
    "opened_at": "2027-03-01T08:00:00Z",
    "expires_at": "2027-03-01T09:00:00Z",
    "ended_at": None,
    "open": True,
    "verdict": None,
    "reviewed_at": None,
    "review_note": None,
}
EXAMPLES: dict[str, Any] = {
    "NewDelegation": {
        "email": "luis.flores@example.org",
        "kind": "carer",
        "scopes": ["visits", "book"],
        "expires_on": "2028-02-29",
    },
    "DelegationChanges": {"scopes": ["visits"], "expires_on": "2027-06-30"},
    "Acceptance": {"code": "pVq0mYb2S3Jd8kXr5tWn1zAa7cEe9gHh"},
    "Dependent": {
        "full_name": "Mia Flores",
        "born_on": "2019-05-04",
        "time_zone": "America/New_York",
        "language": "en",
    },
    "Delegation": _DELEGATION,
    "Delegations": {"given": [_DELEGATION], "held": []},
    "DelegationList": {"items": [_DELEGATION]},
    "EmergencyRequest": {
        "clinic_id": "0197a3c2-5d14-7e0a-8b55-6c7d8e9fa0b1",
        "reason": "unconscious",
        "note": "Brought in unconscious, allergies unknown",
        "full_name": "Ana Flores",
        "born_on": "1986-04-12",
    },
    "Emergency": _CASE,
    "Emergencies": {"items": [_CASE]},
    "Review": {"verdict": "justified", "note": "Checked with the ward"},
}
