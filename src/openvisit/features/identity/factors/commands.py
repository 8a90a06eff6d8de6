"""Setting up, changing and removing second factors; a new password while signed in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.errors import StepUpNeeded
from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record
from openvisit.features.identity import passwords
from openvisit.features.identity.factors import challenges, passkeys, policy, prove, recovery, totp, wire
from openvisit.features.identity.factors.challenges import RelyingParty
from openvisit.features.identity.factors.errors import FactorDemanded, NoFactor
from openvisit.features.identity.factors.gate import forget_tickets
from openvisit.features.identity.factors.notices import tell_later
from openvisit.features.identity.factors.step_up import proved
from openvisit.features.identity.sessions import end_others
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one
from openvisit.platform.rate_limits import spend


async def begin_totp(db: Database, vault: Vault, actor: Actor, *, now: datetime) -> wire.TotpSetUp:
    """A secret for an authenticator app; the one in use stays until a code of the new one comes."""
    async with db.transaction() as connection:
        account = await _address(connection, vault, actor.person_id)
        return await totp.begin(connection, vault, actor.person_id, account, now)


async def confirm_totp(
    db: Database, vault: Vault, tokens: TokenService, actor: Actor, code: str, *, now: datetime
) -> wire.FactorAdded:
    """Let the app count. Errors: NothingToConfirm, ProofWrong, TooManyRequests."""
    async with db.connection() as connection:
        await spend(connection, f"totp-confirm:{actor.person_id}", limit=20, window_seconds=600, now=now)
    async with db.transaction() as connection:
        await totp.confirm(connection, vault, actor.person_id, code, now)
        added = await _added(connection, vault, actor, "totp", ["otp"], now)
    tokens.changed(actor.person_id)
    return added


async def remove_totp(db: Database, tokens: TokenService, actor: Actor, *, now: datetime) -> None:
    """Forget the app. Errors: NoFactor when there is none, FactorDemanded when it is the last factor of a person whose
    clinic demands one."""
    async with db.transaction() as connection:
        await _lock(connection, actor.person_id)
        if not await totp.remove(connection, actor.person_id):
            raise NoFactor
        await _removed(connection, actor, "totp", now)
    tokens.changed(actor.person_id)


async def begin_passkey(db: Database, vault: Vault, rp: RelyingParty, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """What the browser makes a new passkey by. Errors: PasskeyLimit."""
    async with db.transaction() as connection:
        return await passkeys.registration_options(
            connection,
            rp,
            actor.person_id,
            actor.session_id,
            account=await _address(connection, vault, actor.person_id),
            full_name=actor.full_name,
            now=now,
        )


async def add_passkey(
    db: Database,
    vault: Vault,
    rp: RelyingParty,
    tokens: TokenService,
    actor: Actor,
    asked: wire.NewPasskey,
    *,
    now: datetime,
) -> wire.FactorAdded:
    """Keep a new passkey. Errors: PasskeyRefused, PasskeyLimit."""
    taken = await challenges.take(db, asked.passkey.response.client_data, "register", actor.session_id, now)
    async with db.transaction() as connection:
        await passkeys.register(connection, rp, actor.person_id, asked, taken, now=now)
        added = await _added(connection, vault, actor, "passkey", ["swk"], now)
    tokens.changed(actor.person_id)
    return added


async def rename_passkey(db: Database, actor: Actor, passkey_id: UUID, name: str) -> None:
    """Give a passkey another name. Errors: UnknownPasskey."""
    async with db.transaction() as connection:
        await passkeys.rename(connection, actor.person_id, passkey_id, name)


async def remove_passkey(db: Database, tokens: TokenService, actor: Actor, passkey_id: UUID, *, now: datetime) -> None:
    """Forget a passkey. Errors: UnknownPasskey, FactorDemanded as for `remove_totp`."""
    async with db.transaction() as connection:
        await _lock(connection, actor.person_id)
        await passkeys.remove(connection, actor.person_id, passkey_id)
        await _removed(connection, actor, "passkey", now)
    tokens.changed(actor.person_id)


async def renew_recovery_codes(db: Database, vault: Vault, actor: Actor, *, now: datetime) -> wire.RecoveryCodes:
    """New codes; the old ones are good no more. Errors: NoFactor when there is nothing to recover."""
    async with db.transaction() as connection:
        await _lock(connection, actor.person_id)
        if not (await prove.held(connection, actor.person_id)).factor:
            raise NoFactor
        codes = await recovery.renew(connection, vault, actor.person_id, now)
        await tell_later(connection, actor.person_id, "recovery_codes_renewed", now)
        await _record(connection, actor, now, {"renewed": "recovery-codes"})
    return wire.RecoveryCodes(codes)


async def change_password(
    db: Database,
    vault: Vault,
    tokens: TokenService,
    actor: Actor,
    asked: wire.PasswordChange,
    *,
    fresh: bool,
    now: datetime,
) -> None:
    """Choose another password; every other session ends and the person is told by mail.

    The password in use is asked for; a person who has none, and one with a second factor, must have proved who they
    are a short while ago (`fresh`). Errors: StepUpNeeded, ProofWrong, Invalid, TooManyRequests, Unavailable.
    """
    async with db.connection() as connection:
        has = await prove.held(connection, actor.person_id)
        address = await _address(connection, vault, actor.person_id)
    passwords.check_choice(asked.password, address)
    if not fresh and (has.factor or not has.password):
        raise StepUpNeeded
    if has.password:
        given = wire.Proof("password", asked.current or "")
        weighed = await prove.weigh(db, vault, actor.person_id, given, "step-up", actor.session_id, now=now)
    password_hash = await passwords.hash_of(asked.password)
    async with db.transaction() as connection:
        if has.password:
            await prove.take_guess_back(connection, vault, weighed.person_id)
        await execute(
            connection,
            "UPDATE person SET password_hash = %(hash)s, version = version + 1 WHERE id = %(id)s",
            {"hash": password_hash, "id": actor.person_id},
        )
        await end_others(connection, actor.person_id, actor.session_id, "password-change", now)
        await forget_tickets(connection, actor.person_id)
        if not has.factor:
            await proved(connection, actor, ["pwd"], now)
        await tell_later(connection, actor.person_id, "password_changed", now)
        await _record(connection, actor, now, {"changed": ["password"]})
    tokens.changed(actor.person_id)


async def _added(
    connection: Connection, vault: Vault, actor: Actor, kind: str, amr: list[str], now: datetime
) -> wire.FactorAdded:
    """What follows a new factor: the session is as good as one signed in with it, and the first brings codes."""
    codes = None
    if not await recovery.left(connection, actor.person_id):
        codes = await recovery.renew(connection, vault, actor.person_id, now)
    await proved(connection, actor, [*amr, "mfa"], now)
    await execute(connection, "UPDATE session SET enrolling = false WHERE id = %(id)s", {"id": actor.session_id})
    await tell_later(connection, actor.person_id, f"{kind}_added", now)
    await _record(connection, actor, now, {"added": kind})
    return wire.FactorAdded(codes)


async def _removed(connection: Connection, actor: Actor, kind: str, now: datetime) -> None:
    if not (await prove.held(connection, actor.person_id)).factor:
        if await policy.deadline(connection, actor.person_id) is not None:
            raise FactorDemanded
        await recovery.forget(connection, actor.person_id)
    await tell_later(connection, actor.person_id, f"{kind}_removed", now)
    await _record(connection, actor, now, {"removed": kind})


async def _record(connection: Connection, actor: Actor, now: datetime, what: dict[str, Any]) -> None:
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="security:edit",
        thing="person",
        thing_id=actor.person_id,
        data=what,
    )


async def _lock(connection: Connection, person_id: UUID) -> None:
    """Two removals at once must not take the last two factors."""
    await execute(connection, "SELECT FROM person WHERE id = %(id)s FOR UPDATE", {"id": person_id})


async def _address(connection: Connection, vault: Vault, person_id: UUID) -> str:
    row: Row | None = await fetch_one(connection, "SELECT email FROM person WHERE id = %(id)s", {"id": person_id})
    assert row is not None  # noqa: S101 - the actor is there
    return (await vault.keys(connection, person_id)).open(bytes(row["email"]), "person.email", person_id)
