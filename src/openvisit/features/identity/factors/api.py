"""HTTP of second factors: setting up, removing, and proving oneself again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from openvisit.core.errors import StepUpNeeded
from openvisit.core.permissions import Actor
from openvisit.features.identity.edge import attempts_of
from openvisit.features.identity.factors import commands, queries, step_up, wire
from openvisit.features.identity.factors.challenges import RelyingParty
from openvisit.features.identity.factors.errors import (
    FactorDemanded,
    NoFactor,
    NothingToConfirm,
    PasskeyLimit,
    PasskeyRefused,
    ProofWrong,
    UnknownPasskey,
)
from openvisit.features.identity.rules import SignInRules
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_TAGS = ["security"]


@route("GET", "/me/security", permission="security:read", summary="How one signs in", while_enrolling=True, tags=_TAGS)
async def security(db: NamedDependency[Database], actor: NamedDependency[Actor]) -> wire.Security:
    """Password, authenticator app, passkeys, recovery codes, and what one's clinics demand."""
    async with db.connection() as connection:
        return await queries.security(connection, actor.person_id)


@route(
    "POST",
    "/me/password",
    permission="security:edit",
    summary="Choose another password; other sessions end",
    can_fail=[ProofWrong, StepUpNeeded],
    status=204,
    tags=_TAGS,
)
async def change_password(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.PasswordChange],
) -> None:
    """Takes the password in use. A person with a second factor, or without a password, must have proved who they are
    a short while ago. The person is told by mail."""
    fresh: Callable[[Actor], bool] = request.app.state.fresh
    await commands.change_password(db, vault, tokens, actor, data, fresh=fresh(actor), now=now)


@route(
    "POST",
    "/me/totp",
    permission="security:edit",
    summary="Begin to set up an authenticator app",
    step_up=True,
    while_enrolling=True,
    tags=_TAGS,
)
async def begin_totp(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
) -> wire.TotpSetUp:
    """The secret counts once its first code comes back; an app that is in use stays in use until then."""
    return await commands.begin_totp(db, vault, actor, now=now)


@route(
    "POST",
    "/me/totp/confirm",
    permission="security:edit",
    summary="Finish setting up an authenticator app, by its first code",
    can_fail=[NothingToConfirm, ProofWrong],
    step_up=True,
    while_enrolling=True,
    tags=_TAGS,
)
async def confirm_totp(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.TotpConfirmation],
) -> wire.FactorAdded:
    """The first factor brings ten recovery codes."""
    return await commands.confirm_totp(db, vault, tokens, actor, data.code, now=now)


@route(
    "DELETE",
    "/me/totp",
    permission="security:edit",
    summary="Remove the authenticator app",
    can_fail=[NoFactor, FactorDemanded],
    step_up=True,
    status=204,
    tags=_TAGS,
)
async def remove_totp(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
) -> None:
    """The person is told by mail. With the last factor the recovery codes go too."""
    await commands.remove_totp(db, tokens, actor, now=now)


@route(
    "POST",
    "/me/passkeys/options",
    permission="security:edit",
    summary="What the browser makes a new passkey by",
    can_fail=[PasskeyLimit],
    step_up=True,
    while_enrolling=True,
    tags=_TAGS,
)
async def begin_passkey(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    relying_party: NamedDependency[RelyingParty],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
) -> wire.PasskeyOptions:
    """The challenge in it is good once, for five minutes, in this session."""
    return wire.PasskeyOptions(await commands.begin_passkey(db, vault, relying_party, actor, now=now))


@route(
    "POST",
    "/me/passkeys",
    permission="security:edit",
    summary="Keep a new passkey",
    can_fail=[PasskeyRefused, PasskeyLimit],
    step_up=True,
    while_enrolling=True,
    status=201,
    tags=_TAGS,
)
async def add_passkey(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    relying_party: NamedDependency[RelyingParty],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.NewPasskey],
) -> wire.FactorAdded:
    """It is a second factor from then on, and one can sign in by it alone where it verifies its user."""
    return await commands.add_passkey(db, vault, relying_party, tokens, actor, data, now=now)


@route(
    "PATCH",
    "/me/passkeys/{passkey_id:uuid}",
    permission="security:edit",
    summary="Rename a passkey",
    can_fail=[UnknownPasskey],
    status=204,
    tags=_TAGS,
)
async def rename_passkey(
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    passkey_id: FromPath[UUID],
    data: JSONBody[wire.PasskeyRename],
) -> None:
    """So that one knows which is which."""
    await commands.rename_passkey(db, actor, passkey_id, data.name)


@route(
    "DELETE",
    "/me/passkeys/{passkey_id:uuid}",
    permission="security:edit",
    summary="Remove a passkey",
    can_fail=[UnknownPasskey, FactorDemanded],
    step_up=True,
    status=204,
    tags=_TAGS,
)
async def remove_passkey(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    passkey_id: FromPath[UUID],
) -> None:
    """The person is told by mail. The device still offers it until it is deleted there too."""
    await commands.remove_passkey(db, tokens, actor, passkey_id, now=now)


@route(
    "POST",
    "/me/recovery-codes",
    permission="security:edit",
    summary="New recovery codes in the place of the old",
    can_fail=[NoFactor],
    step_up=True,
    tags=_TAGS,
)
async def renew_recovery_codes(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
) -> wire.RecoveryCodes:
    """They are shown this one time."""
    return await commands.renew_recovery_codes(db, vault, actor, now=now)


@route(
    "GET",
    "/auth/step-up",
    permission="security:read",
    summary="How one can prove who one is",
    while_enrolling=True,
    tags=_TAGS,
)
async def step_up_ways(
    db: NamedDependency[Database], step_up_span: NamedDependency[timedelta], actor: NamedDependency[Actor]
) -> wire.StepUpWays:
    """By a second factor if there is one; else by the password; without either by a mailed code."""
    async with db.connection() as connection:
        return await step_up.ways(connection, actor, step_up_span)


@route(
    "POST",
    "/auth/step-up/options",
    permission="security:read",
    summary="What the browser asks for a passkey by, to prove who one is",
    while_enrolling=True,
    tags=_TAGS,
)
async def step_up_options(
    db: NamedDependency[Database],
    relying_party: NamedDependency[RelyingParty],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
) -> wire.PasskeyOptions:
    """The challenge in it is good once, for five minutes, in this session."""
    return wire.PasskeyOptions(await step_up.options(db, relying_party, actor, now=now))


@route(
    "POST",
    "/auth/step-up/mail",
    permission="security:read",
    summary="Mail a code to prove who one is by",
    can_fail=[NoFactor],
    while_enrolling=True,
    status=202,
    tags=_TAGS,
)
async def mail_step_up_code(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    actor: NamedDependency[Actor],
) -> None:
    """For people who have neither a password nor a second factor."""
    await step_up.mail_code(db, actor, attempts_of(request, db, vault, sign_in_rules, now))


@route(
    "POST",
    "/auth/step-up",
    permission="security:read",
    summary="Prove who one is, for what is sensitive",
    can_fail=[ProofWrong],
    while_enrolling=True,
    status=204,
    tags=_TAGS,
)
async def prove_again(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    relying_party: NamedDependency[RelyingParty],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.Proof],
) -> None:
    """Counts for the session, for some minutes. Ten wrong proofs in an hour, and it takes no more."""
    await step_up.step_up(db, vault, relying_party, tokens, actor, data, now=now)


ROUTES: list[HTTPRouteHandler] = [
    security, change_password, begin_totp, confirm_totp, remove_totp, begin_passkey, add_passkey, rename_passkey,
    remove_passkey, renew_recovery_codes, step_up_ways, step_up_options, mail_step_up_code, prove_again,
]  # fmt: skip
