"""What follows the first factor: a session, or a ticket for the second.

Whoever has checked a password, a mailed code or an identity provider's word calls `enter`, in the transaction of that
check, and answers by `edge.entered`. A ticket is good once, for five minutes, for five tries, and only in the browser
that gave the first factor, which has a cookie for it.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openvisit.core.ids import new_id
from openvisit.features.audit.commands import record
from openvisit.features.identity import failed_attempts
from openvisit.features.identity.factors import passkeys, policy, prove, resets, wire
from openvisit.features.identity.factors.challenges import RelyingParty, take
from openvisit.features.identity.factors.errors import PasskeyUnknown, ProofWrong, TicketInvalid
from openvisit.features.identity.federation.sessions import tie_by_ticket
from openvisit.features.identity.origins import Origin
from openvisit.features.identity.sessions import Opened, open_session
from openvisit.features.identity.tokens import Session
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one

LIFE = timedelta(minutes=5)
TRIES = 5


@dataclass(frozen=True, slots=True)
class FactorDue:
    """A second factor is due: the ticket for it, the secret of the browser's cookie, and which factors will do."""

    ticket: str
    browser: str
    factors: list[wire.FactorKind]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a session stands to what the person's clinics demand: it may do nothing but set up a factor, or the person
    has until `due_at` to do so."""

    enrolling: bool
    due_at: datetime | None


async def after_first_factor(
    connection: Connection, person_id: UUID, *, amr: Sequence[str], now: datetime
) -> FactorDue | Standing:
    """Whether a second factor is due after the first, which was proved by `amr` (RFC 8176), in the caller's
    transaction. A passkey that verified its user (`mfa`) is both."""
    has = await prove.held(connection, person_id)
    if has.factor and "mfa" not in amr:
        return await _ticket(connection, person_id, amr, has.factors, now)
    return await _standing(connection, person_id, has, now)


async def enter(
    connection: Connection, person_id: UUID, *, amr: Sequence[str], origin: Origin, days: int, now: datetime
) -> Opened | FactorDue:
    """Open a session for who gave the first factor, or say that a second is due, in the caller's transaction."""
    found = await after_first_factor(connection, person_id, amr=amr, now=now)
    if isinstance(found, FactorDue):
        return found
    return await open_session(
        connection, person_id, now=now, days=days, amr=amr, origin=origin, enrolling=found.enrolling
    )


async def complete(
    db: Database,
    vault: Vault,
    rp: RelyingParty,
    asked: wire.FactorProof,
    *,
    browser: str | None,
    origin: Origin,
    days: int,
    now: datetime,
) -> Opened:
    """Open the session of a sign-in that was begun, by its second factor.

    Errors: TicketInvalid, ProofWrong, TooManyRequests.
    """
    async with db.connection() as connection:  # counted whatever follows, so that parallel guesses count too
        ticket = await fetch_one(
            connection,
            """UPDATE factor_ticket SET attempts = attempts + 1
               WHERE ticket_hash = %(ticket)s AND browser_hash = %(browser)s AND expires_at > %(now)s
                     AND attempts < %(tries)s
               RETURNING *""",
            {**_hashes(asked.ticket, browser), "now": now, "tries": TRIES},
        )
        if ticket is None:
            raise TicketInvalid
        if asked.proof.kind not in (await prove.held(connection, ticket["person_id"])).factors:
            raise ProofWrong
    try:
        weighed = await prove.weigh(db, vault, ticket["person_id"], asked.proof, "factor", ticket["id"], now=now)
        async with db.transaction() as connection:
            await _use_up(connection, ticket)
            amr = await prove.accept(connection, vault, rp, weighed, now=now)
            await resets.end_by_sign_in(connection, ticket["person_id"], now)
            opened = await open_session(
                connection,
                ticket["person_id"],
                now=now,
                days=days,
                amr=sorted({*ticket["amr"], *amr, "mfa"}),
                origin=origin,
            )
            await tie_by_ticket(connection, vault, bytes(ticket["ticket_hash"]), opened.session)
            return opened
    except ProofWrong:
        person_id: UUID = ticket["person_id"]
        await failed_attempts.note(db, vault, person_id, "", failed_attempts.SECOND_FACTOR, now)
        raise


async def options(db: Database, rp: RelyingParty, ticket: str, *, browser: str | None, now: datetime) -> dict[str, Any]:
    """What the browser asks for a passkey by, for a sign-in that was begun. Errors: TicketInvalid."""
    async with db.transaction() as connection:
        row = await fetch_one(
            connection,
            """SELECT id, person_id FROM factor_ticket
               WHERE ticket_hash = %(ticket)s AND browser_hash = %(browser)s AND expires_at > %(now)s
                     AND attempts < %(tries)s""",
            {**_hashes(ticket, browser), "now": now, "tries": TRIES},
        )
        if row is None:
            raise TicketInvalid
        return await passkeys.assertion_options(
            connection, rp, "factor", person_id=row["person_id"], bound_to=row["id"], now=now
        )


async def passkey_options(db: Database, rp: RelyingParty, *, now: datetime) -> dict[str, Any]:
    """What the browser asks for a passkey by, to sign in by it alone: the same for everybody."""
    async with db.transaction() as connection:
        return await passkeys.assertion_options(connection, rp, "sign-in", person_id=None, bound_to=None, now=now)


async def enter_by_passkey(
    db: Database, rp: RelyingParty, answer: wire.PasskeyAnswer, *, origin: Origin, days: int, now: datetime
) -> Opened:
    """Sign in by a passkey alone, which must have verified its user. Errors: PasskeyUnknown."""
    taken = await take(db, answer.response.client_data, "sign-in", None, now)
    async with db.transaction() as connection:
        try:
            found = await passkeys.assure(connection, rp, answer, taken, person_id=None, now=now)
        except ProofWrong:
            raise PasskeyUnknown from None
        person = await fetch_one(
            connection,
            "SELECT id FROM person WHERE id = %(id)s AND active AND verified_at IS NOT NULL",
            {"id": found.person_id},
        )
        if person is None:
            raise PasskeyUnknown
        await resets.end_by_sign_in(connection, found.person_id, now)
        return await open_session(connection, found.person_id, now=now, days=days, amr=found.amr, origin=origin)


async def review(connection: Connection, session: Session, now: datetime) -> tuple[Standing, bool]:
    """How an open session stands now, written into it; and whether that is news.

    Days of grace end, demands are made and dropped while people are signed in.
    """
    has = await prove.held(connection, session.person_id)
    standing = await _standing(connection, session.person_id, has, now)
    changed = await execute(
        connection,
        "UPDATE session SET enrolling = %(enrolling)s WHERE id = %(id)s AND enrolling <> %(enrolling)s",
        {"id": session.id, "enrolling": standing.enrolling},
    )
    return standing, changed > 0


async def forget_tickets(connection: Connection, person_id: UUID) -> None:
    """End every sign-in that waits for its second factor: what it began with counts no more."""
    await execute(connection, "DELETE FROM factor_ticket WHERE person_id = %(id)s", {"id": person_id})


async def _standing(connection: Connection, person_id: UUID, has: prove.Held, now: datetime) -> Standing:
    due_at = None if has.factor else await policy.deadline(connection, person_id)
    return Standing(due_at is not None and due_at <= now, due_at)


async def _ticket(
    connection: Connection, person_id: UUID, amr: Sequence[str], factors: list[wire.FactorKind], now: datetime
) -> FactorDue:
    due = FactorDue(secrets.token_urlsafe(32), secrets.token_urlsafe(32), factors)
    id_ = new_id()
    await execute(
        connection,
        """INSERT INTO factor_ticket (id, ticket_hash, browser_hash, person_id, amr, expires_at)
           VALUES (%(id)s, %(ticket)s, %(browser)s, %(person_id)s, %(amr)s::text[], %(expires_at)s)""",
        {
            "id": id_,
            **_hashes(due.ticket, due.browser),
            "person_id": person_id,
            "amr": list(amr),
            "expires_at": now + LIFE,
        },
    )
    await record(
        connection,
        at=now,
        actor_id=person_id,
        action="session:open",
        thing="person",
        thing_id=person_id,
        data={"second_factor": "due"},
    )
    return due


async def _use_up(connection: Connection, ticket: Row) -> None:
    """Errors: TicketInvalid when another was faster, or the person may not sign in any more."""
    used = await execute(
        connection,
        """DELETE FROM factor_ticket USING person
           WHERE factor_ticket.id = %(id)s AND person.id = factor_ticket.person_id AND person.active""",
        {"id": ticket["id"]},
    )
    if not used:
        raise TicketInvalid


def _hashes(ticket: str, browser: str | None) -> dict[str, bytes]:
    # Plain SHA-256 is enough for 256 random bits.
    return {
        "ticket": hashlib.sha256(ticket.encode()).digest(),
        "browser": hashlib.sha256((browser or "").encode()).digest(),
    }
