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
_DOUBT = timedelta(days=1)  # before the notice, in which a stranger may have been at work unnoticed

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
    """Use a link up: `person_id`, `email_change_id` and `expires_at`. Errors: LinkInvalid."""
    row = await fetch_one(
        connection,
        """DELETE FROM account_link WHERE token_hash = %(hash)s AND purpose = %(purpose)s AND expires_at > %(now)s
           RETURNING person_id, email_change_id, expires_at""",
        {"hash": digest(secret), "purpose": purpose, "now": now},
    )
    if row is None:
        raise LinkInvalid
    return row


async def not_me(db: Database, tokens: TokenService, secret: str, *, now: datetime) -> None:
    """The sign-in of a notice was a stranger's: see `lock_out`. Errors: LinkInvalid."""
    async with db.transaction() as connection:
        link = await use(connection, secret, "not-me", now)
        await lock_out(connection, link, "not-me", now)
    tokens.changed(link["person_id"])


async def lock_out(connection: Connection, link: Row, because: str, now: datetime) -> None:
    """End every session, forget every browser, make the password one that nobody knows, drop the factors and connected
    accounts added since the day before the notice, and mail a code to choose a new password: whoever was in is out,
    and comes back neither by what they know nor by a passkey they left. In the caller's transaction; call
    `tokens.changed` after it.

    Links of earlier notices stay good: of several changes of the address, the first owner has the last word.
    """
    person_id: UUID = link["person_id"]
    values = {"id": person_id, "since": link["expires_at"] - GOOD_FOR - _DOUBT, "expires_at": link["expires_at"]}
    await end_all_sessions(connection, person_id, because, now)
    for statement in (
        "DELETE FROM account_link WHERE person_id = %(id)s AND expires_at > %(expires_at)s",
        "DELETE FROM known_device WHERE person_id = %(id)s",
        "DELETE FROM email_code WHERE person_id = %(id)s",
        "DELETE FROM email_change WHERE person_id = %(id)s AND done_at IS NULL",
        "DELETE FROM passkey WHERE person_id = %(id)s AND created_at > %(since)s",
        "DELETE FROM totp WHERE person_id = %(id)s AND created_at > %(since)s",
        "DELETE FROM federated_identity WHERE person_id = %(id)s AND linked_at > %(since)s",
        "DELETE FROM recovery_code WHERE person_id = %(id)s AND created_at > %(since)s",
    ):
        await execute(connection, statement, values)
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
