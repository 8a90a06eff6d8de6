"""Visit types: what can be booked, how long it takes and who may book it."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from openvisit.features.directory.wire.fields import Modes, Name, Price, Prose

Duration = Annotated[int, Meta(ge=1, le=1440, description="Length of the visit in minutes", examples=[30])]
Step = Annotated[int, Meta(ge=1, le=1440, description="Minutes between offered starts", examples=[15])]
# A bound of zero is written as > -1: the OpenAPI writer leaves `minimum: 0` out where the value may also be absent.
Buffer = Annotated[int, Meta(gt=-1, le=1440, description="Minutes kept free beside the visit", examples=[5])]
Notice = Annotated[
    int, Meta(gt=-1, le=525_600, description="Minutes between booking and start, at least", examples=[120])
]
Window = Annotated[int, Meta(gt=-1, le=400, description="Days ahead that can be booked", examples=[60])]
DailyCap = Annotated[int, Meta(ge=1, le=1000, description="Visits of this type a provider takes a day, at most")]
Who = Literal["patient", "provider", "staff", "admin", "anyone", "everyone", "patients"]
BookableBy = Annotated[list[Who], Meta(min_length=1, max_length=7, description="Roles that may book it")]
Providers = Annotated[list[UUID], Meta(max_length=5000, description="The providers who offer it")]


class OfferedVisitType(msgspec.Struct, kw_only=True):
    """A visit type as one provider offers it: `price` is the provider's own fee where there is one."""

    id: UUID
    clinic_id: UUID
    name: str
    description: str
    duration_minutes: int
    step_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    minimum_notice_minutes: int
    booking_window_days: int
    daily_cap: int | None
    modes: list[str]
    price: Price | None
    needs_room: bool
    needs_device: bool
    approval_needed: bool
    bookable_by: list[str]
    active: bool
    version: int


class VisitType(OfferedVisitType, kw_only=True):
    """A visit type of a clinic."""

    provider_ids: list[UUID]


class OfferedVisitTypes(msgspec.Struct):
    """What a provider offers, by name; the first answer to "book a visit" is the default one."""

    items: list[OfferedVisitType]
    default_visit_type_id: UUID | None = None


class VisitTypePage(msgspec.Struct):
    """Visit types by name."""

    items: list[VisitType]
    next_cursor: str | None = None


class NewVisitType(msgspec.Struct, kw_only=True):
    """A visit type to add. Without `clinic_id` it goes to the caller's only clinic; the step is the duration unless
    given."""

    name: Name
    duration_minutes: Duration
    modes: Modes
    clinic_id: UUID | None = None
    description: Prose = ""
    step_minutes: Step | None = None
    buffer_before_minutes: Buffer = 0
    buffer_after_minutes: Buffer = 0
    minimum_notice_minutes: Notice = 0
    booking_window_days: Window = 60
    daily_cap: DailyCap | None = None
    price: Price | None = None
    needs_room: bool = False
    needs_device: bool = False
    approval_needed: bool = False
    bookable_by: BookableBy | Who = "anyone"
    provider_ids: Providers = []


class VisitTypeChanges(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What to change about a visit type; what is not named stays."""

    name: Name | UnsetType = UNSET
    description: Prose | UnsetType = UNSET
    duration_minutes: Duration | UnsetType = UNSET
    step_minutes: Step | UnsetType = UNSET
    buffer_before_minutes: Buffer | UnsetType = UNSET
    buffer_after_minutes: Buffer | UnsetType = UNSET
    minimum_notice_minutes: Notice | UnsetType = UNSET
    booking_window_days: Window | UnsetType = UNSET
    daily_cap: DailyCap | UnsetType | None = UNSET
    modes: Modes | UnsetType = UNSET
    price: Price | UnsetType | None = UNSET
    needs_room: bool | UnsetType = UNSET
    needs_device: bool | UnsetType = UNSET
    approval_needed: bool | UnsetType = UNSET
    bookable_by: BookableBy | Who | UnsetType = UNSET
    provider_ids: Providers | UnsetType = UNSET
    active: bool | UnsetType = UNSET
