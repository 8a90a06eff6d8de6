"""`/.well-known/security.txt` (RFC 9116): whom to tell of a weakness."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from openvisit.core.errors import NotFound

_GOOD_FOR = timedelta(days=90)


def security_txt(contact: str, public_url: str) -> HTTPRouteHandler:
    """The route; it finds nothing where the installation names no contact."""

    @get("/.well-known/security.txt", opt={"permission": "public:read"}, include_in_schema=False)
    async def handler(now: NamedDependency[datetime]) -> Response[Any]:
        if not contact:
            raise NotFound
        expires = (now + _GOOD_FOR).replace(microsecond=0).isoformat().replace("+00:00", "Z")
        lines = [
            f"Contact: {contact}",
            f"Expires: {expires}",
            "Preferred-Languages: en, es",
            f"Canonical: {public_url}/.well-known/security.txt",
        ]
        return Response("\n".join(lines) + "\n", media_type="text/plain", headers={"Cache-Control": "no-cache"})

    return handler
