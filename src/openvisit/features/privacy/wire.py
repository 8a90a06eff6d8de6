"""Requests and answers about people's own data."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from openvisit.features.identity.wire import FullName, Phone

_WORDS = r"^[^\x00]*[^\x00\s][^\x00]*$"
Words = Annotated[str, Meta(min_length=1, max_length=2000, pattern=_WORDS)]
Kind = Literal["export", "erase", "correct", "restrict", "resume", "object", "allow"]
PrivacyKind = Kind
State = Literal["open", "waiting", "running", "done", "cancelled"]
Years = Annotated[int, Meta(ge=0, le=100)]


class OwnDetails(msgspec.Struct):
    """What a person may put right themselves. `restricted` and `objected` say since when, null where not."""

    full_name: str
    phone: str | None
    born_on: date | None
    restricted_at: datetime | None
    objected_at: datetime | None


class OwnDetailsChanges(msgspec.Struct):
    """What is left out stays; null takes phone or date of birth away."""

    full_name: FullName | UnsetType = UNSET
    phone: Phone | UnsetType | None = UNSET
    born_on: date | UnsetType | None = UNSET


class Erased(msgspec.Struct):
    """One sort of thing that is erased, and how many of it."""

    what: Literal["account", "visits-text", "visits-upcoming", "sessions", "consents", "messages", "requests"]
    count: int


class Kept(msgspec.Struct):
    """What the law asks a clinic to keep, locked away from everyday use, and until when."""

    what: Literal["medical", "billing", "audit"]
    clinic_id: UUID | None
    clinic_name: str
    count: int
    until: datetime


class ErasurePlan(msgspec.Struct):
    """What erasing one's account would do. `blocked` when it cannot be done yet."""

    erased: list[Erased]
    kept: list[Kept]
    days_to_undo: int
    blocked: bool


class PrivacyRequest(msgspec.Struct):
    """Something a person asked for. `progress` is percent; `answer` the clinic's, where it gave one."""

    id: UUID
    kind: Kind
    status: State
    asked_at: datetime
    due_at: datetime
    runs_at: datetime | None
    done_at: datetime | None
    progress: int
    step: str
    appointment_id: UUID | None
    wish: str
    answer: str
    accepted: bool | None
    download_until: datetime | None
    certificate: str | None


class PrivacyRequests(msgspec.Struct):
    """The caller's requests, newest first."""

    items: list[PrivacyRequest]


class NewPrivacyRequest(msgspec.Struct):
    """What is asked for. A correction names the visit, if it is about one, and says what is wrong."""

    kind: Kind
    clinic_id: UUID | None = None
    appointment_id: UUID | None = None
    wish: Words | None = None


class ClinicPrivacyRequest(msgspec.Struct):
    """A request as the clinic sees it; the name is gone once the person is erased."""

    id: UUID
    kind: Kind
    status: State
    asked_at: datetime
    due_at: datetime
    runs_at: datetime | None
    done_at: datetime | None
    progress: int
    person_name: str
    patient_id: UUID | None
    appointment_id: UUID | None
    wish: str
    answer: str
    accepted: bool | None
    overdue: bool
    facts: dict[str, Any]


class ClinicPrivacyRequests(msgspec.Struct):
    """The requests of a clinic's people, those that wait for an answer first, then by when they are due."""

    items: list[ClinicPrivacyRequest]


class PrivacyAnswer(msgspec.Struct):
    """The clinic's answer to a correction."""

    accepted: bool
    answer: Words


class ClinicPrivacy(msgspec.Struct):
    """A clinic's rules: years by law, months for messages, and the smallest group in de-identified data (k)."""

    medical_years: Years
    billing_years: Years
    audit_years: Annotated[int, Meta(ge=6, le=100)]
    message_months: Annotated[int, Meta(ge=1, le=1200)]
    smallest_group: Annotated[int, Meta(ge=5, le=1000)]
    country: str = ""


class RetentionLine(msgspec.Struct):
    """One rule, and how much of the clinic's (or nobody's) data it would remove now."""

    rule: str
    clinic_id: UUID | None
    before: datetime
    count: int


class RetentionReport(msgspec.Struct):
    """What the next retention run removes."""

    items: list[RetentionLine]


class RetainedRecord(msgspec.Struct):
    """A record that the law keeps after its person was erased."""

    id: UUID
    retained_at: datetime
    keep_until: datetime
    visits: int


class RetainedRecords(msgspec.Struct):
    """The clinic's retained records, newest first."""

    items: list[RetainedRecord]


class OpenRetained(msgspec.Struct):
    """Why a retained record has to be read; the reason stands in the audit trail."""

    reason: Literal["legal-claim", "authority", "former-patient"]


class RetainedContent(msgspec.Struct):
    """What a retained record holds."""

    id: UUID
    keep_until: datetime
    content: dict[str, Any]


class AnalyticsWish(msgspec.Struct):
    """Visits of which years."""

    from_year: Annotated[int, Meta(ge=2000, le=2200)]
    to_year: Annotated[int, Meta(ge=2000, le=2200)]
