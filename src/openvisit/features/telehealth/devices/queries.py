"""The keys that speak for people."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from openvisit.core.permissions import Actor
from openvisit.features.telehealth.devices import wire
from openvisit.features.telehealth.devices.signatures import base64url
from openvisit.platform.db import Connection, fetch_all


@dataclass(frozen=True, slots=True)
class GoodKey:
    """A key that speaks for somebody now."""

    person_id: UUID
    public_key: bytes


async def own(connection: Connection, actor: Actor) -> wire.DeviceKeys:
    """The caller's good keys."""
    rows = await fetch_all(
        connection,
        """SELECT id, key_id, device, created_at, last_used_at FROM device_key
           WHERE person_id = %(me)s AND revoked_at IS NULL ORDER BY last_used_at DESC, id DESC""",
        {"me": actor.person_id},
    )
    return wire.DeviceKeys([wire.DeviceKey(**{**row, "key_id": base64url(row["key_id"])}) for row in rows])


async def good_keys(connection: Connection, people: Collection[UUID]) -> list[GoodKey]:
    """The good keys of these people, for those who meet them; whether they may is the caller's to know."""
    rows = await fetch_all(
        connection,
        """SELECT person_id, public_key FROM device_key
           WHERE person_id = ANY(%(people)s) AND revoked_at IS NULL ORDER BY created_at, id""",
        {"people": list(people)},
    )
    return [GoodKey(row["person_id"], bytes(row["public_key"])) for row in rows]
