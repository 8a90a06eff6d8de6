"""HTTP of the vendors' webhooks."""

from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from openvisit.features.notifications.webhooks import commands
from openvisit.features.notifications.webhooks.errors import UnknownVendor, WebhookForged, WebhookMalformed
from openvisit.platform.channels import Call
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.events import Subscriptions
from openvisit.platform.web.routes import route


@route(
    "POST",
    "/webhooks/{vendor:str}",
    permission="vendor:report",
    summary="Where vendors tell what became of messages, and what people answered",
    can_fail=[UnknownVendor, WebhookForged, WebhookMalformed],
    tags=["webhooks"],
    media_type="text/plain",
)
async def take_webhook(
    request: Request[Any, Any, Any],
    vendor: FromPath[str],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    subscriptions: NamedDependency[Subscriptions],
    vendor_hooks: NamedDependency[commands.VendorHooks],
    public_url: NamedDependency[str],
) -> Response[str]:
    """Signed by each vendor's own scheme; telling the same again changes nothing."""
    query = request.scope["query_string"].decode("latin-1")
    call = Call(
        # Not the address that we were called at: a proxy may have changed it, and the vendor signed its own.
        url=f"{public_url.rstrip('/')}/api/webhooks/{vendor}{'?' + query if query else ''}",
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
    )
    reply = await commands.take(db, vault, subscriptions, vendor_hooks, vendor, call, now=now)
    return Response(reply.content, media_type=reply.media_type)


ROUTES: list[HTTPRouteHandler] = [take_webhook]
EXAMPLES: dict[str, Any] = {"take_webhook": ""}
