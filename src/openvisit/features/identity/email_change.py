"""Another e-mail address for an account: asked for by the person, given once the new mailbox brought a code, told to
both mailboxes, and undone from the old one for a week.

Whether the new address has an account shows in nothing the asker sees: its owner is mailed instead of a code.
"""

from datetime import datetime
from uuid import UUID

from psycopg.errors import UniqueViolation

from openvisit.core.errors import Conflict, Invalid
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record
from openvisit.features.identity import codes, links
from openvisit.features.identity.addresses import normalise
from openvisit.features.identity.errors import AddressInUse, CodeInvalid
from openvisit.features.identity.rules import Attempts
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one
from openvisit.platform.jobs import defer

PURPOSE = "email"


async def ask(db: Database, vault: Vault, attempts: Attempts, actor: Actor, address: str, *, now: datetime) -> None:
    """Mail a code to the new address; what was asked for before is forgotten. Errors: Invalid, TooManyRequests."""
    email = normalise(address)
    await attempts.spend("email-change", str(actor.person_id))
    due = await attempts.code_is_due(email) and await attempts.code_is_due(f"email change {actor.person_id}")
    change_id, index = new_id(), vault.address_index(email)
    async with db.transaction() as connection:
        person = await _person(connection, actor.person_id)
        if bytes(person["email_index"]) == index:
            raise Invalid("This is your address already", errors=[{"path": "body.email", "message": "in use by you"}])
        keys = await vault.keys(connection, actor.person_id)
        # The code of an address asked for before must not prove this one. The worker locks the row it writes a code
        # for, so that it finds the row gone or this finds the code.
        await execute(
            connection,
            "DELETE FROM email_change WHERE person_id = %(id)s AND done_at IS NULL",
            {"id": actor.person_id},
        )
        await execute(
            connection,
            "DELETE FROM email_code WHERE person_id = %(id)s AND purpose = %(purpose)s",
            {"id": actor.person_id, "purpose": PURPOSE},
        )
        old = keys.open(person["email"], "person.email", actor.person_id)
        await execute(
            connection,
            """INSERT INTO email_change (id, person_id, old_email, old_index, new_email, new_index, asked_at)
               VALUES (%(id)s, %(person_id)s, %(old)s, %(old_index)s, %(new)s, %(new_index)s, %(now)s)""",
            {
                "id": change_id,
                "person_id": actor.person_id,
                "old": keys.seal(old, "email_change.old_email", change_id),
                "old_index": person["email_index"],
                "new": keys.seal(email, "email_change.new_email", change_id),
                "new_index": index,
                "now": now,
            },
        )
        await _record(connection, actor.person_id, now, "address-asked")
        if due:
            await defer(connection, "identity:send_email_code", queue="mail", args={"change_id": str(change_id)})


async def confirm(
    db: Database, vault: Vault, tokens: TokenService, attempts: Attempts, actor: Actor, code: str, *, now: datetime
) -> None:
    """Take the new address into use, by the code mailed to it. Both addresses are told.

    Errors: CodeInvalid, also when the address got an account in the meantime; TooManyRequests.
    """
    await attempts.spend("email-code", str(actor.person_id))
    found = await codes.check(db, vault, actor.person_id, [PURPOSE], code, now)
    try:
        async with db.transaction() as connection:
            await codes.use_up(connection, found)
            change = await _pending(connection, actor.person_id)
            keys = await vault.keys(connection, actor.person_id)
            new = keys.open(change["new_email"], "email_change.new_email", change["id"])
            await _take(
                connection, actor.person_id, keys.seal(new, "person.email", actor.person_id), change["new_index"]
            )
            await execute(
                connection, "UPDATE email_change SET done_at = %(now)s WHERE id = %(id)s", {**change, "now": now}
            )
            await _record(connection, actor.person_id, now, "address")
            for which in ("old", "new"):
                args = {"change_id": str(change["id"]), "which": which}
                await defer(connection, "identity:tell_email_changed", queue="mail", args=args)
    except UniqueViolation:
        raise CodeInvalid from None
    tokens.changed(actor.person_id)


async def undo(db: Database, vault: Vault, tokens: TokenService, secret: str, *, now: datetime) -> None:
    """Bring the old address back by the link mailed to it, and lock out whoever changed it (`links.lock_out`).

    Somebody who registered the old address in the meantime without proving it gives way.
    Errors: LinkInvalid; AddressInUse when the address belongs to a proved account by now.
    """
    try:
        async with db.transaction() as connection:
            link = await links.use(connection, secret, "undo-email", now)
            person_id: UUID = link["person_id"]
            change = await fetch_one(
                connection, "SELECT * FROM email_change WHERE id = %(id)s FOR UPDATE", {"id": link["email_change_id"]}
            )
            assert change is not None  # noqa: S101 - the link refers to it
            await _set_aside(connection, vault, change["old_index"], person_id)
            keys = await vault.keys(connection, person_id)
            old = keys.open(change["old_email"], "email_change.old_email", change["id"])
            await _take(connection, person_id, keys.seal(old, "person.email", person_id), change["old_index"])
            await execute(
                connection,
                """UPDATE email_change SET undone_at = %(now)s
                   WHERE person_id = %(person_id)s AND asked_at >= %(asked_at)s AND undone_at IS NULL""",
                {**change, "now": now},
            )
            await links.lock_out(connection, link, "undo-email", now)
    except UniqueViolation:
        raise AddressInUse from None
    tokens.changed(person_id)


async def _person(connection: Connection, person_id: UUID) -> Row:
    row = await fetch_one(
        connection, "SELECT email, email_index FROM person WHERE id = %(id)s FOR UPDATE", {"id": person_id}
    )
    if row is None:
        raise Conflict
    return row


async def _pending(connection: Connection, person_id: UUID) -> Row:
    row = await fetch_one(
        connection,
        "SELECT * FROM email_change WHERE person_id = %(id)s AND done_at IS NULL FOR UPDATE",
        {"id": person_id},
    )
    if row is None:
        raise CodeInvalid
    return row


async def _take(connection: Connection, person_id: UUID, sealed: bytes, index: bytes) -> None:
    """Errors: UniqueViolation when another account has the address."""
    await execute(
        connection,
        "UPDATE person SET email = %(email)s, email_index = %(index)s, version = version + 1 WHERE id = %(id)s",
        {"id": person_id, "email": sealed, "index": index},
    )


async def _set_aside(connection: Connection, vault: Vault, index: bytes, owner: UUID) -> None:
    row = await fetch_one(
        connection,
        """SELECT id FROM person WHERE email_index = %(index)s AND id <> %(owner)s AND verified_at IS NULL
           FOR UPDATE""",
        {"index": index, "owner": owner},
    )
    if row is not None:
        await execute(connection, "DELETE FROM email_code WHERE person_id = %(id)s", row)
        await execute(
            connection,
            "UPDATE person SET email_index = %(index)s WHERE id = %(id)s",
            {"id": row["id"], "index": vault.blind_index(f"set aside {row['id']}")},
        )


async def _record(connection: Connection, person_id: UUID, now: datetime, what: str) -> None:
    await record(
        connection,
        at=now,
        actor_id=person_id,
        action="security:edit",
        thing="person",
        thing_id=person_id,
        data={"changed": [what]},
    )
