"""Signing in by a provider, from the first click to a session or to what has to be proved first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from openvisit.core.errors import Invalid
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record
from openvisit.features.identity import codes
from openvisit.features.identity.addresses import normalise
from openvisit.features.identity.errors import CodeInvalid
from openvisit.features.identity.factors.gate import FactorDue, enter
from openvisit.features.identity.federation import attempts, identities, wire
from openvisit.features.identity.federation.attempts import Beginner, Proof
from openvisit.features.identity.federation.errors import (
    AnotherAccount,
    FederationCancelled,
    FederationExpired,
    FederationFailed,
    NoAddress,
    UnknownProvider,
)
from openvisit.features.identity.federation.protocol import Identified, Relying, Secrets, new_secret
from openvisit.features.identity.federation.providers import Provider
from openvisit.features.identity.federation.sessions import tie_session, tie_ticket
from openvisit.features.identity.origins import Origin
from openvisit.features.identity.registration import NewAccount, check_zone, ensure_patient, insert_person
from openvisit.features.identity.rules import Attempts, SignInRules
from openvisit.features.identity.sessions import Opened
from openvisit.platform import log
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, execute, fetch_one
from openvisit.platform.outgoing import Outgoing

_CANCELLED = ("access_denied", "user_cancelled_authorize")  # RFC 6749 section 4.1.2.1; Apple's own word
_CONNECT_PAGE = "/sign-in/connect"
_logger = log.get("federation")


@dataclass(frozen=True, slots=True)
class Federation:
    """The identity providers set up here, and what this process knows of them."""

    providers: Mapping[str, Provider]
    outgoing: Outgoing
    public_url: str
    _relying: dict[str, Relying] = field(default_factory=dict)

    def relying(self, provider_id: str) -> Relying:
        """One provider as we talk to it. Errors: UnknownProvider."""
        if provider_id not in self.providers:
            raise UnknownProvider
        if provider_id not in self._relying:
            self._relying[provider_id] = Relying(self.providers[provider_id], self.outgoing, self.public_url)
        return self._relying[provider_id]

    def provider(self, provider_id: str) -> Provider:
        """One provider. Errors: UnknownProvider, also for one that is not set up any more."""
        return self.relying(provider_id).provider


@dataclass(frozen=True, slots=True)
class SignIn:
    """What every step of signing in takes: the installation's rules, the caller's attempts and browser."""

    db: Database
    vault: Vault
    rules: SignInRules
    attempts: Attempts
    browser: str | None
    origin: Origin
    now: datetime


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a sign-in came: a session or a second factor that is due, a connected account, or a proof that waits for
    the account's."""

    next: str = ""
    opened: Opened | FactorDue | None = None
    connected: bool = False
    prove: wire.ToProve | None = None


async def start(
    federation: Federation, by: SignIn, provider_id: str, asked: wire.FederationStart, actor: Actor | None
) -> str:
    """The provider's address to send the browser to. With an actor, to connect the account; `by.browser` is set.

    Errors: UnknownProvider, ProviderUnavailable, FederationFailed, Invalid, TooManyRequests.
    """
    check_zone(asked.time_zone)
    await by.attempts.spend("federation")
    relying = federation.relying(provider_id)
    state, browser = new_secret(), by.browser or ""
    url = await relying.authorization_url(
        state, Secrets.of(browser, state), language=asked.language, fresh=actor is not None
    )
    await attempts.begin(
        by.db,
        state=state,
        browser=browser,
        provider=provider_id,
        person_id=actor.person_id if actor else None,
        next_path=asked.next,
        beginner=Beginner(asked.time_zone, asked.language),
        now=by.now,
    )
    return url


async def finish(
    federation: Federation, by: SignIn, provider_id: str, told: wire.ProviderAnswer, caller: Actor | None
) -> Reached:
    """Take up what came back from the provider.

    Errors: UnknownProvider, FederationExpired, FederationCancelled, FederationFailed, ProviderUnavailable, NoAddress,
    LinkedElsewhere, TooManyRequests.
    """
    await by.attempts.spend("federation")
    relying = federation.relying(provider_id)
    attempt = await attempts.take_up(by.db, state=told.state, browser=by.browser, provider=provider_id, now=by.now)
    try:
        identified = await _identify(relying, by, told, attempt["begun_at"])
    except FederationFailed as error:
        _logger.warning("sign-in refused", provider=provider_id, reason=error.reason)
        raise
    if attempt["person_id"] is not None:
        return await _connect_to(by, relying.provider, identified, attempt["person_id"], caller, attempt["next"])
    beginner = Beginner(attempt["time_zone"], _language(identified, attempt["language"]))
    return await _sign_in(by, relying.provider, identified, beginner, attempt["next"])


async def proved(federation: Federation, by: SignIn) -> wire.ToProve | None:
    """What this browser has proved at a provider, and what is missing; None when nothing waits."""
    try:
        async with by.db.connection() as connection:
            proof = await attempts.proof_of(connection, by.vault, by.browser, by.now)
        provider = federation.provider(proof.provider)
    except (FederationExpired, UnknownProvider):
        return None
    return wire.ToProve(provider.id, provider.label, proof.email, account=proof.vouched)


async def mail_code(by: SignIn) -> None:
    """Mail a code to the address that this browser's proof is for. Errors: FederationExpired, TooManyRequests."""
    async with by.db.connection() as connection:
        proof = await attempts.proof_of(connection, by.vault, by.browser, by.now)
    await by.attempts.spend("resend", proof.email)
    async with by.db.transaction() as connection:
        await _mail_code(connection, by, proof.email, proof.email_index)


async def prove_by_code(federation: Federation, by: SignIn, code: str) -> Reached:
    """Prove the account by the code mailed to its address; connect the identity, and sign in. Where a second factor
    is due, the identity is connected after it (`connect_proved`).

    Errors: FederationExpired, CodeInvalid, LinkedElsewhere, TooManyRequests.
    """
    async with by.db.connection() as connection:
        proof = await attempts.proof_of(connection, by.vault, by.browser, by.now)
        person = await _account(connection, proof.email_index)
    await by.attempts.spend("verify", proof.email)
    provider = federation.provider(proof.provider)
    person_id = person or new_id()  # nobody's code is as wrong as a wrong one
    found = await codes.check(by.db, by.vault, person_id, ["connect"], code, by.now)
    async with by.db.transaction() as connection:
        await codes.use_up(connection, found)
        await _verified(connection, person_id, proof, by.now)
        opened = await _open(connection, by, proof.provider, proof.identified, person_id)
        if isinstance(opened, FactorDue):
            return Reached(_CONNECT_PAGE, opened)  # a mailbox alone connects nothing that outlives its theft
        await attempts.use_up(connection, proof)
        await identities.connect(connection, by.vault, provider, proof.identified, person_id, by.now)
    return Reached(next=proof.next, opened=opened)


async def connect_proved(federation: Federation, by: SignIn, actor: Actor) -> str:
    """Connect what this browser proved to the account that is signed in; the answer is where to go next.

    Errors: FederationExpired, AnotherAccount, LinkedElsewhere.
    """
    async with by.db.transaction() as connection:
        proof = await attempts.proof_of(connection, by.vault, by.browser, by.now)
        if await _account(connection, proof.email_index) != actor.person_id:
            raise AnotherAccount
        await attempts.use_up(connection, proof)
        provider = federation.provider(proof.provider)
        await identities.connect(connection, by.vault, provider, proof.identified, actor.person_id, by.now)
    return proof.next


async def _identify(relying: Relying, by: SignIn, told: wire.ProviderAnswer, begun_at: datetime) -> Identified:
    await relying.check_issuer(told.iss)
    if told.error in _CANCELLED:
        raise FederationCancelled
    if told.error is not None or not told.code:
        raise FederationFailed("provider-error")
    own = Secrets.of(by.browser or "", told.state)
    return await relying.identify(told.code, own, name=told.name, begun_at=begun_at, now=by.now)


async def _sign_in(
    by: SignIn, provider: Provider, identified: Identified, beginner: Beginner, next_path: str
) -> Reached:
    async with by.db.transaction() as connection:
        known = await identities.find(connection, identified, by.now)
        if known is not None:
            if not known["active"]:
                raise FederationFailed("account")
            return Reached(next_path, await _open(connection, by, provider.id, identified, known["id"]))
    email = _address(identified)
    index = by.vault.address_index(email)
    async with by.db.transaction() as connection:
        account = NewAccount(email, _name(identified, email), beginner.time_zone, beginner.language)
        person_id = await insert_person(connection, by.vault, account, index, by.now)
        if person_id is not None:
            await _new_account(connection, person_id, by.now, vouched=identified.vouched)
        if person_id is not None and identified.vouched:
            await identities.connect(connection, by.vault, provider, identified, person_id, by.now, announce=False)
            return Reached(next_path, await _open(connection, by, provider.id, identified, person_id))
        await attempts.keep_proof(
            connection,
            by.vault,
            identified,
            browser=by.browser or "",
            provider=provider.id,
            email=email,
            beginner=beginner,
            next_path=next_path,
            now=by.now,
        )
        if not identified.vouched:
            await _mail_code(connection, by, email, index)
    asked = wire.ToProve(provider.id, provider.label, email, account=identified.vouched)
    return Reached(next_path, prove=asked)


async def _connect_to(
    by: SignIn, provider: Provider, identified: Identified, person_id: UUID, caller: Actor | None, next_path: str
) -> Reached:
    """Connect for somebody who asked for it while signed in, and still is: as nobody else."""
    if caller is None or caller.person_id != person_id:
        raise FederationExpired
    async with by.db.transaction() as connection:
        await identities.connect(connection, by.vault, provider, identified, person_id, by.now)
    return Reached(next_path, connected=True)


async def _open(
    connection: Connection, by: SignIn, provider_id: str, identified: Identified, person_id: UUID
) -> Opened | FactorDue:
    found = await enter(
        connection, person_id, amr=_amr(identified), origin=by.origin, days=by.rules.refresh_days, now=by.now
    )
    if isinstance(found, Opened):
        await tie_session(connection, by.vault, found.session, provider_id, identified)
    else:
        await tie_ticket(connection, by.vault, found.ticket, person_id, provider_id, identified, by.now)
    return found


async def _new_account(connection: Connection, person_id: UUID, now: datetime, *, vouched: bool) -> None:
    await ensure_patient(connection, person_id, now)
    if vouched:
        await execute(
            connection, "UPDATE person SET verified_at = %(now)s WHERE id = %(id)s", {"now": now, "id": person_id}
        )
    await record(
        connection,
        at=now,
        actor_id=person_id if vouched else None,
        action="account:open",
        thing="person",
        thing_id=person_id,
        data={"purpose": "connect"},
    )


async def _verified(connection: Connection, person_id: UUID, proof: Proof, now: datetime) -> None:
    """The mailbox is proved. A name given with a registration that was never proved may be anybody's: it is replaced,
    as by a registration's own code; the password that waited with it went with the codes."""
    row = await fetch_one(
        connection,
        """UPDATE person SET
               full_name = CASE WHEN verified_at IS NULL THEN %(name)s ELSE full_name END,
               verified_at = coalesce(verified_at, %(now)s), version = version + 1
           WHERE id = %(id)s AND active RETURNING id""",
        {"id": person_id, "now": now, "name": _name(proof.identified, proof.email)},
    )
    if row is None:
        raise CodeInvalid


async def _mail_code(connection: Connection, by: SignIn, email: str, index: bytes) -> None:
    """In time and answer the same whether or not there is somebody to mail to."""
    if await by.attempts.code_is_due(email):
        await codes.mail_later(connection, await _account(connection, index) or new_id(), "connect")


async def _account(connection: Connection, email_index: bytes) -> UUID | None:
    row = await fetch_one(
        connection, "SELECT id FROM person WHERE email_index = %(index)s AND active", {"index": email_index}
    )
    return row["id"] if row else None


def _address(identified: Identified) -> str:
    try:
        return normalise(identified.email or "")
    except Invalid as error:
        raise NoAddress from error


def _amr(identified: Identified) -> list[str]:
    """How the person proved it: by another's word, and what that one says of it, so marked that it passes for none of
    our own factors."""
    return ["fed", *(f"fed:{method}"[:40] for method in identified.amr)]


def _name(identified: Identified, email: str) -> str:
    return identified.name or email.partition("@")[0]


def _language(identified: Identified, usual: str) -> str:
    base = identified.locale.lower().replace("_", "-").partition("-")[0]
    return base if base in ("en", "es") else usual
