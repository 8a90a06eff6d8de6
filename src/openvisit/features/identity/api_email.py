"""HTTP of changing one's e-mail address."""

from datetime import datetime
from typing import Any

from litestar import Request
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from openvisit.core.permissions import Actor
from openvisit.features.identity import email_change, queries, wire
from openvisit.features.identity.edge import attempts_of
from openvisit.features.identity.errors import AddressInUse, CodeInvalid, LinkInvalid
from openvisit.features.identity.rules import SignInRules
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_TAGS = ["security"]


@route(
    "POST",
    "/me/email",
    permission="security:edit",
    summary="Ask for another e-mail address; a code is mailed to it",
    step_up=True,
    status=202,
    tags=_TAGS,
)
async def ask(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.AddressOnly],
) -> None:
    """The answer is the same whether or not the address has an account. The address in use stays until the code of
    the new one comes back."""
    attempts = attempts_of(request, db, vault, sign_in_rules, now)
    await email_change.ask(db, vault, attempts, actor, data.email, now=now)


@route(
    "POST",
    "/me/email/confirm",
    permission="security:edit",
    summary="Take the new address into use, by the code mailed to it",
    can_fail=[CodeInvalid],
    tags=_TAGS,
)
async def confirm(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    sign_in_rules: NamedDependency[SignInRules],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.CodeOnly],
) -> wire.User:
    """Both addresses are told; the old one can undo it for 7 days."""
    attempts = attempts_of(request, db, vault, sign_in_rules, now)
    await email_change.confirm(db, vault, tokens, attempts, actor, data.code, now=now)
    async with db.connection() as connection:
        return await queries.user(connection, vault, actor.person_id)


@route(
    "POST",
    "/auth/undo-email",
    permission="session:end",
    summary="Bring the old e-mail address back, by the link of a notice",
    can_fail=[LinkInvalid, AddressInUse],
    status=204,
    tags=["sign-in"],
)
async def undo(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    tokens: NamedDependency[TokenService],
    now: NamedDependency[datetime],
    data: JSONBody[wire.NoticeLink],
) -> None:
    """Every session ends, the password is good no more, and a code to choose a new one is mailed."""
    await email_change.undo(db, vault, tokens, data.token, now=now)


ROUTES: list[HTTPRouteHandler] = [ask, confirm, undo]

EXAMPLES: dict[str, Any] = {"CodeOnly": {"code": "402817"}}
