"""HTTP of push subscriptions."""

from datetime import datetime
from typing import Any

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from openvisit.core.permissions import Actor
from openvisit.features.identity.origins import Origin
from openvisit.features.notifications.devices import commands, queries, wire
from openvisit.features.notifications.devices.errors import PushAddressInvalid, TooManyDevices
from openvisit.features.notifications.devices.vapid import vapid_key
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_TAGS = ["push messages"]


@route(
    "GET",
    "/push/key",
    permission="public:read",
    summary="The key that browsers subscribe for",
    tags=_TAGS,
)
async def push_key(
    db: NamedDependency[Database], vault: NamedDependency[Vault], now: NamedDependency[datetime]
) -> wire.PushKey:
    """`applicationServerKey` of the Push API. Nobody without the other half can send to a subscription."""
    return wire.PushKey((await vapid_key(db, vault, now)).public)


@route(
    "GET",
    "/me/push-subscriptions",
    permission="push:own",
    summary="Where push messages to the caller go",
    tags=_TAGS,
)
async def push_subscriptions(
    db: NamedDependency[Database], now: NamedDependency[datetime], actor: NamedDependency[Actor]
) -> wire.PushDevices:
    """Those where the caller is still signed in."""
    async with db.connection() as connection:
        return await queries.own(connection, actor, now)


@route(
    "POST",
    "/me/push-subscriptions",
    permission="push:own",
    summary="Turn push messages on for this browser or device",
    can_fail=[PushAddressInvalid, TooManyDevices],
    status=204,
    tags=_TAGS,
)
async def turn_push_on(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    origin: NamedDependency[Origin],
    data: JSONBody[wire.NewPushSubscription],
) -> None:
    """For as long as this session lives. The same one again takes the place of the one before."""
    await commands.turn_on(db, vault, actor, data, origin.device, now=now)


@route(
    "DELETE",
    "/me/push-subscriptions",
    permission="push:own",
    summary="Turn push messages off for this browser or device",
    can_fail=[PushAddressInvalid],
    status=204,
    tags=_TAGS,
)
async def turn_push_off(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.PushSubscriptionRef],
) -> None:
    """Harmless where it is off already."""
    await commands.turn_off(db, vault, actor, data)


ROUTES: list[HTTPRouteHandler] = [push_key, push_subscriptions, turn_push_on, turn_push_off]

_ENDPOINT = "https://push.example.net/send/dGhpcyBpcyBubyByZWFsIG9uZQ"
EXAMPLES: dict[str, Any] = {
    "PushKey": {"key": "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"},
    "NewPushSubscription": {
        "endpoint": _ENDPOINT,
        "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
    },
    "PushSubscriptionRef": {"endpoint": _ENDPOINT},
    "PushDevices": {
        "items": [
            {
                "id": "0197a3c2-5d14-7e0a-8b55-6c7d8e9fa0b1",
                "kind": "browser",
                "device": "Firefox on Windows",
                "created_at": "2027-03-01T08:00:00Z",
                "here": True,
            }
        ]
    },
}
