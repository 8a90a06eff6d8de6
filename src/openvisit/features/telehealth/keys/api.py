"""HTTP of keys."""

from datetime import datetime
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor
from openvisit.features.telehealth.chat import circles
from openvisit.features.telehealth.keys import commands, queries, wire
from openvisit.features.telehealth.keys.errors import KeysExist, LastSeal, NoKeys, NotYourPasskey, SealNotFound
from openvisit.features.telehealth.keys.examples import EXAMPLES as EXAMPLES
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["telehealth"]


@route(
    "GET",
    "/me/keys",
    permission="encryption-key:own",
    summary="The caller's keys for what is encrypted from end to end",
    tags=_TAGS,
)
async def own_keys(db: NamedDependency[Database], actor: NamedDependency[Actor]) -> wire.OwnKeys:
    """The private ones are sealed: only a browser with the phrase or the passkey opens them."""
    async with db.connection() as connection:
        return await queries.own(connection, actor)


@route(
    "POST",
    "/me/keys",
    permission="encryption-key:own",
    summary="Keep the caller's first keys",
    can_fail=[KeysExist, NotYourPasskey],
    status=201,
    tags=_TAGS,
)
async def make_keys(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.NewKeys],
) -> wire.OwnKeys:
    """They are made and sealed in the browser."""
    async with db.transaction() as connection:
        await commands.make(connection, actor, data, now)
        told = await circles.around_person(connection, actor.person_id, now)
        made = await queries.own(connection, actor)
    live.publish(*told)
    return made


@route(
    "POST",
    "/me/keys/replace",
    permission="encryption-key:own",
    summary="Give up keys that cannot be unlocked any more",
    can_fail=[NoKeys, KeysExist, NotYourPasskey],
    step_up=True,
    tags=_TAGS,
)
async def replace_keys(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.ReplacedKeys],
) -> wire.OwnKeys:
    """What was written before stays closed to the caller."""
    async with db.transaction() as connection:
        await commands.replace(connection, actor, data, now)
        told = await circles.around_person(connection, actor.person_id, now)
        made = await queries.own(connection, actor)
    live.publish(*told)
    return made


@route(
    "POST",
    "/me/keys/seals",
    permission="encryption-key:own",
    summary="Add a way to unlock the keys",
    can_fail=[NoKeys, NotYourPasskey],
    step_up=True,
    status=201,
    tags=_TAGS,
)
async def add_seal(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.NewSeal],
) -> wire.OwnKeys:
    """A new phrase takes the place of the one before."""
    async with db.transaction() as connection:
        await commands.add_seal(connection, actor, data, now)
        return await queries.own(connection, actor)


@route(
    "DELETE",
    "/me/keys/seals/{seal_id:uuid}",
    permission="encryption-key:own",
    summary="Take a way to unlock the keys away",
    can_fail=[SealNotFound, LastSeal],
    step_up=True,
    status=204,
    tags=_TAGS,
)
async def remove_seal(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    seal_id: FromPath[UUID],
) -> None:
    """One has to be left."""
    async with db.transaction() as connection:
        await commands.remove_seal(connection, actor, seal_id, now)


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/escrow-key",
    permission="escrow-key:manage",
    summary="The key that the clinic keeps for its conversations",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def get_escrow_key(
    db: NamedDependency[Database], actor: NamedDependency[Actor], clinic_id: FromPath[UUID]
) -> wire.ClinicEscrow:
    """For admins; its private part is sealed."""
    async with db.connection() as connection:
        return await queries.escrow(connection, actor, clinic_id)


@route(
    "PUT",
    "/clinics/{clinic_id:uuid}/escrow-key",
    permission="escrow-key:manage",
    summary="Let the clinic read along by a key of its own",
    can_fail=[Forbidden],
    step_up=True,
    tags=_TAGS,
)
async def put_escrow_key(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    data: JSONBody[wire.NewEscrow],
) -> wire.ClinicEscrow:
    """From the next message on; everybody in a conversation is told."""
    async with db.transaction() as connection:
        await commands.set_escrow(connection, actor, clinic_id, data, now)
        told = await circles.around_clinic(connection, clinic_id, now)
        made = await queries.escrow(connection, actor, clinic_id)
    live.publish(*told)
    return made


@route(
    "DELETE",
    "/clinics/{clinic_id:uuid}/escrow-key",
    permission="escrow-key:manage",
    summary="Read along no more",
    can_fail=[Forbidden],
    step_up=True,
    status=204,
    tags=_TAGS,
)
async def delete_escrow_key(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
) -> None:
    """From the next message on."""
    async with db.transaction() as connection:
        await commands.set_escrow(connection, actor, clinic_id, None, now)
        told = await circles.around_clinic(connection, clinic_id, now)
    live.publish(*told)


ROUTES: list[HTTPRouteHandler] = [
    own_keys, make_keys, replace_keys, add_seal, remove_seal, get_escrow_key, put_escrow_key, delete_escrow_key,
]  # fmt: skip
