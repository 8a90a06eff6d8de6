"""Wire types of device keys and of the ways through the network."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

_PublicKey = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{87}$")]
_Signature = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{86}$")]


class NewDeviceKey(msgspec.Struct):
    """A browser's signing key (ECDSA on P-256): the point in 65 bytes, and the key's signature that proves it is held;
    both base64url."""

    public_key: _PublicKey
    proof: _Signature


class DeviceKey(msgspec.Struct):
    """One of the caller's; `key_id` is SHA-256 of the public key, base64url."""

    id: UUID
    key_id: str
    device: str
    created_at: datetime
    last_used_at: datetime


class DeviceKeys(msgspec.Struct):
    """The caller's good keys, the one used last first."""

    items: list[DeviceKey]


class IceServer(msgspec.Struct):
    """`RTCIceServer` of WebRTC; a relay comes with a name and a password that run out."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class WaysThrough(msgspec.Struct):
    """How the browsers of a call may find each other: an `RTCConfiguration` in part."""

    ice_servers: list[IceServer]
    ice_transport_policy: Literal["all", "relay"]
    expires_at: datetime


class ParticipantKeys(msgspec.Struct):
    """The signing keys that speak for a participant now; those of a person's browsers, or the one of a guest's link."""

    participant: str
    public_keys: list[str]


class RoomKeys(msgspec.Struct):
    """Who was let in and not removed. `revision` is the room's: signatures are good for one."""

    revision: int
    participants: list[ParticipantKeys]
