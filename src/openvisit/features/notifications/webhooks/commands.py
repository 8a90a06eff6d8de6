"""Taking what a vendor tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from openvisit.features.notifications.webhooks.errors import UnknownVendor, WebhookForged, WebhookMalformed
from openvisit.platform import log
from openvisit.platform.channels import Call, Forged, Hooks, Reply
from openvisit.platform.channels.inbox import keep
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.events import Subscriptions

_MOST = 2000  # facts in one call; SendGrid, which sends the most, stops at a thousand
_logger = log.get("notifications")


@dataclass(frozen=True, slots=True)
class VendorHooks:
    """The webhooks of every vendor that is set up, by the last part of their address."""

    by_name: Mapping[str, Hooks]


async def take(
    db: Database,
    vault: Vault,
    subscriptions: Subscriptions,
    hooks: VendorHooks,
    vendor: str,
    call: Call,
    *,
    now: datetime,
) -> Reply:
    """Verify a call, keep what it tells that was not told before, and answer as the vendor expects.

    Errors: UnknownVendor, WebhookForged, WebhookMalformed.
    """
    named = hooks.by_name.get(vendor)
    if named is None:
        raise UnknownVendor
    try:
        await named.verify(call, now)
        told = await named.read(call)
    except Forged as error:
        _logger.warning("webhook refused", vendor=vendor, why=str(error))
        raise WebhookForged from error
    except ValueError as error:
        _logger.warning("webhook not understood", vendor=vendor, why=type(error).__name__)
        raise WebhookMalformed from error
    if len(told) > _MOST:
        raise WebhookMalformed
    async with db.transaction(as_system="a vendor tells of messages to many people") as connection:
        new = [await keep(connection, vault, subscriptions, one, now) for one in told]
    _logger.info("webhook taken", vendor=vendor, told=len(told), new=sum(new))
    return named.reply(call)
