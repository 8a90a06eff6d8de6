"""HTTP of device keys, and of what a call needs of its room."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, HeaderParameter, JSONBody

from openvisit.core.permissions import Actor
from openvisit.features.identity.origins import Origin
from openvisit.features.telehealth.devices import commands, queries, wire
from openvisit.features.telehealth.devices.errors import (
    DeviceKeyInvalid,
    DeviceKeyUsedUp,
    NotInRoom,
    UnknownDeviceKey,
)
from openvisit.features.telehealth.devices.ice import Ways, through
from openvisit.features.telehealth.devices.members import room_keys
from openvisit.features.telehealth.rooms.errors import LinkNotGood, LinkRevoked, RoomNotFound
from openvisit.features.telehealth.rooms.members import HEADER, Members
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["device keys"]
_IN_ROOMS = ["telehealth"]


@route(
    "GET",
    "/me/devices/keys",
    permission="device-key:read",
    summary="The keys that the caller's browsers sign with",
    tags=_TAGS,
)
async def device_keys(db: NamedDependency[Database], actor: NamedDependency[Actor]) -> wire.DeviceKeys:
    """Those that are good; in a call everybody sees which one speaks."""
    async with db.connection() as connection:
        return await queries.own(connection, actor)


@route(
    "POST",
    "/me/devices/keys",
    permission="device-key:add",
    summary="Let this browser's key speak for the caller",
    can_fail=[DeviceKeyInvalid, DeviceKeyUsedUp],
    tags=_TAGS,
)
async def add_device_key(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    origin: NamedDependency[Origin],
    data: JSONBody[wire.NewDeviceKey],
) -> wire.DeviceKeys:
    """`proof` is by the key, over `openvisit/e2e/v1/device-key`, the caller's id and the public key, each behind its
    length in four bytes. The same key again is no other key."""
    live.publish(*await commands.register(db, actor, data, origin.device, now=now))
    async with db.connection() as connection:
        return await queries.own(connection, actor)


@route(
    "DELETE",
    "/me/devices/keys/{key_id:uuid}",
    permission="device-key:revoke",
    summary="Let a key speak for the caller no more",
    can_fail=[UnknownDeviceKey],
    status=204,
    tags=_TAGS,
)
async def revoke_device_key(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    key_id: FromPath[UUID],
) -> None:
    """For ever: the browser that holds it makes another at its next sign-in. A call that it speaks in is stopped."""
    live.publish(*await commands.revoke(db, actor, key_id, now=now))


@route(
    "GET",
    "/telehealth/rooms/{room_id:uuid}/ice",
    permission="visit-room:by-link",
    summary="The ways of a call through the network",
    can_fail=[RoomNotFound, LinkNotGood, LinkRevoked],
    tags=_IN_ROOMS,
)
async def get_ways_through(
    now: NamedDependency[datetime],
    members: NamedDependency[Members],
    caller: NamedDependency[Actor | None],
    call_ways: NamedDependency[Ways],
    room_id: FromPath[UUID],
    room_token: Annotated[str | None, HeaderParameter(name=HEADER)] = None,
) -> wire.WaysThrough:
    """For everybody who may be in it, ahead of time too: STUN servers, and relays with a name and password of the
    caller's own, good for hours."""
    member = await members.of(caller, room_token, room_id)
    return through(call_ways, member.participant, now)


@route(
    "GET",
    "/telehealth/rooms/{room_id:uuid}/keys",
    permission="visit-room:by-link",
    summary="The keys that speak for those in a room",
    can_fail=[RoomNotFound, LinkNotGood, LinkRevoked, NotInRoom],
    tags=_IN_ROOMS,
)
async def get_room_keys(
    db: NamedDependency[Database],
    members: NamedDependency[Members],
    caller: NamedDependency[Actor | None],
    room_id: FromPath[UUID],
    room_token: Annotated[str | None, HeaderParameter(name=HEADER)] = None,
) -> wire.RoomKeys:
    """For who is in it. Browsers take what is signed by these keys and nothing else."""
    return await room_keys(db, await members.of(caller, room_token, room_id))


ROUTES: list[HTTPRouteHandler] = [device_keys, add_device_key, revoke_device_key, get_ways_through, get_room_keys]

_KEY = "BEBxre16Xy3YuPzlz3Ki2jrXTgCYd2rIJLx62DYKpeowQF2dbXuhtXpx6rTwStcrMYxmWmjkEOnWghUOI89Ch3I"
EXAMPLES: dict[str, Any] = {
    "NewDeviceKey": {
        "public_key": _KEY,
        "proof": "Im6hKHtrIfZslpywMtyw2T9JFGRWmaaqihE7l_UkJSAaJ2LolFORi9XV7t3DRHnUczhzJtzISYCOyt5KfzgVUQ",
    },
    "DeviceKeys": {
        "items": [
            {
                "id": "0197a3c2-5d14-7e0a-8b55-6c7d8e9fa0b2",
                "key_id": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
                "device": "Firefox on Windows",
                "created_at": "2027-03-01T08:00:00Z",
                "last_used_at": "2027-03-04T14:29:00Z",
            }
        ]
    },
    "WaysThrough": {
        "ice_servers": [
            {"urls": ["stun:relay.clinic.example:3478"]},
            {
                "urls": ["turn:relay.clinic.example:3478"],
                "username": "1804185000:person:0197a3c2-5d14-7e0a-8b55-6c7d8e9fa0b2",
                "credential": "UEvMTxR/7RpRQbjI1FG7VnVqzWs=",
            },
        ],
        "ice_transport_policy": "all",
        "expires_at": "2027-03-04T18:30:00Z",
    },
    "RoomKeys": {
        "revision": 1,
        "participants": [
            {"participant": "person:0197a3c2-5d14-7e0a-8b55-6c7d8e9fa0b2", "public_keys": [_KEY]},
        ],
    },
}
