"""Turning push messages on and off for a browser or a device."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor
from openvisit.features.notifications.devices import wire
from openvisit.features.notifications.devices.errors import PushAddressInvalid, TooManyDevices
from openvisit.platform.channels import Address, WebPush
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, execute, fetch_one

COLUMN = "push_subscription.address"
_MOST = 20


async def turn_on(
    db: Database, vault: Vault, actor: Actor, wanted: wire.NewPushSubscription, device: str, *, now: datetime
) -> None:
    """Let push messages go to this browser or device; whoever had it before gets none there any more.

    Errors: PushAddressInvalid, TooManyDevices.
    """
    address = _address(wanted)
    index = address_index(vault, address)
    id_ = new_id()
    async with db.transaction(as_system="the browser may have been somebody else's before") as connection:
        # One after the other, so that the count below is true.
        await execute(connection, "SELECT FROM person WHERE id = %(me)s FOR NO KEY UPDATE", {"me": actor.person_id})
        held = await fetch_one(
            connection,
            """SELECT count(*) AS held FROM push_subscription
               WHERE person_id = %(me)s AND address_index <> %(index)s""",
            {"me": actor.person_id, "index": index},
        )
        if held is not None and held["held"] >= _MOST:
            raise TooManyDevices
        keys = await vault.keys(connection, actor.person_id)
        await execute(
            connection,
            """INSERT INTO push_subscription
                   (id, person_id, session_id, kind, address, address_index, device, created_at)
               VALUES (%(id)s, %(me)s, %(session)s, %(kind)s, %(address)s, %(index)s, %(device)s, %(now)s)
               ON CONFLICT (address_index) DO UPDATE SET
                   id = excluded.id, person_id = excluded.person_id, session_id = excluded.session_id,
                   kind = excluded.kind, address = excluded.address, device = excluded.device,
                   created_at = excluded.created_at""",
            {
                "id": id_,
                "me": actor.person_id,
                "session": actor.session_id,
                "kind": "browser" if isinstance(address, WebPush) else "app",
                "address": keys.seal(msgspec.json.encode(address).decode(), COLUMN, id_),
                "index": index,
                "device": device,
                "now": now,
            },
        )


async def turn_off(db: Database, vault: Vault, actor: Actor, which: wire.PushSubscriptionRef) -> None:
    """No push messages to it any more; harmless when there were none. Errors: PushAddressInvalid."""
    if (which.endpoint is None) == (which.token is None):
        raise PushAddressInvalid
    async with db.connection() as connection:
        await execute(
            connection,
            "DELETE FROM push_subscription WHERE address_index = %(index)s AND person_id = %(me)s",
            {"index": _index(vault, which.endpoint or which.token or ""), "me": actor.person_id},
        )


async def forget(connection: Connection, gone: Sequence[UUID]) -> None:
    """The push services say that there is nobody any more."""
    await execute(connection, "DELETE FROM push_subscription WHERE id = ANY(%(ids)s)", {"ids": list(gone)})


def address_index(vault: Vault, address: Address) -> bytes:
    """What an address is found by."""
    return _index(vault, address.endpoint if isinstance(address, WebPush) else address)


def _index(vault: Vault, text: str) -> bytes:
    return vault.blind_index(f"push:{text}")


def _address(wanted: wire.NewPushSubscription) -> Address:
    if wanted.token is not None and wanted.endpoint is None and wanted.keys is None:
        return wanted.token
    if wanted.token is None and wanted.endpoint is not None and wanted.keys is not None:
        return WebPush(wanted.endpoint, wanted.keys.p256dh.rstrip("="), wanted.keys.auth.rstrip("="))
    raise PushAddressInvalid
