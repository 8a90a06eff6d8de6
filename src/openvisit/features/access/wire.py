"""Requests and answers about delegations and emergency access."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from openvisit.features.identity.wire import Email, FullName, Language, Zone

Kind = Literal["parent", "carer", "interpreter"]
Scope = Literal["visits", "book", "health", "join"]
Scopes = Annotated[list[Scope], Meta(min_length=1, max_length=4)]
Proof = Literal["identity-document", "birth-certificate", "court-order", "patient-present"]
EmergencyReason = Literal["life-threatening", "unconscious", "urgent-treatment", "transfer"]
Note = Annotated[str, Meta(min_length=10, max_length=1_000)]
Verdict = Literal["justified", "not-justified"]


class NewDelegation(msgspec.Struct):
    """Whom to invite, as what, to do how much until when. `proof` is told by clinics alone."""

    email: Email
    kind: Kind
    scopes: Scopes
    expires_on: date
    proof: Proof | None = None


class DelegationChanges(msgspec.Struct):
    """What is left out stays as it is."""

    scopes: Scopes | None = None
    expires_on: date | None = None


class Acceptance(msgspec.Struct):
    """The code of the mailed link."""

    code: Annotated[str, Meta(min_length=20, max_length=100)]


class Dependent(msgspec.Struct):
    """A child without an address of its own, entered by the parent who acts for it."""

    full_name: FullName
    born_on: date
    time_zone: Zone = "UTC"
    language: Language = "en"


class Delegation(msgspec.Struct):
    """Somebody who may act for a patient. `delegate` is the name, or, until accepted, the address invited."""

    id: UUID
    patient_id: UUID
    patient_name: str
    delegate: str
    kind: Kind
    scopes: list[Scope]
    status: Literal["invited", "active", "expired", "ended"]
    by_clinic: str | None
    created_at: datetime
    accepted_at: datetime | None
    expires_at: datetime


class Delegations(msgspec.Struct):
    """`given`: who may act for the caller. `held`: for whom the caller may act."""

    given: list[Delegation]
    held: list[Delegation]


class DelegationList(msgspec.Struct):
    """Who may act for one patient."""

    items: list[Delegation]


class EmergencyRequest(msgspec.Struct):
    """Whose record to break open, and why: by address, or by full name and date of birth together."""

    clinic_id: UUID
    reason: EmergencyReason
    note: Note
    email: Email | None = None
    full_name: FullName | None = None
    born_on: date | None = None


class Emergency(msgspec.Struct):
    """A record that was broken open. `note` and `review_note` are told to those who review."""

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    patient_name: str
    person_id: UUID
    person_name: str
    reason: EmergencyReason
    note: str | None
    opened_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    open: bool
    verdict: Verdict | None
    reviewed_at: datetime | None
    review_note: str | None


class Emergencies(msgspec.Struct):
    """Newest first."""

    items: list[Emergency]


class Review(msgspec.Struct):
    """What the privacy officer found."""

    verdict: Verdict
    note: Annotated[str, Meta(max_length=1_000)] = ""
