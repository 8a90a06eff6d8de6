"""Adding, changing and switching off locations, rooms and devices."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from openvisit.core.errors import Forbidden, NotFound
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.directory.commands import rows
from openvisit.features.directory.commands.slots_changed import providers_at, refresh_free_starts, tell_open_pages
from openvisit.features.directory.countries import COUNTRIES
from openvisit.features.directory.errors import invalid
from openvisit.features.directory.queries import places as read
from openvisit.features.directory.visibility import works_for
from openvisit.features.directory.wire.fields import given
from openvisit.features.directory.wire.places import (
    Device,
    DeviceChanges,
    Location,
    LocationChanges,
    NewDevice,
    NewLocation,
    NewRoom,
    Room,
    RoomChanges,
)
from openvisit.platform.db import Connection, Database, fetch_one
from openvisit.platform.realtime import Live


async def add_location(db: Database, actor: Actor, now: datetime, body: NewLocation) -> Location:
    """Add a location to a clinic.

    Errors: Forbidden, Invalid.
    """
    clinic_id = rows.clinic_for(actor, body.clinic_id, "location:manage")
    values = {**_location_columns(given(body)), "id": new_id(), "clinic_id": clinic_id}
    async with db.transaction() as connection:
        await _add(connection, "location", actor, now, values)
    return await read.read_location(db, actor, values["id"])


async def change_location(
    db: Database,
    live: Live,
    actor: Actor,
    now: datetime,
    location_id: UUID,
    body: LocationChanges,
    expected: int | None,
) -> Location:
    """Change a location, or switch it off and on by `active`; `expected` is the version that was read, if any.

    Errors: NotFound, Forbidden, VersionMismatch, Invalid.
    """
    changes = _location_columns(given(body))
    row = await _change(db, live, "location", actor, now, location_id, changes, expected)
    return read.location(row)


async def add_room(db: Database, live: Live, actor: Actor, now: datetime, body: NewRoom) -> Room:
    """Add a room to a location.

    Errors: Forbidden, Invalid when there is no such location.
    """
    return read.room(await _equip(db, live, "room", actor, now, body))


async def change_room(
    db: Database, live: Live, actor: Actor, now: datetime, room_id: UUID, body: RoomChanges, expected: int | None
) -> Room:
    """Change a room, or switch it off and on by `active`.

    Errors: NotFound, Forbidden, VersionMismatch.
    """
    return read.room(await _change(db, live, "room", actor, now, room_id, rows.tidy(given(body)), expected))


async def add_device(db: Database, live: Live, actor: Actor, now: datetime, body: NewDevice) -> Device:
    """Add a device to a location.

    Errors: Forbidden, Invalid when there is no such location.
    """
    return read.device(await _equip(db, live, "device", actor, now, body))


async def change_device(
    db: Database, live: Live, actor: Actor, now: datetime, device_id: UUID, body: DeviceChanges, expected: int | None
) -> Device:
    """Change a device, or switch it off and on by `active`.

    Errors: NotFound, Forbidden, VersionMismatch.
    """
    return read.device(await _change(db, live, "device", actor, now, device_id, rows.tidy(given(body)), expected))


async def _equip(
    db: Database, live: Live, table: str, actor: Actor, now: datetime, body: NewRoom | NewDevice
) -> Mapping[str, Any]:
    async with db.transaction() as connection:
        place = await fetch_one(
            connection, "SELECT clinic_id, active FROM location WHERE id = %(id)s", {"id": body.location_id}
        )
        if place is None or not (place["active"] or works_for(actor, place["clinic_id"])):
            raise invalid("location_id", "no such location")
        if not allowed(actor, f"{table}:manage", Target(clinic_id=place["clinic_id"])):
            raise Forbidden
        values = {**rows.tidy(given(body)), "id": new_id(), "clinic_id": place["clinic_id"]}
        await _add(connection, table, actor, now, values)
        row = await rows.locked(connection, table, values["id"])
        concerned = await refresh_free_starts(connection, await providers_at(connection, [body.location_id]))
    tell_open_pages(live, concerned)
    return row or {}


async def _add(connection: Connection, table: str, actor: Actor, now: datetime, values: Mapping[str, Any]) -> None:
    await rows.insert(connection, table, values)
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action=f"{table}:manage",
        thing=table,
        thing_id=values["id"],
        clinic_id=values["clinic_id"],
        data={"added": True},
    )


async def _change(
    db: Database,
    live: Live,
    table: str,
    actor: Actor,
    now: datetime,
    id_: UUID,
    changes: Mapping[str, Any],
    expected: int | None,
) -> Mapping[str, Any]:
    concerned: list[UUID] = []
    async with db.transaction() as connection:
        row = await rows.locked(connection, table, id_)
        if row is None or not _may_know(table, row, actor):
            raise NotFound
        if not allowed(actor, f"{table}:manage", Target(clinic_id=row["clinic_id"])):
            raise Forbidden
        rows.check_version(row, expected)
        if not changes:
            return row
        changed = await rows.update(connection, table, id_, changes)
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action=f"{table}:manage",
            thing=table,
            thing_id=id_,
            clinic_id=row["clinic_id"],
            data={"fields": sorted(changes)},
        )
        if "active" in changes or "time_zone" in changes:
            place = id_ if table == "location" else row["location_id"]
            concerned = await refresh_free_starts(connection, await providers_at(connection, [place]))
    tell_open_pages(live, concerned)
    return changed or row


def _may_know(table: str, row: Mapping[str, Any], actor: Actor) -> bool:
    public = table == "location" and row["active"]
    return public or works_for(actor, row["clinic_id"])


def _location_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    columns = rows.tidy(values)
    if columns.get("country") and columns["country"] not in COUNTRIES:
        raise invalid("country", "not an ISO 3166-1 alpha-2 code")
    if "coordinates" in columns:
        here: msgspec.Struct | None = columns.pop("coordinates")
        columns["latitude"] = getattr(here, "latitude", None)
        columns["longitude"] = getattr(here, "longitude", None)
    return columns
