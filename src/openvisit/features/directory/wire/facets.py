"""What the directory can be filtered by."""

from uuid import UUID

import msgspec

from openvisit.features.directory.wire.providers import NamedSpecialty


class SpecialtyCount(msgspec.Struct):
    """A specialty and how many providers have it."""

    code: str
    name: str
    count: int


class LanguageCount(msgspec.Struct):
    """A language and how many providers speak it."""

    code: str
    count: int


class PlanCount(msgspec.Struct):
    """An insurance plan and how many providers take it."""

    name: str
    count: int


class LocationName(msgspec.Struct):
    """A location that can be filtered by."""

    id: UUID
    name: str
    city: str


class Facets(msgspec.Struct):
    """What the active providers can be filtered by, with how many there are of each."""

    specialties: list[SpecialtyCount]
    languages: list[LanguageCount]
    insurance_plans: list[PlanCount]
    locations: list[LocationName]


class SpecialtyList(msgspec.Struct):
    """Every specialty that a provider can have, by name."""

    items: list[NamedSpecialty]
