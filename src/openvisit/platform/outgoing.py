"""Calls to addresses that somebody else chose: an identity provider's endpoints, a webhook.

Such an address may point into our own network (server-side request forgery, CWE-918). So the name is resolved once,
every address it has must be a public one, and the connection is made to the address that was checked: a second answer
of the name server (DNS rebinding) changes nothing. Redirects are followed only where the caller says so, each checked
like the first. Answers are bounded in size and time.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpx
import msgspec

from openvisit.platform.trusted import authorities

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Awaitable[list[str]]]

SECONDS = 10.0
LARGEST = 262_144  # bytes
_LOOPBACK: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class OutgoingRefused(Exception):
    """The address is not one we call: its scheme, or where it leads to."""


class OutgoingFailed(Exception):
    """No answer, one that took too long, or one that is too large."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Errors: OutgoingFailed when it is none."""
        try:
            found: dict[str, Any] = msgspec.json.decode(self.body, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise OutgoingFailed("the answer is no JSON object") from error
        return found


async def resolve(host: str, port: int) -> list[str]:
    """Every address of a host, as the system's resolver knows them. Errors: OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def parse_networks(text: str) -> tuple[Network, ...]:
    """Networks from a comma-separated list (`10.20.0.0/16, 192.168.7.9`). Errors: ValueError."""
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def is_public(address: Address) -> bool:
    """Whether the address is on the open internet, also the IPv4 address that an IPv6 one carries."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


class Outgoing:
    """Makes calls to addresses that others chose.

    `allowed` are networks of our own that may be called all the same (a hospital's identity provider is often inside).
    `development` takes plain http, and the loopback.
    """

    def __init__(
        self,
        *,
        allowed: Iterable[Network] = (),
        development: bool = False,
        resolver: Resolver = resolve,
        verify: Any = True,
    ) -> None:
        self._allowed = (*allowed, *(_LOOPBACK if development else ()))
        self._schemes = ("https", "http") if development else ("https",)
        self._resolve = resolver
        self._verify = verify
        self._made: httpx.AsyncHTTPTransport | None = None

    @property
    def _transport(self) -> httpx.AsyncHTTPTransport:
        """Made at the first call, since reading the certificates takes its time."""
        if self._made is None:
            # No connection is kept: it is made to an address, and must not serve another host of the same address.
            verify = authorities() if self._verify is True else self._verify
            self._made = httpx.AsyncHTTPTransport(verify=verify, limits=httpx.Limits(max_keepalive_connections=0))
        return self._made

    def check_url(self, url: str) -> httpx.URL:
        """The parsed address. Errors: OutgoingRefused for another scheme, for credentials in it, or for no host."""
        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, TypeError, ValueError) as error:
            raise OutgoingRefused("not an address") from error
        if parsed.scheme not in self._schemes:
            raise OutgoingRefused(f"only {' and '.join(self._schemes)} addresses are called")
        if not parsed.host or parsed.userinfo or not 0 < (parsed.port or 443) < 65536:
            raise OutgoingRefused("an address needs a host, a port there can be, and no credentials")
        return parsed

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        redirects: int = 0,
        largest: int = LARGEST,
        seconds: float = SECONDS,
    ) -> Answer:
        """Make one call, whatever its status. `redirects` is how many are followed, for GET only.

        Errors: OutgoingRefused, OutgoingFailed.
        """
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(method, url, dict(headers or {}), form, content, redirects, largest)
        except TimeoutError as error:
            raise OutgoingFailed(f"no answer within {seconds:.0f} seconds") from error
        except (httpx.HTTPError, OSError) as error:
            raise OutgoingFailed(type(error).__name__) from error

    async def _follow(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        form: Mapping[str, str] | None,
        content: bytes | None,
        redirects: int,
        largest: int,
    ) -> Answer:
        while True:
            answer = await self._once(method, url, headers, form, content, largest)
            target = answer.headers.get("location")
            if method != "GET" or answer.status not in _REDIRECTS or target is None:
                return answer
            if redirects <= 0:
                raise OutgoingFailed("too many redirects")
            redirects -= 1
            url = urljoin(url, target)

    async def _once(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        form: Mapping[str, str] | None,
        content: bytes | None,
        largest: int,
    ) -> Answer:
        parsed = self.check_url(url)
        address = await self._address_of(parsed)
        request = httpx.Request(
            method,
            parsed.copy_with(host=address),
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "OpenVisit", **headers}
            | {"Host": parsed.netloc.decode("ascii")},
            data=dict(form) if form is not None else None,
            content=content,
            # The certificate is that of the name, though the connection goes to the address.
            extensions={"sni_hostname": parsed.raw_host.decode("ascii"), "timeout": httpx.Timeout(SECONDS).as_dict()},
        )
        response = await self._transport.handle_async_request(request)
        try:
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > largest:
                    raise OutgoingFailed(f"the answer is larger than {largest} bytes")
        finally:
            await response.aclose()
        return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, bytes(body))

    async def _address_of(self, url: httpx.URL) -> str:
        """The first address of the host, once all of them have been found good."""
        try:
            found = await self._resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
        except (OSError, UnicodeError) as error:
            raise OutgoingFailed("the host's name cannot be resolved") from error
        addresses = [ipaddress.ip_address(one.partition("%")[0]) for one in found]
        if not addresses:
            raise OutgoingFailed("the host's name cannot be resolved")
        for address in addresses:
            if not is_public(address) and not any(address in network for network in self._allowed):
                raise OutgoingRefused("the address leads into a network that is not public")
        return str(addresses[0])
