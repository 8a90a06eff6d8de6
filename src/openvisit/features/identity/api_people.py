"""HTTP of people at clinics and of patients."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from openvisit.core.permissions import Actor
from openvisit.features.identity import people, queries, wire
from openvisit.features.identity.errors import LastAdmin, UnknownPatient, UnknownPerson
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_PEOPLE = ["people"]
_PATIENTS = ["patients"]
_TEXT = "^[^\\x00]*$"
Cursor = Annotated[
    str | None, QueryParameter(max_length=500, pattern=_TEXT, description="`next_cursor` of the page before")
]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]


@route("GET", "/people", permission="person:list", summary="People who hold a role at a clinic, by name", tags=_PEOPLE)
async def list_people(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    actor: NamedDependency[Actor],
    clinic_id: FromQuery[UUID],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> wire.People:
    """For staff and admins of the clinic."""
    async with db.connection() as connection:
        return await queries.people(connection, vault, actor, clinic_id, q=None, cursor=cursor, limit=limit)


@route("POST", "/people/search", permission="person:list", summary="Search people who hold a role", tags=_PEOPLE)
async def search_people(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.PeopleSearch],
) -> wire.People:
    """For staff and admins of the clinic, by part of a name or a whole e-mail address. What is looked for is in the
    body: addresses of requests end up in logs and histories."""
    async with db.connection() as connection:
        return await queries.people(
            connection, vault, actor, data.clinic_id, q=data.q, cursor=data.cursor, limit=data.limit
        )


@route(
    "POST",
    "/people",
    permission="person:add",
    summary="Give somebody roles at a clinic",
    status=201,
    step_up=True,
    tags=_PEOPLE,
)
async def add_person(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.NewPerson],
) -> wire.PersonAtClinic:
    """For admins of the clinic. A person without an account is mailed an invitation; one with an account just gets
    the roles, and keeps name and password."""
    return await people.add_person(db, vault, tokens, actor, data, now=now)


@route(
    "PUT",
    "/people/{person_id:uuid}/roles",
    permission="person:edit",
    summary="Set the roles a person holds at a clinic",
    can_fail=[UnknownPerson, LastAdmin],
    step_up=True,
    tags=_PEOPLE,
)
async def set_roles(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    data: JSONBody[wire.RolesAtClinic],
) -> wire.PersonAtClinic:
    """For admins of the clinic; takes effect at once, also for those signed in. The last admin stays."""
    return await people.set_roles(db, vault, tokens, actor, person_id, data, now=now)


@route("GET", "/patients", permission="patient:list", summary="Patients known to the caller's clinics", tags=_PATIENTS)
async def list_patients(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromQuery[UUID | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> wire.Patients:
    """For providers, staff and admins."""
    async with db.connection() as connection:
        return await queries.patients(
            connection, vault, actor, clinic_id=clinic_id, q=None, cursor=cursor, limit=limit, now=now
        )


@route(
    "POST",
    "/patients/search",
    permission="patient:list",
    summary="Search patients known to the caller's clinics",
    tags=_PATIENTS,
)
async def search_patients(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.PatientSearch],
) -> wire.Patients:
    """For providers, staff and admins, by part of a name or a whole e-mail address. What is looked for is in the
    body: addresses of requests end up in logs and histories."""
    async with db.connection() as connection:
        return await queries.patients(
            connection, vault, actor, clinic_id=data.clinic_id, q=data.q, cursor=data.cursor, limit=data.limit, now=now
        )


@route(
    "POST",
    "/patients",
    permission="patient:add",
    summary="Enter a patient, or link a known one to the clinic",
    status=201,
    tags=_PATIENTS,
)
async def add_patient(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.NewPatient],
) -> wire.Patient:
    """For staff and admins of the clinic. Where the address is known, that person is the answer, unchanged."""
    return await people.add_patient(db, vault, tokens, actor, data, now=now)


@route(
    "GET",
    "/patients/{patient_id:uuid}",
    permission="patient:read",
    summary="One patient",
    can_fail=[UnknownPatient],
    tags=_PATIENTS,
)
async def get_patient(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    patient_id: FromPath[UUID],
) -> wire.Patient:
    """For the patient, and for providers, staff and admins of clinics that know them."""
    async with db.transaction() as connection:
        return await queries.patient(connection, vault, actor, patient_id, now)


ROUTES: list[HTTPRouteHandler] = [
    list_people, search_people, add_person, set_roles, list_patients, search_patients, add_patient, get_patient,
]  # fmt: skip

_PERSON = {
    "id": "0197a3c2-5d13-7d2b-8a6b-0c1d2e3f4a5b",
    "email": "sam.reed@example.org",
    "full_name": "Sam Reed",
    "roles": ["staff"],
    "scopes": ["front-desk"],
    "verified": False,
    "provider_id": None,
}
_CLINIC_ID = "0197a3c2-5d14-70c1-9d8e-7f6a5b4c3d2e"
_PATIENT = {
    "id": "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13",
    "person_id": "0197a3c2-5d10-7c3e-9b1f-3f6f5d7a1c02",
    "full_name": "Ana Flores",
    "email": "ana.flores@example.org",
    "phone": "+1 555 0100",
    "born_on": "1986-04-12",
    "time_zone": "America/New_York",
    "language": "en",
    "verified": True,
    "created_at": "2027-01-04T15:30:00Z",
}
EXAMPLES: dict[str, Any] = {
    "PersonAtClinic": _PERSON,
    "People": {"items": [_PERSON], "next_cursor": None},
    "NewPerson": {
        "clinic_id": _CLINIC_ID,
        "email": "sam.reed@example.org",
        "full_name": "Sam Reed",
        "roles": ["staff"],
        "scopes": ["front-desk", "billing"],
    },
    "RolesAtClinic": {"clinic_id": _CLINIC_ID, "roles": ["staff", "admin"], "scopes": ["front-desk"]},
    "PeopleSearch": {"clinic_id": _CLINIC_ID, "q": "Reed"},
    "PatientSearch": {"clinic_id": _CLINIC_ID, "q": "ana.flores@example.org"},
    "Patient": _PATIENT,
    "Patients": {"items": [_PATIENT], "next_cursor": None},
    "NewPatient": {
        "clinic_id": _CLINIC_ID,
        "full_name": "Ana Flores",
        "email": "ana.flores@example.org",
        "phone": "+1 555 0100",
        "born_on": "1986-04-12",
        "time_zone": "America/New_York",
        "language": "en",
    },
}
