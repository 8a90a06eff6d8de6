"""The outermost layer: request ids, security headers, time-outs, per-address limits, timing and the access line.

Plain ASGI, so that it costs microseconds and also covers what never reaches a route.
"""

import asyncio
import ipaddress
import re
import time
from collections.abc import Callable
from typing import Any

import msgspec
import structlog

from openvisit.core.ids import new_id
from openvisit.platform import log, metrics
from openvisit.platform.principal import NOBODY, acting
from openvisit.platform.web.limits import CallerLimit
from openvisit.platform.web.problems import MEDIA_TYPE, Problem

_logger = log.get("access")
_REQUEST_ID = re.compile(rb"^[A-Za-z0-9._-]{8,64}$")

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})  # others could be without number

_ALWAYS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(self), microphone=(self), display-capture=(self), geolocation=(self), payment=()",
    ),
]
_HSTS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
API_CSP = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'"


def is_loopback(address: str) -> bool:
    """Whether the address is this machine."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(
        self,
        app: Any,
        *,
        limit: CallerLimit,
        spared: Callable[[str], bool],
        timeout_seconds: float,
        production: bool,
        trusted_proxies: frozenset[str],
    ) -> None:
        self._app = app
        self._limit = limit
        self._spared = spared
        self._timeout = timeout_seconds
        self._headers = [*_ALWAYS, _HSTS] if production else _ALWAYS
        self._trusted = trusted_proxies

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Handle one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        scope["client_address"] = client_address(scope, self._trusted)
        scope["request_id"] = _request_id(scope)
        with acting(NOBODY):
            if scope["type"] != "http":
                await self._app(scope, receive, send)
                return
            await self._http(scope, receive, send)

    async def _http(self, scope: Any, receive: Any, send: Any) -> None:
        started = time.perf_counter()
        status = 0

        # HEAD asks for what GET would answer, without its content (RFC 9110 section 9.3.2).
        head = scope["method"] == "HEAD"
        asked = {**scope, "method": "GET"} if head else scope

        async def send_with_headers(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._dressed(scope, message.get("headers", ()))
            elif head:
                message = {**message, "body": b""}
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=scope["request_id"])
        address = scope["client_address"]
        if not self._spared(address) and (wait := self._limit.refuses(address)):
            await _problem(send_with_headers, 429, "too_many_requests", "Too many requests", retry_after=wait)
        else:
            try:
                async with asyncio.timeout(self._timeout):
                    await self._app(asked, receive, send_with_headers)
            except TimeoutError:
                if status != 0:  # the answer has begun: the server breaks the connection off, so that it shows
                    self._record(scope, asked, status, time.perf_counter() - started)
                    raise
                await _problem(send_with_headers, 503, "timed_out", "The request took too long", retry_after=1)
        self._record(scope, asked, status, time.perf_counter() - started)

    def _dressed(self, scope: Any, headers: Any) -> list[tuple[bytes, bytes]]:
        names = {name.lower() for name, _ in headers}
        usual = [one for one in self._headers if one[0] not in names]
        dressed = [*headers, *usual, (b"x-request-id", scope["request_id"].encode())]
        if b"content-security-policy" not in names:
            dressed.append((b"content-security-policy", API_CSP))
        if b"cache-control" not in names and scope["path"].startswith("/api"):
            dressed.append((b"cache-control", b"no-store"))
        return dressed

    def _record(self, scope: Any, asked: Any, status: int, seconds: float) -> None:
        route = asked.get("path_template") or "unmatched"
        method = scope["method"] if scope["method"] in _METHODS else "other"
        metrics.requests.labels(method, route, str(status)).inc()
        metrics.latency.labels(method, route).observe(seconds)
        _logger.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 2))


def client_address(scope: Any, trusted: frozenset[str]) -> str:
    """The caller's address; X-Forwarded-For is believed from trusted proxies only, its last untrusted entry."""
    address: str = (scope.get("client") or ("unknown",))[0]
    if address not in trusted:
        return address
    # Several headers of that name are one list (RFC 9110 5.3): a proxy may add its own after one the caller made up.
    told = b",".join(value for name, value in scope.get("headers", ()) if name == b"x-forwarded-for")
    hops = [hop.strip() for hop in told.decode("latin-1").split(",")]
    return next((hop for hop in reversed(hops) if hop and hop not in trusted), address)


def _request_id(scope: Any) -> str:
    for name, value in scope.get("headers", ()):
        if name == b"x-request-id" and _REQUEST_ID.match(value):
            return str(value.decode())
    return str(new_id())


async def _problem(send: Any, status: int, code: str, detail: str, *, retry_after: int) -> None:
    body = msgspec.json.encode(Problem(title=detail, status=status, code=code, detail=detail))
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(retry_after).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
