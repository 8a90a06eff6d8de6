"""Requests and answers about holds and appointments."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from openvisit.core.appointment import Mode, Status
from openvisit.features.availability.wire import SlotAnswer

NO_NUL = "^[^\\x00]*$"
Instant = Annotated[datetime, Meta(tz=True, description="With an offset", examples=["2027-03-01T09:00:00-05:00"])]
Reason = Annotated[str, Meta(max_length=2000, pattern=NO_NUL)]
ShortReason = Annotated[str, Meta(max_length=500, pattern=NO_NUL)]
ExtraMinutes = Annotated[int, Meta(ge=0, le=120)]
AccommodationName = Annotated[str, Meta(min_length=1, max_length=40, pattern="^[a-z][a-z0-9_]*$")]
AccommodationValue = bool | int | Annotated[str, Meta(max_length=200, pattern=NO_NUL)] | None
Accommodations = Annotated[
    dict[AccommodationName, AccommodationValue],
    Meta(
        max_length=20,
        description=(
            "What the patient needs: `language` (BCP 47), `interpreter` (true, a language, or a sign language such as "
            "`ase`), `wheelchair_access`, `extra_minutes` (lengthens the visit, to 120), `longer_time`, `companion`, "
            "`notes`; further names are kept as they are"
        ),
    ),
]


class HoldBody(msgspec.Struct):
    """The slot to hold."""

    provider_id: UUID
    visit_type_id: UUID
    start: Instant
    mode: Mode
    extra_minutes: ExtraMinutes = 0


class Hold(msgspec.Struct):
    """A slot kept for one person until `expires_at`; `token` turns it into a booking and is told only once."""

    id: UUID
    token: str
    provider_id: UUID
    visit_type_id: UUID
    start: datetime
    end: datetime
    mode: Mode
    expires_at: datetime


class BookBody(msgspec.Struct):
    """The visit to book. Without `patient_id` for the caller; with it by staff or a provider for a patient, or by
    whoever may act for them. A `private` visit is hidden from those."""

    provider_id: UUID
    visit_type_id: UUID
    start: Instant
    mode: Mode
    reason: Reason = ""
    hold_token: Annotated[str, Meta(min_length=1, max_length=100, pattern=NO_NUL)] | None = None
    location_id: UUID | None = None
    accommodations: Accommodations | None = None
    patient_id: UUID | None = None
    overbook: bool = False
    overbook_reason: ShortReason = ""
    private: bool = False


class PrivacyBody(msgspec.Struct):
    """Whether the visit is hidden from those who act for the patient."""

    private: bool


class RescheduleBody(msgspec.Struct):
    """The new time; the same visit otherwise."""

    start: Instant
    mode: Mode | UnsetType = UNSET


class CancelBody(msgspec.Struct):
    """Why, where the clinic asks."""

    reason: ShortReason | None = None


class Named(msgspec.Struct):
    """Someone or something with a name."""

    id: UUID
    name: str


class VisitTypeRef(msgspec.Struct):
    """The kind of visit."""

    id: UUID
    name: str
    duration_minutes: int


class Place(msgspec.Struct):
    """Where an in-person visit is held."""

    id: UUID
    name: str
    address: str
    city: str
    time_zone: str
    phone: str


class Price(msgspec.Struct):
    """Minor units (cents) and ISO 4217."""

    amount_minor: int
    currency: str


class Policy(msgspec.Struct):
    """Until when the patient may cancel or move the visit online, and whether with a reason."""

    change_until: datetime
    reason_required: bool


class SaidLate(msgspec.Struct):
    """That somebody will be about so many minutes late, and when they said so."""

    minutes: int
    said_at: datetime


class Appointment(msgspec.Struct):
    """A visit. Times carry the offset of `time_zone`; `moves` are what the caller may do with it now. `patient_late`
    is what the patient of a visit that is about to begin said of being late, until they have come."""

    id: UUID
    clinic: Named
    provider: Named
    patient: Named
    visit_type: VisitTypeRef
    start: datetime
    end: datetime
    time_zone: str
    mode: Mode
    status: Status
    location: Place | None
    room: Named | None
    device: Named | None
    reason: str
    accommodations: dict[str, bool | int | str | None]
    price: Price | None
    overbooked: bool
    policy: Policy
    moves: list[str]
    closed_reason: str
    private: bool
    patient_late: SaidLate | None
    created_at: datetime
    updated_at: datetime
    version: int


class Appointments(msgspec.Struct):
    """A page of visits."""

    items: list[Appointment]
    next_cursor: str | None


class HistoryEntry(msgspec.Struct):
    """One thing that happened to a visit, by whom and when."""

    at: datetime
    action: str
    by: str
    data: dict[str, str | int | bool | None]


class History(msgspec.Struct):
    """What happened to a visit, oldest first."""

    items: list[HistoryEntry]


class Alternatives(msgspec.Struct):
    """The nearest free times beside a refused one."""

    alternatives: list[SlotAnswer]
