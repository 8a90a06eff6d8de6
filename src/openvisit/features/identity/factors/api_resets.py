"""HTTP of resetting a lost second factor."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from openvisit.core.permissions import Actor
from openvisit.features.identity.edge import attempts_of
from openvisit.features.identity.errors import UnknownPerson
from openvisit.features.identity.factors import resets, wire
from openvisit.features.identity.factors.errors import NoFactor, NotForOneself, ResetPending, UnknownReset
from openvisit.features.identity.factors.resets import ResetRules
from openvisit.features.identity.rules import SignInRules
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_TAGS = ["people"]


@route(
    "POST",
    "/people/{person_id:uuid}/factor-reset",
    permission="factor:reset",
    summary="Ask for the reset of somebody's lost second factor",
    can_fail=[UnknownPerson, NotForOneself, NoFactor, ResetPending],
    step_up=True,
    status=202,
    tags=_TAGS,
)
async def ask_reset(
    db: NamedDependency[Database],
    reset_rules: NamedDependency[ResetRules],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    data: JSONBody[wire.FactorResetAsked],
) -> wire.FactorReset:
    """For admins of a clinic where the person works or is a patient. It waits (24 hours unless the installation says
    otherwise); the person is told by mail and can stop it, as can any admin of the clinic."""
    return await resets.ask(db, reset_rules, actor, person_id, data.clinic_id, now=now)


@route(
    "DELETE",
    "/people/{person_id:uuid}/factor-reset",
    permission="factor:reset",
    summary="Take the reset of a second factor back",
    can_fail=[UnknownReset],
    status=204,
    tags=_TAGS,
)
async def cancel_reset(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    clinic_id: FromQuery[UUID],
) -> None:
    """For admins of the clinic that asked for it."""
    await resets.cancel(db, actor, person_id, clinic_id, now=now)


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/factor-resets",
    permission="factor:reset",
    summary="Resets of second factors at a clinic",
    tags=_TAGS,
)
async def list_resets(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
) -> wire.FactorResets:
    """For admins of the clinic: what waits, who asked for it, and what became of those of the last 30 days."""
    async with db.connection() as connection:
        return await resets.of_clinic(connection, actor, clinic_id, now)


@route(
    "POST",
    "/auth/factor-reset/stop",
    permission="account:open",
    summary="Stop the reset of one's second factor by the mailed link",
    can_fail=[UnknownReset],
    status=204,
    tags=["sign-in"],
)
async def stop_reset(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    data: JSONBody[wire.StopReset],
) -> None:
    """Needs no sign-in: the person may have lost the means to."""
    await attempts_of(request, db, vault, sign_in_rules, now).spend("stop-reset")
    await resets.stop(db, data.token, now=now)


ROUTES: list[HTTPRouteHandler] = [ask_reset, cancel_reset, list_resets, stop_reset]
