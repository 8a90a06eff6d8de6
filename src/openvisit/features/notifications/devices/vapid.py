"""The installation's VAPID key: made at first use, sealed in the database, the same in every process."""

import base64
from datetime import datetime

from openvisit.core.ids import new_id
from openvisit.platform.channels.vapid import VapidKey
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, execute, fetch_one

_COLUMN = "vapid_key.secret"


async def vapid_key(db: Database, vault: Vault, now: datetime) -> VapidKey:
    """The key. Errors: SealBroken, Unavailable."""
    async with db.transaction(as_system="the installation's own key") as connection:
        row = await fetch_one(connection, "SELECT id, secret FROM vapid_key")
        if row is None:
            id_ = new_id()
            secret = vault.seal(base64.b64encode(VapidKey.make()).decode(), _COLUMN, id_)
            await execute(
                connection,
                """INSERT INTO vapid_key (id, number, secret, created_at) VALUES (%(id)s, 1, %(secret)s, %(now)s)
                   ON CONFLICT (number) DO NOTHING""",
                {"id": id_, "secret": secret, "now": now},
            )
            row = await fetch_one(connection, "SELECT id, secret FROM vapid_key")
    assert row is not None  # noqa: S101 - ours, or another process's that came first
    return VapidKey(base64.b64decode(vault.open(bytes(row["secret"]), _COLUMN, row["id"])))
