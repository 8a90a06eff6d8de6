"""The keys that apps publish at an address of theirs (`jwks_uri`), fetched with care: the address is not ours.

https alone, to an address on the internet alone (looked up once, and that one connected to), no redirects, a few
seconds, a few kilobytes. A clinic's own network cannot be looked into through it.
"""

import asyncio
import ipaddress
import socket
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from urllib.parse import SplitResult, urlsplit, urlunsplit

import httpx
import msgspec
from joserfc.jwk import KeySet

from openvisit.features.identity.oauth import clients
from openvisit.platform import log

KEEP_SECONDS = 600.0
_AGAIN_AFTER = 30.0  # seconds, when a key is not among those known
_MOST_BYTES = 64_000
_SECONDS = 5.0
_MOST = 1_000
_logger = log.get("oauth")

Fetch = Callable[[str], Awaitable[bytes]]


class PublishedKeys:
    """Fetches key sets and remembers them for ten minutes; `possible` tells addresses that it would try at all."""

    def __init__(self, fetch: Fetch, possible: Callable[[str], bool]) -> None:
        self.possible = possible
        self._fetch = fetch
        self._known: OrderedDict[str, tuple[KeySet | None, float]] = OrderedDict()

    async def of(self, uri: str, kid: str | None) -> KeySet | None:
        """The keys at the address; None when they cannot be had. One that is not known is looked for again."""
        keys, read = self._known.get(uri, (None, float("-inf")))
        age = time.monotonic() - read
        lacks = keys is None or (kid is not None and all(key.kid != kid for key in keys.keys))
        if age > KEEP_SECONDS or (lacks and age > _AGAIN_AFTER):
            keys = await self._read(uri)
            self._known[uri] = keys, time.monotonic()
            self._known.move_to_end(uri)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        return keys

    async def _read(self, uri: str) -> KeySet | None:
        try:
            found = msgspec.json.decode(await self._fetch(uri))
            return clients.key_set(found if isinstance(found, dict) else {})
        except (httpx.HTTPError, OSError, ValueError, msgspec.DecodeError) as error:
            _logger.warning("an app's keys cannot be had", error=type(error).__name__)
            return None


def published_keys(*, allow_loopback: bool) -> PublishedKeys:
    """Keys fetched with care; loopback by plain http is for development."""

    def possible(uri: str) -> bool:
        return uri.startswith(("https://", "http://") if allow_loopback else "https://")

    return PublishedKeys(careful_fetch(allow_loopback=allow_loopback), possible)


def careful_fetch(*, allow_loopback: bool) -> Fetch:
    """How to fetch from an address that somebody else chose; loopback by plain http is for development."""

    async def fetch(uri: str) -> bytes:
        parts = urlsplit(uri)
        if parts.scheme != "https" and not (allow_loopback and parts.scheme == "http"):
            raise ValueError("not https")
        address = await _public_address(parts, allow_loopback=allow_loopback)
        host = f"[{address}]" if ":" in address else address
        port = f":{parts.port}" if parts.port else ""
        target = urlunsplit(parts._replace(netloc=host + port))
        headers = {"Host": parts.netloc, "Accept": "application/json", "Accept-Encoding": "identity"}
        extensions = {"sni_hostname": parts.hostname or ""}
        body = b""
        async with (
            asyncio.timeout(_SECONDS),
            httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=_SECONDS) as client,
            client.stream("GET", target, headers=headers, extensions=extensions) as answer,
        ):
            if answer.status_code != 200:
                raise ValueError("no keys there")
            async for piece in answer.aiter_raw():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise ValueError("too long")
        return body

    return fetch


async def _public_address(parts: SplitResult, *, allow_loopback: bool) -> str:
    """One network address of the host, when all of them are on the internet. Errors: ValueError, OSError."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(parts.hostname or "", port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        ip = ipaddress.ip_address(address.partition("%")[0])
        mapped = getattr(ip, "ipv4_mapped", None) or ip
        if not (mapped.is_global and not mapped.is_multicast) and not (allow_loopback and mapped.is_loopback):
            raise ValueError("not an address on the internet")
    return addresses[0]
