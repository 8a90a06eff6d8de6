"""Reads of locations, rooms and devices."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from openvisit.core.errors import Forbidden, NotFound
from openvisit.core.permissions import Actor
from openvisit.features.directory import paging
from openvisit.features.directory.visibility import active_or_own, own_clinics, visible, works_for
from openvisit.features.directory.wire.places import (
    Coordinates,
    Device,
    DevicePage,
    Location,
    LocationPage,
    Room,
    RoomPage,
)
from openvisit.platform.db import Database, Row, fetch_one


async def list_locations(
    db: Database,
    caller: Actor | None,
    *,
    clinic_id: UUID | None,
    include_inactive: bool,
    cursor: str | None,
    limit: int,
) -> LocationPage:
    """Locations by name, of one clinic or of all."""
    condition, values = active_or_own(caller, include_inactive)
    conditions = [condition]
    if clinic_id:
        conditions.append("clinic_id = %(clinic_id)s")
        values["clinic_id"] = clinic_id
    async with db.connection() as connection:
        rows, following = await paging.named_rows(
            connection, "location", conditions, values, cursor=cursor, limit=limit
        )
    return LocationPage([location(row) for row in rows], following)


async def read_location(db: Database, caller: Actor | None, location_id: UUID) -> Location:
    """One location.

    Errors: NotFound.
    """
    async with db.connection() as connection:
        row = await fetch_one(connection, "SELECT * FROM location WHERE id = %(id)s", {"id": location_id})
    return location(visible(row, caller))


async def list_rooms(
    db: Database, actor: Actor, *, location_id: UUID | None, include_inactive: bool, cursor: str | None, limit: int
) -> RoomPage:
    """Rooms by name, of one location or of all of the actor's clinics.

    Errors: Forbidden for who works for no clinic.
    """
    rows, following = await _equipment(db, "room", actor, location_id, include_inactive, cursor, limit)
    return RoomPage([room(row) for row in rows], following)


async def read_room(db: Database, actor: Actor, room_id: UUID) -> Room:
    """One room of the actor's clinics.

    Errors: NotFound.
    """
    return room(await _one(db, "room", actor, room_id))


async def list_devices(
    db: Database, actor: Actor, *, location_id: UUID | None, include_inactive: bool, cursor: str | None, limit: int
) -> DevicePage:
    """Devices by name, of one location or of all of the actor's clinics.

    Errors: Forbidden for who works for no clinic.
    """
    rows, following = await _equipment(db, "device", actor, location_id, include_inactive, cursor, limit)
    return DevicePage([device(row) for row in rows], following)


async def read_device(db: Database, actor: Actor, device_id: UUID) -> Device:
    """One device of the actor's clinics.

    Errors: NotFound.
    """
    return device(await _one(db, "device", actor, device_id))


async def _equipment(
    db: Database,
    table: str,
    actor: Actor,
    location_id: UUID | None,
    include_inactive: bool,
    cursor: str | None,
    limit: int,
) -> tuple[list[Row], str | None]:
    clinics = own_clinics(actor)
    if not clinics:
        raise Forbidden
    conditions, values = ["clinic_id = ANY(%(clinics)s)"], {"clinics": clinics, "location_id": location_id}
    if not include_inactive:
        conditions.append("active")
    if location_id:
        conditions.append("location_id = %(location_id)s")
    async with db.connection() as connection:
        return await paging.named_rows(connection, table, conditions, values, cursor=cursor, limit=limit)


async def _one(db: Database, table: str, actor: Actor, id_: UUID) -> Row:
    async with db.connection() as connection:
        row = await fetch_one(connection, f"SELECT * FROM {table} WHERE id = %(id)s", {"id": id_})
    if row is None or not works_for(actor, row["clinic_id"]):
        raise NotFound
    return row


def location(row: Mapping[str, Any]) -> Location:
    """A location from its row."""
    here = None if row["latitude"] is None else Coordinates(row["latitude"], row["longitude"])
    plain = {field: row[field] for field in Location.__struct_fields__ if field != "coordinates"}
    return Location(coordinates=here, **plain)


def room(row: Mapping[str, Any]) -> Room:
    """A room from its row."""
    return Room(**{field: row[field] for field in Room.__struct_fields__})


def device(row: Mapping[str, Any]) -> Device:
    """A device from its row."""
    return Device(**{field: row[field] for field in Device.__struct_fields__})
