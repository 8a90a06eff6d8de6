"""Opening an account: asked for by anybody for any address, given to whoever holds the mailbox.

Nothing that registration asks for takes effect before the mailed code comes back; until then it waits beside the code.
When an address that is not proved yet is registered twice and not alike, somebody may be trying to slip their
password under another's code. Then the password counts only if the code comes from the browser that registered last
(it has a cookie); from elsewhere the code signs in, and leaves the account without a password until one is chosen.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from openvisit.core.errors import Invalid
from openvisit.core.ids import new_id
from openvisit.core.wallclock import is_zone
from openvisit.features.audit.commands import record
from openvisit.features.identity import codes, passwords, wire
from openvisit.features.identity.addresses import normalise
from openvisit.features.identity.rules import Attempts
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one

REMEMBERED_FOR = timedelta(days=1)  # after the code has expired


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a person row starts with."""

    email: str  # normalised
    full_name: str
    time_zone: str = "UTC"
    language: str = "en"
    phone: str | None = None


async def register(
    db: Database, vault: Vault, attempts: Attempts, asked: wire.Registration, *, browser: str, now: datetime
) -> None:
    """Take a registration and mail a code; mail a person with an account that they have one.

    Whether the address is known shows neither in the answer nor in its time: each way hashes one password, checks
    one, and ends in one transaction with a job. `browser` is the secret given to this browser as a cookie.
    Errors: Invalid, TooManyRequests.
    """
    email = normalise(asked.email)
    passwords.check_choice(asked.password, email, asked.full_name)
    check_zone(asked.time_zone)
    await attempts.spend("register", email)
    due = await attempts.code_is_due(email)
    index = vault.address_index(email)
    async with db.connection() as connection:
        waiting = await fetch_one(
            connection,
            """SELECT c.registration ->> 'password_hash' AS password_hash
               FROM person p JOIN email_code c ON c.person_id = p.id AND c.purpose = 'register'
               WHERE p.email_index = %(index)s""",
            {"index": index},
        )
    password_hash = await passwords.hash_of(asked.password)
    before: str | None = waiting["password_hash"] if waiting else None
    alike = await passwords.matches(before, asked.password)
    account = NewAccount(email, asked.full_name.strip(), asked.time_zone, asked.language)
    async with db.transaction() as connection:
        person = await _person(connection, vault, account, index, now)
        if person["verified_at"] is None:
            await _wait_for_code(
                connection, person["id"], account, password_hash, before if alike else None, browser, now
            )
        purpose = "register" if person["verified_at"] is None else "known"
        await record(
            connection,
            at=now,
            actor_id=None,
            action="account:open",
            thing="person",
            thing_id=person["id"],
            data={"purpose": purpose},
        )
        if due:
            await codes.mail_later(connection, person["id"], purpose)


def effective(found: Row, browser: str | None) -> dict[str, Any] | None:
    """What of a registration takes effect with its code; None when it is contested and the browser another's."""
    if found["registration"] is None:
        return None
    proved = browser is not None and secrets.compare_digest(bytes(found["browser_hash"]), digest(browser))
    if found["contested"] and not proved:
        return None
    registration: dict[str, Any] = found["registration"]
    return registration


async def insert_person(
    connection: Connection, vault: Vault, account: NewAccount, index: bytes, now: datetime
) -> UUID | None:
    """A new person, unverified and without a password; None when the address has one already."""
    id_ = new_id()
    keys, data_key = vault.new(id_)
    row = await fetch_one(
        connection,
        """WITH added AS (
               INSERT INTO person (id, email, email_index, phone, full_name, time_zone, language, created_at)
               VALUES (%(id)s, %(email)s, %(index)s, %(phone)s, %(full_name)s, %(time_zone)s, %(language)s, %(now)s)
               ON CONFLICT (email_index) DO NOTHING RETURNING id)
           INSERT INTO keyring.data_key (owner, wrapped) SELECT id, %(data_key)s FROM added RETURNING owner""",
        {
            "id": id_,
            "email": keys.seal(account.email, "person.email", id_),
            "index": index,
            "phone": keys.seal(account.phone, "person.phone", id_) if account.phone else None,
            "full_name": account.full_name,
            "time_zone": account.time_zone,
            "language": account.language,
            "now": now,
            "data_key": data_key,
        },
    )
    return id_ if row else None


async def ensure_patient(connection: Connection, person_id: UUID, now: datetime) -> UUID:
    """The patient that the person is; made when they were none yet."""
    row = await fetch_one(
        connection,
        """INSERT INTO patient (id, person_id, created_at) VALUES (%(id)s, %(person_id)s, %(now)s)
           ON CONFLICT (person_id) DO UPDATE SET person_id = excluded.person_id RETURNING id""",
        {"id": new_id(), "person_id": person_id, "now": now},
    )
    assert row is not None  # noqa: S101 - either branch returns the row
    id_: UUID = row["id"]
    return id_


def check_zone(name: str) -> None:
    """Errors: Invalid for a time zone that is not in the IANA database."""
    if not is_zone(name):
        raise Invalid(
            "This time zone is not known", errors=[{"path": "body.time_zone", "message": "not an IANA time zone"}]
        )


def digest(secret: str) -> bytes:
    """What is stored of a secret with 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()


async def _person(connection: Connection, vault: Vault, account: NewAccount, index: bytes, now: datetime) -> Row:
    added = await insert_person(connection, vault, account, index, now)
    if added is not None:
        await ensure_patient(connection, added, now)
    row = await fetch_one(
        connection, "SELECT id, verified_at FROM person WHERE email_index = %(index)s", {"index": index}
    )
    assert row is not None  # noqa: S101 - inserted, or there before
    return row


async def _wait_for_code(
    connection: Connection,
    person_id: UUID,
    account: NewAccount,
    password_hash: str,
    same_as: str | None,
    browser: str,
    now: datetime,
) -> None:
    """Keep the registration beside its code. `same_as` is the waiting password's hash if it is the same password; any
    other registration waiting, or an invitation, makes this one contested."""
    registration = {
        "full_name": account.full_name,
        "time_zone": account.time_zone,
        "language": account.language,
        "password_hash": password_hash,
    }
    await execute(
        connection,
        """INSERT INTO email_code (person_id, purpose, expires_at, registration, browser_hash, contested)
           SELECT %(person_id)s, 'register', %(expires_at)s, %(registration)s, %(browser)s,
                  EXISTS (SELECT FROM email_code WHERE person_id = %(person_id)s AND purpose = 'invite')
           ON CONFLICT (person_id, purpose) DO UPDATE SET
               registration = excluded.registration,
               browser_hash = excluded.browser_hash,
               contested = excluded.contested
                   OR email_code.expires_at > %(forgotten)s
                      AND email_code.registration IS NOT NULL
                      AND (email_code.contested
                           OR email_code.registration ->> 'password_hash' IS DISTINCT FROM %(same_as)s)""",
        {
            "person_id": person_id,
            "expires_at": now + codes.LIFE["register"],
            "registration": Jsonb(registration),
            "browser": digest(browser),
            "forgotten": now - REMEMBERED_FOR,
            "same_as": same_as,
        },
    )
