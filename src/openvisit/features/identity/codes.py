"""Codes of six digits that prove an address: mailed, good for a while, good once, tried at most five times."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openvisit.features.identity.errors import CodeInvalid
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one
from openvisit.platform.jobs import defer

MOST_ATTEMPTS = 5
LIFE = {  # by purpose
    "register": timedelta(minutes=10),
    "reset": timedelta(minutes=10),
    "step-up": timedelta(minutes=10),
    "email": timedelta(minutes=10),
    "connect": timedelta(minutes=10),
    "phone": timedelta(minutes=10),
    "mailbox": timedelta(minutes=10),
    "invite": timedelta(days=7),  # people are away; five guesses in a million all the same
}


async def mail_later(connection: Connection, person_id: UUID, purpose: str) -> None:
    """Let the worker make a code and mail it, in the caller's transaction; the one before stays good until then."""
    await defer(connection, "identity:send_code", queue="mail", args={"person_id": str(person_id), "purpose": purpose})


async def renew(connection: Connection, vault: Vault, person_id: UUID, purpose: str, now: datetime) -> str:
    """A new code, in the place of the one before."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    await execute(
        connection,
        """INSERT INTO email_code (person_id, purpose, code_hash, expires_at)
           VALUES (%(person_id)s, %(purpose)s, %(hash)s, %(expires_at)s)
           ON CONFLICT (person_id, purpose) DO UPDATE SET
               code_hash = excluded.code_hash, expires_at = excluded.expires_at, attempts = 0""",
        {
            "hash": _hash(vault, person_id, purpose, code),
            "expires_at": now + LIFE[purpose],
            "person_id": person_id,
            "purpose": purpose,
        },
    )
    return code


async def check(db: Database, vault: Vault, person_id: UUID, purposes: list[str], code: str, now: datetime) -> Row:
    """The row of the code that matches; it is not used up yet (`use_up`).

    The attempt is counted before the code is compared and whatever follows, so that parallel guesses count too.
    Errors: CodeInvalid.
    """
    async with db.connection() as connection:
        rows = await fetch_all(
            connection,
            """UPDATE email_code SET attempts = attempts + 1
               WHERE person_id = %(person_id)s AND purpose = ANY(%(purposes)s) AND code_hash IS NOT NULL
                     AND expires_at > %(now)s AND attempts < %(most)s
               RETURNING *""",
            {"person_id": person_id, "purposes": purposes, "now": now, "most": MOST_ATTEMPTS},
        )
    for row in rows:
        if hmac.compare_digest(bytes(row["code_hash"]), _hash(vault, person_id, row["purpose"], code)):
            return row
    raise CodeInvalid


async def use_up(connection: Connection, found: Row) -> None:
    """Use the code, and drop the person's other codes with it. Errors: CodeInvalid when another was faster."""
    used: dict[str, Any] | None = await fetch_one(
        connection,
        """DELETE FROM email_code
           WHERE person_id = %(person_id)s AND purpose = %(purpose)s AND code_hash = %(code_hash)s
           RETURNING purpose""",
        found,
    )
    if used is None:
        raise CodeInvalid
    await execute(connection, "DELETE FROM email_code WHERE person_id = %(person_id)s", found)


def _hash(vault: Vault, person_id: UUID, purpose: str, code: str) -> bytes:
    """Keyed: a million codes are soon tried on a plain digest. Bound to the person and the purpose."""
    return vault.blind_index(f"e-mail code {person_id} {purpose} {code}")
