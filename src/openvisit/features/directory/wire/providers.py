"""Providers: their public card, their whole profile, and changes to it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from openvisit.features.directory.wire.fields import (
    LanguageTag,
    Name,
    Price,
    Prose,
    ShortText,
    SpecialtyCode,
    Zone,
)

SpecialtyCodes = Annotated[list[SpecialtyCode], Meta(max_length=15)]
LanguageTags = Annotated[list[LanguageTag], Meta(max_length=30)]
Plans = Annotated[list[Name], Meta(max_length=60, description="Names of the insurance plans taken")]
LocationIds = Annotated[list[UUID], Meta(max_length=50)]


class NamedSpecialty(msgspec.Struct):
    """A NUCC taxonomy code with its name in the reader's language."""

    code: str
    name: str


class ProviderLocation(msgspec.Struct):
    """Where a provider sees patients."""

    id: UUID
    name: str
    city: str
    time_zone: str


class FreeStart(msgspec.Struct):
    """A start that was free when last looked: a suggestion, booking asks again."""

    start: datetime
    mode: str
    visit_type_id: UUID
    location_id: UUID | None


class ProviderCard(msgspec.Struct, kw_only=True):
    """A provider as shown in a list."""

    id: UUID
    clinic_id: UUID
    name: str
    title: str
    bio: str
    specialties: list[NamedSpecialty]
    languages: list[str]
    insurance_plans: list[str]
    modes: list[str]
    locations: list[ProviderLocation]
    next_free: list[FreeStart]
    fee_from: Price | None
    photo_url: str | None
    time_zone: str
    active: bool


class ProviderPage(msgspec.Struct):
    """Providers in the order asked for."""

    items: list[ProviderCard]
    next_cursor: str | None = None


class Offer(msgspec.Struct):
    """A visit type a provider offers; `fee` is null where the visit type's own price holds."""

    visit_type_id: UUID
    fee: Price | None = None


class Provider(ProviderCard, kw_only=True):
    """A provider's whole profile. `person_id`, the account that signs in, is shown to the clinic only."""

    visit_types: list[Offer]
    default_visit_type_id: UUID | None
    person_id: UUID | None
    version: int


Offers = Annotated[list[Offer], Meta(max_length=200)]


class NewProvider(msgspec.Struct, kw_only=True):
    """A provider to add. Without `clinic_id` to the caller's only clinic.

    `person_id` is the account that signs in as this provider; it must hold the provider role at the clinic.
    """

    full_name: Name
    time_zone: Zone
    clinic_id: UUID | None = None
    title: ShortText = ""
    bio: Prose = ""
    specialties: SpecialtyCodes = []
    languages: LanguageTags = []
    insurance_plans: Plans = []
    location_ids: LocationIds = []
    visit_types: Offers = []
    default_visit_type_id: UUID | None = None
    person_id: UUID | None = None


class ProviderChanges(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What to change about a provider; what is not named stays. `person_id` and `active` are for staff and admins."""

    full_name: Name | UnsetType = UNSET
    time_zone: Zone | UnsetType = UNSET
    title: ShortText | UnsetType = UNSET
    bio: Prose | UnsetType = UNSET
    specialties: SpecialtyCodes | UnsetType = UNSET
    languages: LanguageTags | UnsetType = UNSET
    insurance_plans: Plans | UnsetType = UNSET
    location_ids: LocationIds | UnsetType = UNSET
    visit_types: Offers | UnsetType = UNSET
    default_visit_type_id: UUID | UnsetType = UNSET
    person_id: UUID | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
