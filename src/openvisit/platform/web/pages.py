"""The built web app: its files, and `index.html` with a fresh nonce for the content security policy."""

import secrets
from collections.abc import Collection
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.status_codes import HTTP_304_NOT_MODIFIED

from openvisit.core.errors import NotFound
from openvisit.platform.web.built import BuiltFile, BuiltFiles

_MISSING = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>OpenVisit</title></head>
<body><h1>OpenVisit is running</h1><p>The web app has not been built yet: run <code>script/up</code>, or
<code>npm ci</code> and <code>npm run build</code> in <code>web</code>. The API is at
<a href="/api/docs">/api/docs</a>.</p></body></html>"""


def csp(nonce: str, servers: Collection[str] = ()) -> str:
    """The content security policy of our pages: own files only; styles by nonce, no inline script, and strings become
    markup or scripts only through the one Trusted Types policy of `web/public/boot.js`. Pages may talk to the origins
    in `servers`, and to ours."""
    connect = " ".join(("'self'", *servers))
    return (
        f"default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data: blob:; "
        f"font-src 'self'; connect-src {connect}; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'; worker-src 'self'; "
        "require-trusted-types-for 'script'; trusted-types default"
    )


def pages(folder: Path, servers: Collection[str] = ()) -> list[HTTPRouteHandler]:
    """Routes for the web app in `folder`: assets cached for ever (their names hold a digest), pages never.

    Pages may talk to the origins in `servers`, and to ours."""
    index = folder / "index.html"
    files = BuiltFiles(folder, without=index)

    @get(["/", "/{path:path}"], opt={"permission": "public:read"}, include_in_schema=False)
    async def page(request: Request[Any, Any, Any], path: FromPath[str] = "") -> Response[Any]:
        wanted = path.lstrip("/")
        if wanted.startswith(("api/", "health/")) or wanted == "api":
            raise NotFound
        if wanted:
            if file := files.find(wanted, request.headers.get("accept-encoding", "")):
                return _asset(request, file, wanted)
            if wanted.startswith("assets/") or "." in wanted.rpartition("/")[2]:
                raise NotFound
        return _index(index, servers)

    return [page]


def _asset(request: Request[Any, Any, Any], file: BuiltFile, wanted: str) -> Response[Any]:
    lasting = wanted.startswith("assets/")
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if lasting else "no-cache",
        "ETag": file.etag,
        **({"Vary": "Accept-Encoding"} if file.varies else {}),
    }
    if file.is_known(request.headers.get("if-none-match", "")):
        return Response(None, status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    coded = {"Content-Encoding": file.coding} if file.coding else {}
    return Response(file.body, media_type=file.media_type, headers={**headers, **coded})


def _index(index: Path, servers: Collection[str]) -> Response[Any]:
    nonce = secrets.token_urlsafe(16)
    html = index.read_text(encoding="utf-8") if index.is_file() else _MISSING
    return Response(
        html.replace("__CSP_NONCE__", nonce),
        media_type="text/html",
        headers={"Content-Security-Policy": csp(nonce, servers), "Cache-Control": "no-store"},
    )
