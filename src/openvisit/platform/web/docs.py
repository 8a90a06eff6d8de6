"""The API's description and its two readers, Swagger UI and Redoc, from the files built into the web app."""

import functools
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from openvisit.platform.web.openapi import document

# Both readers set styles on elements themselves; their pages, and only theirs, allow it.
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport"
content="width=device-width, initial-scale=1"><title>OpenVisit API</title>{style}</head>
<body>{body}<script src="{script}"></script><script src="{start}"></script></body></html>"""
_SWAGGER = _PAGE.format(
    style='<link rel="stylesheet" href="/api-docs/swagger-ui.css">',
    body='<div id="reader"></div>',
    script="/api-docs/swagger-ui-bundle.js",
    start="/api-docs/start-swagger.js",
)
_REDOC = _PAGE.format(
    style="", body='<div id="reader"></div>', script="/api-docs/redoc.standalone.js", start="/api-docs/start-redoc.js"
)


def routes(examples: dict[str, Any]) -> list[HTTPRouteHandler]:
    """`/api/openapi.json`, `/api/docs` (Swagger UI) and `/api/reference` (Redoc)."""

    @functools.cache
    def described(app: Any) -> bytes:
        return msgspec.json.encode(document(app, examples))

    @get("/api/openapi.json", opt={"permission": "public:read"}, include_in_schema=False)
    async def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
        return Response(described(request.app), media_type="application/json")

    @get("/api/docs", opt={"permission": "public:read"}, include_in_schema=False)
    async def swagger() -> Response[str]:
        return _page(_SWAGGER)

    @get("/api/reference", opt={"permission": "public:read"}, include_in_schema=False)
    async def redoc() -> Response[str]:
        return _page(_REDOC)

    return [openapi, swagger, redoc]


def _page(html: str) -> Response[str]:
    return Response(html, media_type="text/html", headers={"Content-Security-Policy": _CSP})
