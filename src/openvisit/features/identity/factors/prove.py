"""Proving who one is: a password, a code, a passkey; what is slow or must not be undone first, then the transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from openvisit.features.identity import codes, passwords
from openvisit.features.identity.errors import CodeInvalid
from openvisit.features.identity.factors import challenges, passkeys, recovery, totp, wire
from openvisit.features.identity.factors.challenges import Purpose, RelyingParty
from openvisit.features.identity.factors.errors import ProofWrong
from openvisit.features.identity.factors.notices import tell_later
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one
from openvisit.platform.rate_limits import spend

GUESSES = 10
"""Wrong proofs in a row that a person has in an hour: at three codes of a million that are good at a time, guessing
all day and night finds one with a chance of one in 1,400."""
_WINDOW = int(timedelta(hours=1).total_seconds())


@dataclass(frozen=True, slots=True)
class Held:
    """What a person can prove themselves by."""

    password: bool
    totp: bool
    passkeys: bool
    recovery_codes: int

    @property
    def factor(self) -> bool:
        """Whether the person has a second factor; recovery codes alone are none."""
        return self.totp or self.passkeys

    @property
    def factors(self) -> list[wire.FactorKind]:
        """The second factors, best first."""
        if not self.factor:
            return []
        held: list[tuple[wire.FactorKind, bool]] = [
            ("passkey", self.passkeys),
            ("totp", self.totp),
            ("recovery-code", self.recovery_codes > 0),
        ]
        return [kind for kind, there in held if there]

    @property
    def ways(self) -> list[wire.ProofKind]:
        """How the person proves who they are while signed in: by a second factor if there is one, else the password,
        and by a mailed code without either."""
        if self.factor:
            return [*self.factors]
        return ["password"] if self.password else ["mailed-code"]


async def held(connection: Connection, person_id: UUID) -> Held:
    """What the person has."""
    row = await fetch_one(
        connection,
        """SELECT (SELECT password_hash IS NOT NULL FROM person WHERE id = %(id)s) AS password,
                  EXISTS (SELECT FROM totp WHERE person_id = %(id)s AND confirmed_at IS NOT NULL) AS totp,
                  EXISTS (SELECT FROM passkey WHERE person_id = %(id)s) AS passkeys,
                  (SELECT count(*) FROM recovery_code
                   WHERE person_id = %(id)s AND used_at IS NULL) AS recovery_codes""",
        {"id": person_id},
    )
    assert row is not None  # noqa: S101 - one row, always
    return Held(bool(row["password"]), row["totp"], row["passkeys"], row["recovery_codes"])


@dataclass(frozen=True, slots=True)
class Weighed:
    """A proof after what must happen outside the transaction: the password hashed, the challenge used up."""

    person_id: UUID
    proof: wire.Proof
    challenge: bytes | None = None
    mailed: Row | None = None


async def weigh(
    db: Database, vault: Vault, person_id: UUID, proof: wire.Proof, purpose: Purpose, bound_to: UUID, *, now: datetime
) -> Weighed:
    """Count a guess, then do what must happen outside the transaction. Errors: ProofWrong, TooManyRequests."""
    async with db.connection() as connection:  # counted whatever follows, so that parallel guesses count too
        await spend(connection, _guesses(vault, person_id), limit=GUESSES, window_seconds=_WINDOW, now=now)
    match proof.kind:
        case "password":
            await _check_password(db, person_id, proof.secret)
        case "mailed-code":
            try:
                mailed = await codes.check(db, vault, person_id, ["step-up"], proof.secret, now)
            except CodeInvalid:
                raise ProofWrong from None
            return Weighed(person_id, proof, mailed=mailed)
        case "passkey" if proof.passkey is not None:
            taken = await challenges.take(db, proof.passkey.response.client_data, purpose, bound_to, now)
            return Weighed(person_id, proof, challenge=taken)
        case "passkey":
            raise ProofWrong
    return Weighed(person_id, proof)


async def accept(
    connection: Connection, vault: Vault, rp: RelyingParty, weighed: Weighed, *, now: datetime
) -> list[str]:
    """Use up the code, the time step or the passkey's answer, in the caller's transaction, and take the guess back.

    The answer is how it was proved, in words of RFC 8176. Errors: ProofWrong.
    """
    amr = await _used(connection, vault, rp, weighed, now)
    await take_guess_back(connection, vault, weighed.person_id)
    return amr


async def take_guess_back(connection: Connection, vault: Vault, person_id: UUID) -> None:
    """The guess was right, and so does not count."""
    await execute(
        connection,
        "UPDATE rate_limit SET uses = greatest(uses - 1, 0) WHERE key = %(key)s",
        {"key": _guesses(vault, person_id)},
    )


async def _used(connection: Connection, vault: Vault, rp: RelyingParty, weighed: Weighed, now: datetime) -> list[str]:
    person_id, proof = weighed.person_id, weighed.proof
    match proof.kind:
        case "totp":
            await totp.use(connection, vault, person_id, proof.secret, now)
            return ["otp"]
        case "recovery-code":
            await recovery.use(connection, vault, person_id, proof.secret, now)
            await tell_later(connection, person_id, "recovery_code_used", now)
            return ["recovery"]
        case "passkey":
            assert proof.passkey is not None  # noqa: S101 - `weigh` refused the others
            found = await passkeys.assure(
                connection, rp, proof.passkey, weighed.challenge, person_id=person_id, now=now
            )
            return found.amr
        case "mailed-code":
            assert weighed.mailed is not None  # noqa: S101 - as above
            await codes.use_up(connection, weighed.mailed)
            return ["mail"]
    return ["pwd"]


async def _check_password(db: Database, person_id: UUID, password: str) -> None:
    async with db.connection() as connection:
        row = await fetch_one(connection, "SELECT password_hash FROM person WHERE id = %(id)s", {"id": person_id})
    if not await passwords.matches(row["password_hash"] if row else None, password):
        raise ProofWrong


def _guesses(vault: Vault, person_id: UUID) -> str:
    return f"factor:person:{vault.blind_index(f'limit factor {person_id}').hex()}"
