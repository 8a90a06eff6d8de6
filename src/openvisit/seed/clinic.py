"""The demonstration's clinic group: three locations in three time zones."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from openvisit.core.ids import new_id
from openvisit.platform.db import Connection
from openvisit.seed.model import Group, Room, Site
from openvisit.seed.rows import insert
from openvisit.seed.visit_kinds import Kind, kinds

NAME = "Lanternfield Health"
ZONE = "America/New_York"
CANCELLATION_NOTICE = 60
"""Minutes; shorter than any notice a patient books with, so that what was just booked can be cancelled."""


class _Place(NamedTuple):
    name: str
    address: str
    city: str
    region: str
    postal_code: str
    latitude: float
    longitude: float
    zone: str
    area_code: str
    rooms: int


_PLACES = (
    _Place("Lanternfield Brooklyn", "214 Lantern Row", "New York", "NY", "11201", 40.6928, -73.9903, ZONE, "718", 8),
    _Place(
        "Lanternfield Lakeside", "1630 Fernwharf Street", "Chicago", "IL", "60608", 41.8573, -87.6569,
        "America/Chicago", "312", 7,
    ),
    _Place(
        "Lanternfield Sunset", "488 Jacaranda Steps", "Los Angeles", "CA", "90026", 34.0782, -118.2606,
        "America/Los_Angeles", "213", 7,
    ),
)  # fmt: skip
_DEVICES = (("Ultrasound", "ultrasound"), ("ECG recorder", "ecg"), ("Surgical light", "light"))


async def found(connection: Connection, now: datetime) -> Group:
    """Write the clinic with its locations, rooms, devices and visit types."""
    clinic_id = new_id()
    await insert(
        connection,
        "clinic",
        "id, name, time_zone, phone, email, website, cancellation_notice_minutes, created_at",
        [(clinic_id, NAME, ZONE, "+1 718 555 0100", "hello@lanternfield.test", "https://lanternfield.test",
          CANCELLATION_NOTICE, now)],
    )  # fmt: skip
    group = Group(clinic_id, tuple(_site(place) for place in _PLACES), kinds())
    await insert(
        connection,
        "location",
        "id, clinic_id, name, address, city, region, postal_code, country, latitude, longitude, time_zone, phone",
        [
            (site.id, clinic_id, p.name, p.address, p.city, p.region, p.postal_code, "US", p.latitude, p.longitude,
             p.zone, f"+1 {p.area_code} 555 0110")
            for site, p in zip(group.sites, _PLACES, strict=True)
        ],
    )  # fmt: skip
    await insert_rooms(connection, clinic_id, group.sites)
    await insert_kinds(connection, clinic_id, group.kinds.values())
    return group


def _site(place: _Place) -> Site:
    # The last room is up a flight of stairs.
    rooms = tuple(Room(new_id(), wheelchair_accessible=n < place.rooms - 1) for n in range(place.rooms))
    devices = tuple(Room(new_id()) for _ in _DEVICES)
    return Site(new_id(), place.name, place.city, place.zone, place.area_code, rooms, devices)


async def insert_rooms(connection: Connection, clinic_id: UUID, sites: Sequence[Site]) -> None:
    """Write the rooms and devices of the locations."""
    await insert(
        connection,
        "room",
        "id, clinic_id, location_id, name, wheelchair_accessible",
        [
            (room.id, clinic_id, site.id, f"Room {number}", room.wheelchair_accessible)
            for site in sites
            for number, room in enumerate(site.rooms, 1)
        ],
    )
    await insert(
        connection,
        "device",
        "id, clinic_id, location_id, name, kind",
        [
            (device.id, clinic_id, site.id, name, kind)
            for site in sites
            for device, (name, kind) in zip(site.devices, _DEVICES, strict=False)
        ],
    )


async def insert_kinds(connection: Connection, clinic_id: UUID, found: Iterable[Kind]) -> None:
    """Write the visit types."""
    await insert(
        connection,
        "visit_type",
        "id, clinic_id, name, description, duration_minutes, step_minutes, buffer_before_minutes,"
        " buffer_after_minutes, minimum_notice_minutes, booking_window_days, daily_cap, modes, price_minor,"
        " price_currency, needs_room, needs_device, approval_needed, bookable_by",
        [
            (k.id, clinic_id, k.name, k.description, k.duration, k.step, k.before, k.after, k.notice, k.window, k.cap,
             list(k.modes), k.price, "USD", k.needs_room, k.needs_device, k.approval, list(k.bookable_by))
            for k in found
        ],
    )  # fmt: skip
