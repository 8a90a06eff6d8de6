"""Where a sign-in comes from: the device in words, the place by the network address, and the cookie of the browser."""

import ipaddress
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import maxminddb
from ua_parser import parse

from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection

LONGEST_USER_AGENT = 400


class Places:
    """Tells a place from an address: by a GeoIP database (MaxMind DB format 2.0, city or country) when one is given,
    by the network otherwise."""

    def __init__(self, database: str = "") -> None:
        self._reader = maxminddb.open_database(Path(database)) if database else None

    def of(self, address: str) -> str:
        """`Albany, United States`, or `203.0.113.x` where nothing better is known; empty for what is no address."""
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return ""
        if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        return self._named(ip) or _network(ip)

    def close(self) -> None:
        """Let go of the database's file."""
        if self._reader is not None:
            self._reader.close()

    def _named(self, ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
        if self._reader is None or (ip.version == 6 and self._reader.metadata().ip_version == 4):
            return ""
        found: Any = self._reader.get(ip)
        if not isinstance(found, dict):
            return ""
        parts = (found.get(part) for part in ("city", "country"))
        names = [(part or {}).get("names", {}).get("en", "") for part in parts]
        return ", ".join(name for name in names if name)


def device_of(user_agent: str) -> str:
    """The device in words, `Firefox on Windows`; the browser or the system alone when only one is known, else empty."""
    return _device(printable(user_agent))


def printable(user_agent: str) -> str:
    """What is kept of a User-Agent header: at most 400 characters, and none that steers a terminal."""
    return "".join(c for c in user_agent if c.isprintable())[:LONGEST_USER_AGENT]


@lru_cache(maxsize=1000)
def _device(user_agent: str) -> str:
    told = parse(user_agent)
    names = [part.family for part in (told.user_agent, told.os) if part is not None and part.family != "Other"]
    return " on ".join(names)


def _network(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip).rpartition(".")[0] + ".x"
    return str(ipaddress.ip_network((ip, 48), strict=False))  # what a site is given (RFC 6177)


_NETWORKS_ALONE = Places()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sign-in comes from, as the edge knows it.

    `browser` is the secret of the long-lived device cookie, None in a browser that has none yet; `refresh_token` that
    of the session in which the browser was before. Without a `vault` the network address is not kept.
    """

    user_agent: str = ""
    address: str = ""
    browser: str | None = None
    vault: Vault | None = None
    places: Places = field(default=_NETWORKS_ALONE)
    refresh_token: str | None = field(default=None, repr=False)

    @property
    def device(self) -> str:
        """The device in words."""
        return device_of(self.user_agent)

    @property
    def place(self) -> str:
        """The place in words."""
        return self.places.of(self.address)

    async def sealed_address(self, connection: Connection, person_id: UUID, session_id: UUID) -> bytes | None:
        """The network address as it is kept beside the session, under the person's key."""
        if self.vault is None or not self.address:
            return None
        keys = await self.vault.keys(connection, person_id)
        return keys.seal(self.address, "session.address", session_id)

    def browser_or_new(self) -> str:
        """The browser's secret, a new one for a browser that has none."""
        return self.browser or secrets.token_urlsafe(32)
