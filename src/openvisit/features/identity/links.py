"""Links in notices by which whoever holds the mailbox undoes what a stranger did to the account.

The secret is 32 random bytes after the `#` of the link, made by the worker as it writes the mail; the database knows
its digest. Following one only asks; a button does it, since mail scanners follow links.
"""

import secrets
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from openvisit.features.audit.commands import record
from openvisit.features.identity import codes
from openvisit.features.identity.errors import LinkInvalid
from openvisit.features.identity.registration import digest
from openvisit.features.identity.sessions import end_all_sessions
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one

GOOD_FOR = timedelta(days=7)

Purpose = Literal["not-me", "undo-email"]


async def make(
    connection: Connection, person_id: UUID, purpose: Purpose, now: datetime, *, email_change_id: UUID | None = None
) -> str:
    """The secret of a new link, in the caller's transaction."""
    secret = secrets.token_urlsafe(32)
    await execute(
        connection,
        """INSERT INTO account_link (token_hash, person_id, purpose, email_change_id, expires_at)
           VALUES (%(hash)s, %(person_id)s, %(purpose)s, %(email_change_id)s, %(expires_at)s)""",
        {
            "hash": digest(secret),
            "person_id": person_id,
            "purpose": purpose,
            "email_change_id": email_change_id,
            "expires_at": now + GOOD_FOR,
        },
    )
    return secret


async def use(connection: Connection, secret: str, purpose: Purpose, now: datetime) -> Row:
    """Use a link up: `person_id` and `email_change_id`. Errors: LinkInvalid."""
    row = await fetch_one(
        connection,
        """DELETE FROM account_link WHERE token_hash = %(hash)s AND purpose = %(purpose)s AND expires_at > %(now)s
           RETURNING person_id, email_change_id""",
        {"hash": digest(secret), "purpose": purpose, "now": now},
    )
    if row is None:
        raise LinkInvalid
    return row


async def not_me(db: Database, tokens: TokenService, secret: str, *, now: datetime) -> None:
    """The sign-in of a notice was a stranger's: see `lock_out`. Errors: LinkInvalid."""
    async with db.transaction() as connection:
        person_id: UUID = (await use(connection, secret, "not-me", now))["person_id"]
        await lock_out(connection, person_id, "not-me", now)
    tokens.changed(person_id)


async def lock_out(connection: Connection, person_id: UUID, because: str, now: datetime) -> None:
    """End every session, forget every browser, make the password one that nobody knows, and mail a code to choose a
    new one: whoever was in is out, and cannot come back by what they know. In the caller's transaction; call
    `tokens.changed` after it."""
    await end_all_sessions(connection, person_id, because, now)
    await execute(connection, "DELETE FROM known_device WHERE person_id = %(id)s", {"id": person_id})
    await execute(
        connection,
        "UPDATE person SET password_hash = NULL, version = version + 1 WHERE id = %(id)s",
        {"id": person_id},
    )
    await record(
        connection,
        at=now,
        actor_id=person_id,
        action="account:lock-out",
        thing="person",
        thing_id=person_id,
        data={"because": because},
    )
    await codes.mail_later(connection, person_id, "reset")
