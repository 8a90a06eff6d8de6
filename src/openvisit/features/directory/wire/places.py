"""Locations, and the rooms and devices in them."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from openvisit.features.directory.wire.fields import (
    Country,
    Latitude,
    Line,
    Longitude,
    Name,
    Phone,
    ShortText,
    Zone,
)

PostalCode = Annotated[str, Meta(max_length=20, pattern=r"^[^\x00-\x1f\x7f]*$", description="Postal code")]


class Coordinates(msgspec.Struct):
    """A point in WGS 84."""

    latitude: Latitude
    longitude: Longitude


class Location(msgspec.Struct, kw_only=True):
    """A place where a clinic sees patients, with its own time zone."""

    id: UUID
    clinic_id: UUID
    name: str
    address: str
    city: str
    region: str
    postal_code: str
    country: str
    coordinates: Coordinates | None
    time_zone: str
    phone: str
    wheelchair_accessible: bool
    active: bool
    version: int


class LocationPage(msgspec.Struct):
    """Locations by name."""

    items: list[Location]
    next_cursor: str | None = None


class NewLocation(msgspec.Struct, kw_only=True):
    """A location to add. Without `clinic_id` it goes to the caller's only clinic."""

    name: Name
    time_zone: Zone
    clinic_id: UUID | None = None
    address: Line = ""
    city: ShortText = ""
    region: ShortText = ""
    postal_code: PostalCode = ""
    country: Country = ""
    coordinates: Coordinates | None = None
    phone: Phone = ""
    wheelchair_accessible: bool = True


class LocationChanges(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What to change about a location; what is not named stays."""

    name: Name | UnsetType = UNSET
    time_zone: Zone | UnsetType = UNSET
    address: Line | UnsetType = UNSET
    city: ShortText | UnsetType = UNSET
    region: ShortText | UnsetType = UNSET
    postal_code: PostalCode | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    coordinates: Coordinates | UnsetType | None = UNSET
    phone: Phone | UnsetType = UNSET
    wheelchair_accessible: bool | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class Room(msgspec.Struct, kw_only=True):
    """A room that a visit can need."""

    id: UUID
    clinic_id: UUID
    location_id: UUID
    name: str
    wheelchair_accessible: bool
    active: bool
    version: int


class RoomPage(msgspec.Struct):
    """Rooms by name."""

    items: list[Room]
    next_cursor: str | None = None


class NewRoom(msgspec.Struct, kw_only=True):
    """A room to add to a location."""

    location_id: UUID
    name: Name
    wheelchair_accessible: bool = True


class RoomChanges(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What to change about a room; what is not named stays."""

    name: Name | UnsetType = UNSET
    wheelchair_accessible: bool | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class Device(msgspec.Struct, kw_only=True):
    """A device that a visit can need, such as an ultrasound."""

    id: UUID
    clinic_id: UUID
    location_id: UUID
    name: str
    kind: str
    active: bool
    version: int


class DevicePage(msgspec.Struct):
    """Devices by name."""

    items: list[Device]
    next_cursor: str | None = None


class NewDevice(msgspec.Struct, kw_only=True):
    """A device to add to a location."""

    location_id: UUID
    name: Name
    kind: ShortText = ""


class DeviceChanges(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What to change about a device; what is not named stays."""

    name: Name | UnsetType = UNSET
    kind: ShortText | UnsetType = UNSET
    active: bool | UnsetType = UNSET
