"""Clinics."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from openvisit.features.directory.wire.fields import Currency, EMail, Name, Phone, Website, Zone

# Written as > -1 because the OpenAPI writer leaves `minimum: 0` out where the value may also be absent.
NoticeMinutes = Annotated[
    int, Meta(gt=-1, le=43_200, description="Minutes before a visit until which patients may cancel")
]


class Clinic(msgspec.Struct, kw_only=True):
    """A clinic: what has locations, staff and rules of its own."""

    id: UUID
    name: str
    time_zone: str
    phone: str
    email: str
    website: str
    currency: str
    cancellation_notice_minutes: int
    cancellation_reason_required: bool
    version: int


class ClinicPage(msgspec.Struct):
    """Clinics by name."""

    items: list[Clinic]
    next_cursor: str | None = None


class NewClinic(msgspec.Struct, kw_only=True):
    """A clinic to add; whoever adds it becomes its admin."""

    name: Name
    time_zone: Zone
    phone: Phone = ""
    email: EMail = ""
    website: Website = ""
    currency: Currency = "USD"
    cancellation_notice_minutes: NoticeMinutes = 1440
    cancellation_reason_required: bool = False


class ClinicChanges(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What to change about a clinic; what is not named stays."""

    name: Name | UnsetType = UNSET
    time_zone: Zone | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET
    email: EMail | UnsetType = UNSET
    website: Website | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    cancellation_notice_minutes: NoticeMinutes | UnsetType = UNSET
    cancellation_reason_required: bool | UnsetType = UNSET
