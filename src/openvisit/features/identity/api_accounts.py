"""HTTP of what a clinic's admins do with accounts of its people."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from openvisit.core.permissions import Actor
from openvisit.features.identity import accounts, wire
from openvisit.features.identity.errors import AccountElsewhere, LastAdmin, UnknownPerson
from openvisit.features.identity.factors.errors import NotForOneself
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_PEOPLE = ["people"]


@route(
    "POST",
    "/people/{person_id:uuid}/end-sessions",
    permission="account:manage",
    summary="Sign somebody of the clinic out everywhere",
    can_fail=[UnknownPerson, NotForOneself],
    step_up=True,
    tags=_PEOPLE,
)
async def end_sessions(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    data: JSONBody[wire.AtClinic],
) -> wire.SessionsEnded:
    """For admins of the clinic. Ends all sessions of the person and the tokens of apps they let in; they are told by
    mail and can sign in again."""
    ended = await accounts.end_sessions(db, tokens, actor, person_id, data.clinic_id, now=now)
    return wire.SessionsEnded(ended)


@route(
    "PUT",
    "/people/{person_id:uuid}/account",
    permission="account:manage",
    summary="Switch the account of somebody of the clinic off, or on again",
    can_fail=[UnknownPerson, NotForOneself, LastAdmin, AccountElsewhere],
    step_up=True,
    tags=_PEOPLE,
)
async def switch_account(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    data: JSONBody[wire.AccountSwitch],
) -> wire.PersonAtClinic:
    """For admins of the clinic. Off, nobody signs in to it, and all sessions and tokens of apps end at once; the roles
    stay. The person is told by mail. An account that is used elsewhere too, at a clinic or as a patient, cannot be
    switched off: take the roles away."""
    return await accounts.switch(db, vault, tokens, actor, person_id, data, now=now)


ROUTES: list[HTTPRouteHandler] = [end_sessions, switch_account]

_CLINIC_ID = "0197a3c2-5d14-70c1-9d8e-7f6a5b4c3d2e"
EXAMPLES: dict[str, Any] = {
    "AtClinic": {"clinic_id": _CLINIC_ID},
    "AccountSwitch": {"clinic_id": _CLINIC_ID, "active": False},
}
