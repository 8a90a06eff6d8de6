"""Accounts: proving the address, signing in, a new password, one's own details."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from openvisit.core.errors import Invalid, InvalidCredentials
from openvisit.core.ids import new_id
from openvisit.core.permissions import STAFF, USUAL_SCOPES, Actor
from openvisit.features.audit.commands import record
from openvisit.features.identity import codes, failed_attempts, passwords, wire
from openvisit.features.identity.addresses import normalise
from openvisit.features.identity.errors import CodeInvalid, NotVerified
from openvisit.features.identity.factors.gate import FactorDue, enter, forget_tickets
from openvisit.features.identity.factors.notices import tell_later
from openvisit.features.identity.origins import Origin
from openvisit.features.identity.registration import (
    NewAccount,
    check_zone,
    effective,
    ensure_patient,
    insert_person,
)
from openvisit.features.identity.rules import Attempts, SignInRules
from openvisit.features.identity.sessions import Opened, end_all_sessions
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one


async def verify(
    db: Database,
    vault: Vault,
    rules: SignInRules,
    attempts: Attempts,
    asked: wire.Verification,
    *,
    browser: str | None,
    origin: Origin,
    now: datetime,
) -> Opened | FactorDue:
    """Prove an address by its code, and sign in. What was asked for at registration takes effect.

    Errors: CodeInvalid, Invalid, TooManyRequests.
    """
    email = normalise(asked.email)
    if asked.password is not None:
        passwords.check_choice(asked.password, email)
    await attempts.spend("verify", email)
    found = await _code(db, vault, email, ["register", "invite"], asked.code, now)
    person_id: UUID = found["person_id"]
    registration = effective(found, browser) or {}
    if asked.password is not None:
        passwords.check_choice(asked.password, email, await _name(db, person_id))
    chosen = await passwords.hash_of(asked.password) if asked.password else registration.get("password_hash")
    async with db.transaction() as connection:
        await codes.use_up(connection, found)
        await execute(
            connection,
            """UPDATE person SET verified_at = coalesce(verified_at, %(now)s),
                      password_hash = coalesce(%(password_hash)s, password_hash),
                      full_name = coalesce(%(full_name)s, full_name),
                      time_zone = coalesce(%(time_zone)s, time_zone),
                      language = coalesce(%(language)s, language),
                      version = version + 1
               WHERE id = %(id)s""",
            {
                "id": person_id,
                "now": now,
                "password_hash": chosen,
                "full_name": registration.get("full_name"),
                "time_zone": registration.get("time_zone"),
                "language": registration.get("language"),
            },
        )
        if found["purpose"] == "register":
            await ensure_patient(connection, person_id, now)
        return await enter(connection, person_id, amr=["email"], origin=origin, days=rules.refresh_days, now=now)


async def resend(db: Database, vault: Vault, attempts: Attempts, address: str) -> None:
    """Mail a new code to a person who has not proved their address; nobody else hears anything.

    Errors: Invalid, TooManyRequests.
    """
    email = normalise(address)
    await attempts.spend("resend", email)
    if not await attempts.code_is_due(email):
        return
    async with db.transaction() as connection:
        row = await fetch_one(
            connection,
            """SELECT p.id, coalesce(min(c.purpose) FILTER (WHERE c.registration IS NULL), 'register') AS purpose
               FROM person p LEFT JOIN email_code c ON c.person_id = p.id AND c.purpose IN ('register', 'invite')
               WHERE p.email_index = %(index)s GROUP BY p.id""",
            {"index": vault.address_index(email)},
        )
        # For an unknown address too, so that the answer takes as long: the worker finds nobody and sends nothing.
        await codes.mail_later(connection, row["id"] if row else new_id(), row["purpose"] if row else "register")


async def login(
    db: Database,
    vault: Vault,
    rules: SignInRules,
    attempts: Attempts,
    asked: wire.Credentials,
    *,
    origin: Origin,
    now: datetime,
) -> Opened | FactorDue:
    """Sign in by password, or begin to where a second factor is due. An unknown address costs the same work as a
    wrong password.

    Errors: InvalidCredentials; NotVerified (and a new code is mailed) when the password is the right one but the
    address is not proved; Invalid, TooManyRequests, Unavailable.
    """
    email = normalise(asked.email)
    await attempts.spend("login", email)
    person = await _with_password(db, vault, email)
    stored: str | None = person["password_hash"] if person else None
    if not await passwords.matches(stored, asked.password) or person is None or not person["active"]:
        known: UUID | None = person["id"] if person else None
        await failed_attempts.note(db, vault, known, email, failed_attempts.FIRST_FACTOR, now)
        raise InvalidCredentials
    if person["verified_at"] is None:
        if await attempts.code_is_due(email):
            async with db.transaction() as connection:
                await codes.mail_later(connection, person["id"], "register")
        raise NotVerified
    fresh = await passwords.hash_of(asked.password) if passwords.needs_rehash(stored or "") else None
    async with db.transaction() as connection:
        await _still_good(connection, person["id"], stored, asked.password, fresh)
        return await enter(connection, person["id"], amr=["pwd"], origin=origin, days=rules.refresh_days, now=now)


async def _still_good(
    connection: Connection, person_id: UUID, checked: str | None, password: str, fresh: str | None
) -> None:
    """Hold on to the password that was checked until the session stands, and keep its hash anew.

    While it was checked, a reset may have replaced it and ended every session: one opened now would outlive that. The
    lock lets the reset wait for this session, and end it too. Errors: InvalidCredentials.
    """
    row = await fetch_one(
        connection, "SELECT password_hash FROM person WHERE id = %(id)s AND active FOR UPDATE", {"id": person_id}
    )
    now_stored = row["password_hash"] if row else None
    if now_stored != checked and not await passwords.matches(now_stored, password):
        raise InvalidCredentials
    if fresh is not None:
        await execute(
            connection,
            "UPDATE person SET password_hash = %(fresh)s WHERE id = %(id)s",
            {"fresh": fresh, "id": person_id},
        )


async def forgot(db: Database, vault: Vault, attempts: Attempts, address: str) -> None:
    """Mail a code to choose a new password, if there is such a person. Errors: Invalid, TooManyRequests."""
    email = normalise(address)
    await attempts.spend("forgot", email)
    if not await attempts.code_is_due(email):
        return
    person_id = await _person_id(db, vault, email)
    async with db.transaction() as connection:
        # For nobody too, as in `resend`.
        await codes.mail_later(connection, person_id or new_id(), "reset")


async def reset(
    db: Database,
    vault: Vault,
    rules: SignInRules,
    attempts: Attempts,
    tokens: TokenService,
    asked: wire.PasswordReset,
    *,
    origin: Origin,
    now: datetime,
) -> Opened | FactorDue:
    """Choose a new password by a mailed code, which also proves the address; every other session ends.

    Errors: CodeInvalid, Invalid, TooManyRequests.
    """
    email = normalise(asked.email)
    passwords.check_choice(asked.password, email)
    await attempts.spend("reset", email)
    found = await _code(db, vault, email, ["reset"], asked.code, now)
    person_id: UUID = found["person_id"]
    passwords.check_choice(asked.password, email, await _name(db, person_id))
    password_hash = await passwords.hash_of(asked.password)
    async with db.transaction() as connection:
        await codes.use_up(connection, found)
        await execute(
            connection,
            """UPDATE person SET password_hash = %(hash)s, verified_at = coalesce(verified_at, %(now)s),
                      version = version + 1
               WHERE id = %(id)s""",
            {"hash": password_hash, "now": now, "id": person_id},
        )
        await end_all_sessions(connection, person_id, "password-reset", now)
        await forget_tickets(connection, person_id)
        await tell_later(connection, person_id, "password_chosen_anew", now)
        await record(
            connection,
            at=now,
            actor_id=person_id,
            action="me:edit",
            thing="person",
            thing_id=person_id,
            data={"changed": ["password"]},
        )
        entered = await enter(connection, person_id, amr=["email"], origin=origin, days=rules.refresh_days, now=now)
    tokens.changed(person_id)
    return entered


async def change_me(
    db: Database, tokens: TokenService, actor: Actor, changes: wire.UserChanges, *, now: datetime
) -> None:
    """Change one's own name, time zone or language. Errors: Invalid."""
    if changes.time_zone is not None:
        check_zone(changes.time_zone)
    named = {
        "full_name": changes.full_name.strip() if changes.full_name else None,
        "time_zone": changes.time_zone,
        "language": changes.language,
    }
    changed = [name for name, value in named.items() if value is not None]
    if not changed:
        return
    async with db.transaction() as connection:
        await execute(
            connection,
            """UPDATE person SET full_name = coalesce(%(full_name)s, full_name),
                      time_zone = coalesce(%(time_zone)s, time_zone),
                      language = coalesce(%(language)s, language), version = version + 1
               WHERE id = %(id)s""",
            {**named, "id": actor.person_id},
        )
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="me:edit",
            thing="person",
            thing_id=actor.person_id,
            data={"changed": changed},
        )
    tokens.changed(actor.person_id)


async def create_account(
    connection: Connection,
    vault: Vault,
    *,
    email: str,
    full_name: str,
    password: str | None,
    now: datetime,
    verified: bool = True,
    patient: bool = False,
    roles: Mapping[UUID, Collection[str]] | None = None,
    time_zone: str = "UTC",
    language: str = "en",
    password_hash: str | None = None,
    staff_scopes: Collection[str] = USUAL_SCOPES,
) -> UUID:
    """An account made by the operator or the seed, in the caller's transaction; the answer is the person's id.

    `roles` maps clinics to roles, `staff_scopes` are those of `staff`. `password_hash` (of `passwords.hash_of`) spares
    the hashing of a password that many accounts share. Errors: Invalid, also when the address has an account already.
    """
    address = normalise(email)
    check_zone(time_zone)
    if password is not None:
        passwords.check_choice(password, address, full_name)
        password_hash = await passwords.hash_of(password)
    account = NewAccount(address, full_name.strip(), time_zone, language)
    person_id = await insert_person(connection, vault, account, vault.address_index(address), now)
    if person_id is None:
        raise Invalid("There is an account with this address already")
    await execute(
        connection,
        "UPDATE person SET password_hash = %(hash)s, verified_at = %(verified_at)s WHERE id = %(id)s",
        {"hash": password_hash, "verified_at": now if verified else None, "id": person_id},
    )
    if patient:
        await ensure_patient(connection, person_id, now)
    for clinic_id, held in (roles or {}).items():
        for role in held:
            await execute(
                connection,
                """INSERT INTO role (person_id, clinic_id, role, scopes, granted_at)
                   VALUES (%(person_id)s, %(clinic_id)s, %(role)s, %(scopes)s, %(now)s)""",
                {
                    "person_id": person_id,
                    "clinic_id": clinic_id,
                    "role": role,
                    "scopes": list(staff_scopes) if role == STAFF else [],
                    "now": now,
                },
            )
    await record(connection, at=now, actor_id=None, action="account:open", thing="person", thing_id=person_id)
    return person_id


async def _code(db: Database, vault: Vault, email: str, purposes: list[str], code: str, now: datetime) -> Row:
    """The row of the code mailed to this address; a wrong one counts as a failed attempt. Errors: CodeInvalid."""
    known = await _person_id(db, vault, email)
    try:
        # Nobody's code is as wrong as a wrong one.
        return await codes.check(db, vault, known or new_id(), purposes, code, now)
    except CodeInvalid:
        await failed_attempts.note(db, vault, known, email, failed_attempts.FIRST_FACTOR, now)
        raise


async def _person_id(db: Database, vault: Vault, email: str) -> UUID | None:
    async with db.connection() as connection:
        row = await fetch_one(
            connection,
            "SELECT id FROM person WHERE email_index = %(index)s AND active",
            {"index": vault.address_index(email)},
        )
    return row["id"] if row else None


async def _name(db: Database, person_id: UUID) -> str:
    """The name of somebody whose code was right: nobody else learns what it is from a password's refusal."""
    async with db.connection() as connection:
        row = await fetch_one(connection, "SELECT full_name FROM person WHERE id = %(id)s", {"id": person_id})
    return row["full_name"] if row else ""


async def _with_password(db: Database, vault: Vault, email: str) -> Row | None:
    """The person with the hash their password is checked against; before verification that of the registration."""
    async with db.connection() as connection:
        return await fetch_one(
            connection,
            """SELECT p.id, p.active, p.verified_at,
                      coalesce(p.password_hash, CASE WHEN p.verified_at IS NULL
                                                THEN c.registration ->> 'password_hash' END) AS password_hash
               FROM person p LEFT JOIN email_code c ON c.person_id = p.id AND c.purpose = 'register'
               WHERE p.email_index = %(index)s""",
            {"index": vault.address_index(email)},
        )
