"""Where push messages to a person go."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec

from openvisit.core.permissions import Actor
from openvisit.features.notifications.devices import wire
from openvisit.features.notifications.devices.commands import COLUMN
from openvisit.platform import log
from openvisit.platform.channels import Address, WebPush
from openvisit.platform.crypto import SealBroken, Vault
from openvisit.platform.db import Connection, fetch_all

_logger = log.get("push")

_DEVICES = """
SELECT d.id, d.person_id, d.kind, d.device, d.created_at, d.session_id, d.address, k.wrapped AS data_key
FROM push_subscription d
JOIN session s ON s.id = d.session_id AND s.revoked_at IS NULL AND s.expires_at > %(now)s
LEFT JOIN keyring.data_key k ON k.owner = d.person_id
WHERE d.person_id = ANY(%(people)s)
ORDER BY d.created_at, d.id"""


@dataclass(frozen=True, slots=True)
class Device:
    """One of them; `id` goes into the key of a message, since each device gets its own."""

    id: UUID
    address: Address = field(repr=False)


async def devices_of_many(
    connection: Connection, vault: Vault, people: Collection[UUID], now: datetime
) -> dict[UUID, list[Device]]:
    """The devices where each person is signed in and wants push messages; those without any are left out.

    One whose address cannot be opened is left out, too: it must not keep the others from being told.
    """
    found: dict[UUID, list[Device]] = defaultdict(list)
    for row in await fetch_all(connection, _DEVICES, {"people": list(people), "now": now}):
        keys = vault.of(row["person_id"], row["data_key"])
        try:
            text = keys.open(bytes(row["address"]), COLUMN, row["id"])
        except SealBroken:
            _logger.warning("device cannot be opened", device=str(row["id"]))
            continue
        found[row["person_id"]].append(Device(row["id"], _address(row["kind"], text)))
    return found


async def devices_of(connection: Connection, vault: Vault, person_id: UUID, now: datetime) -> list[Device]:
    """The devices where one person is signed in and wants push messages."""
    return (await devices_of_many(connection, vault, [person_id], now)).get(person_id, [])


def _address(kind: str, text: str) -> Address:
    if kind == "browser":
        return msgspec.json.decode(text, type=WebPush)
    return msgspec.json.decode(text, type=str)


async def own(connection: Connection, actor: Actor, now: datetime) -> wire.PushDevices:
    """The caller's devices, without their addresses."""
    rows = await fetch_all(connection, _DEVICES, {"people": [actor.person_id], "now": now})
    return wire.PushDevices(
        [
            wire.PushDevice(
                id=row["id"],
                kind=row["kind"],
                device=row["device"],
                created_at=row["created_at"],
                here=row["session_id"] == actor.session_id,
            )
            for row in rows
        ]
    )
