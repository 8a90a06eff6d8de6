"""Proving oneself again before a sensitive act."""

from datetime import datetime, timedelta
from typing import Any

from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record
from openvisit.features.identity import codes
from openvisit.features.identity.factors import passkeys, prove, wire
from openvisit.features.identity.factors.challenges import RelyingParty
from openvisit.features.identity.factors.errors import NoFactor, ProofWrong
from openvisit.features.identity.rules import Attempts
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, execute


async def ways(connection: Connection, actor: Actor, span: timedelta) -> wire.StepUpWays:
    """How the actor can prove who they are, and until when the last proof counts."""
    until = actor.authenticated_at + span if actor.authenticated_at else None
    return wire.StepUpWays((await prove.held(connection, actor.person_id)).ways, until)


async def options(db: Database, rp: RelyingParty, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """What the browser asks for one of the actor's passkeys by."""
    async with db.transaction() as connection:
        return await passkeys.assertion_options(
            connection, rp, "step-up", person_id=actor.person_id, bound_to=actor.session_id, now=now
        )


async def mail_code(db: Database, actor: Actor, attempts: Attempts) -> None:
    """Mail a code to a person who has neither password nor factor. Errors: NoFactor when they have one."""
    async with db.transaction() as connection:
        if "mailed-code" not in (await prove.held(connection, actor.person_id)).ways:
            raise NoFactor("Use your password or your second factor")
        if await attempts.code_is_due(f"step-up {actor.person_id}"):
            await codes.mail_later(connection, actor.person_id, "step-up")


async def step_up(
    db: Database,
    vault: Vault,
    rp: RelyingParty,
    tokens: TokenService,
    actor: Actor,
    proof: wire.Proof,
    *,
    now: datetime,
) -> None:
    """Note in the session that the person proved who they are. Errors: ProofWrong, TooManyRequests."""
    async with db.connection() as connection:
        if proof.kind not in (await prove.held(connection, actor.person_id)).ways:
            raise ProofWrong("This is not how you prove who you are here")
    weighed = await prove.weigh(db, vault, actor.person_id, proof, "step-up", actor.session_id, now=now)
    async with db.transaction() as connection:
        amr = await prove.accept(connection, vault, rp, weighed, now=now)
        await proved(connection, actor, amr, now)
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="session:open",
            thing="session",
            thing_id=actor.session_id,
            data={"step_up": proof.kind},
        )
    tokens.changed(actor.person_id)


async def proved(connection: Connection, actor: Actor, amr: list[str], now: datetime) -> None:
    """Write the proof into the session, in the caller's transaction; call `tokens.changed` after it."""
    await execute(
        connection,
        """UPDATE session SET authenticated_at = %(now)s,
                  amr = ARRAY(SELECT DISTINCT unnest(amr || %(amr)s::text[]))
           WHERE id = %(id)s""",
        {"id": actor.session_id, "now": now, "amr": amr},
    )
