"""One answer to each thing that came in: done once, and said until the vendor has taken it.

What was asked for is done before it is answered. Should the answer not leave, the next try of the job says the same
again and does nothing more; should a worker die between, the next one goes on with the visit that was meant.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from openvisit.core.sending import LEASE
from openvisit.platform.channels import InboundText
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, execute, fetch_one

_REMEMBERED = timedelta(days=30)
_COLUMN = "reply_answer.words"


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of an answer: the `words`, once they are; else the visit that something was to be done with."""

    key: str
    words: str | None
    appointment_id: UUID | None


def key_of(told: InboundText) -> str:
    """What came in, as its answer is known by: nothing of it can be read from that."""
    return sha256(f"{told.vendor} {told.id}".encode()).hexdigest()


async def begin(connection: Connection, vault: Vault, key: str, now: datetime) -> Begun | None:
    """Take what came in, or take it up again; None when it was answered, or somebody is at it. Errors: SealBroken."""
    values = {"key": key, "now": now, "until": now + LEASE, "long_ago": now - _REMEMBERED}
    await execute(connection, "DELETE FROM reply_answer WHERE at < %(long_ago)s", values)
    row = await fetch_one(
        connection,
        """INSERT INTO reply_answer AS a (key, at, taken_until) VALUES (%(key)s, %(now)s, %(until)s)
           ON CONFLICT (key) DO UPDATE SET taken_until = excluded.taken_until
           WHERE a.sent_at IS NULL AND (a.taken_until IS NULL OR a.taken_until < %(now)s)
           RETURNING words, appointment_id""",
        values,
    )
    if row is None:
        return None
    words = vault.open(bytes(row["words"]), _COLUMN, _id(key)) if row["words"] else None
    return Begun(key, words, row["appointment_id"])


async def meant(connection: Connection, key: str, appointment_id: UUID) -> None:
    """Write which visit is about to be changed."""
    await execute(
        connection,
        "UPDATE reply_answer SET appointment_id = %(id)s WHERE key = %(key)s",
        {"key": key, "id": appointment_id},
    )


async def done(connection: Connection, vault: Vault, key: str, words: str) -> None:
    """It is done, and this is to be said."""
    await execute(
        connection,
        "UPDATE reply_answer SET words = %(words)s WHERE key = %(key)s",
        {"key": key, "words": vault.seal(words, _COLUMN, _id(key))},
    )


async def said(connection: Connection, key: str, now: datetime) -> None:
    """It was said, or is not to be said: the words are forgotten."""
    await execute(
        connection,
        "UPDATE reply_answer SET sent_at = %(now)s, words = NULL, taken_until = NULL WHERE key = %(key)s",
        {"key": key, "now": now},
    )


async def give_back(connection: Connection, key: str) -> None:
    """Not done, or not said yet: the next try may take it up at once."""
    await execute(connection, "UPDATE reply_answer SET taken_until = NULL WHERE key = %(key)s", {"key": key})


def _id(key: str) -> UUID:
    return UUID(key[:32])
