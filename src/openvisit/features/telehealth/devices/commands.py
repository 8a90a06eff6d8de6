"""Registering and revoking the keys that a person's browsers sign with."""

from datetime import datetime
from uuid import UUID

from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor
from openvisit.features.audit import commands as audit
from openvisit.features.telehealth.devices import wire
from openvisit.features.telehealth.devices.errors import DeviceKeyInvalid, DeviceKeyUsedUp, UnknownDeviceKey
from openvisit.features.telehealth.devices.members import rooms_of
from openvisit.features.telehealth.devices.signatures import REGISTRATION, framed, from_base64url, key_id, verified
from openvisit.platform.db import Connection, Database, execute, fetch_all

MOST = 50
"""Good keys of one person: beyond them the one that was used longest ago goes. A private window makes one each."""


async def register(db: Database, actor: Actor, given: wire.NewDeviceKey, device: str, *, now: datetime) -> list[str]:
    """Let this browser's key speak for the caller; the same one again notes that it is in use.

    What changed, for the live channel: a key that had to make room may be speaking at this moment.

    Errors: DeviceKeyInvalid, DeviceKeyUsedUp.
    """
    public_key = from_base64url(given.public_key)
    proof = framed(REGISTRATION, str(actor.person_id), public_key)
    if not verified(public_key, from_base64url(given.proof), proof):
        raise DeviceKeyInvalid
    async with db.transaction() as connection:
        # One after the other, so that the count of keys is true.
        await execute(connection, "SELECT FROM person WHERE id = %(me)s FOR NO KEY UPDATE", {"me": actor.person_id})
        if await _used_again(connection, actor, key_id(public_key), now):
            return []
        id_ = new_id()
        added = await execute(
            connection,
            """INSERT INTO device_key (id, person_id, key_id, public_key, device, created_at, last_used_at)
               VALUES (%(id)s, %(me)s, %(key_id)s, %(public_key)s, %(device)s, %(now)s, %(now)s)
               ON CONFLICT (key_id) DO NOTHING""",
            {
                "id": id_,
                "me": actor.person_id,
                "key_id": key_id(public_key),
                "public_key": public_key,
                "device": device,
                "now": now,
            },
        )
        if not added:
            raise DeviceKeyUsedUp
        await _note(connection, actor, "device-key:add", id_, now)
        gone = await _too_many(connection, actor.person_id)
        for row in gone:
            await _revoke(connection, actor, row["id"], now)
        return await rooms_of(connection, actor.person_id) if gone else []


async def revoke(db: Database, actor: Actor, id_: UUID, *, now: datetime) -> list[str]:
    """Let a key speak for the caller no more; what changed, for the live channel. Errors: UnknownDeviceKey."""
    async with db.transaction() as connection:
        if not await _revoke(connection, actor, id_, now):
            raise UnknownDeviceKey
        return await rooms_of(connection, actor.person_id)


async def _used_again(connection: Connection, actor: Actor, known_by: bytes, now: datetime) -> bool:
    used = await execute(
        connection,
        """UPDATE device_key SET last_used_at = %(now)s
           WHERE key_id = %(key_id)s AND person_id = %(me)s AND revoked_at IS NULL""",
        {"key_id": known_by, "me": actor.person_id, "now": now},
    )
    return bool(used)


async def _too_many(connection: Connection, person_id: UUID) -> list[dict[str, UUID]]:
    return await fetch_all(
        connection,
        """SELECT id FROM device_key WHERE person_id = %(me)s AND revoked_at IS NULL
           ORDER BY last_used_at DESC, id DESC OFFSET %(most)s""",
        {"me": person_id, "most": MOST},
    )


async def _revoke(connection: Connection, actor: Actor, id_: UUID, now: datetime) -> bool:
    revoked = await execute(
        connection,
        """UPDATE device_key SET revoked_at = %(now)s
           WHERE id = %(id)s AND person_id = %(me)s AND revoked_at IS NULL""",
        {"id": id_, "me": actor.person_id, "now": now},
    )
    if revoked:
        await _note(connection, actor, "device-key:revoke", id_, now)
    return bool(revoked)


async def _note(connection: Connection, actor: Actor, action: str, id_: UUID, now: datetime) -> None:
    await audit.record(connection, at=now, actor_id=actor.person_id, action=action, thing="device_key", thing_id=id_)
