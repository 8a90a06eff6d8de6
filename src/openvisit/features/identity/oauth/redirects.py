"""Where an app may have people sent back to: the rules at registration and at each request."""

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

_URI = re.compile(r"[!#-\[\]_a-z~]+")  # printable ASCII that RFC 3986 lets stand in a URI
_PRIVATE_USE = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
LONGEST = 500


def fault(uri: str) -> str | None:
    """Why an app may not register this address; None when it may.

    https anywhere; plain http on the machine itself (RFC 8252 section 7.3); for native apps a scheme that is a domain
    name turned round, as in `com.example.app:/done` (section 7.1). Never a fragment, a user or a wildcard.
    """
    if len(uri) > LONGEST or not _URI.fullmatch(uri) or "#" in uri or "*" in uri:
        return "not an address that people can be sent back to"
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return "not an address"
    if parts.username or parts.password or "@" in parts.netloc or "\\" in uri or "/../" in uri:
        return "not a plain address"
    if parts.scheme == "https":
        return None if parts.hostname else "the host is missing"
    if parts.scheme == "http":
        return (
            None if _is_loopback(parts) or parts.hostname == "localhost" else "http is for 127.0.0.1 alone: use https"
        )
    if not _PRIVATE_USE.fullmatch(parts.scheme):
        return "a scheme of one's own is a domain name turned round, such as com.example.app"
    return None


def matches(asked: str, registered: Collection[str]) -> bool:
    """Whether the address is one of those registered: character by character (RFC 9700 section 2.1).

    The one exception is the port of `http://127.0.0.1` and `http://[::1]`, which a native app learns when it starts
    to listen (RFC 8252 section 7.3).
    """
    if asked in registered:
        return True
    without = _without_port(asked)
    return without is not None and any(without == _without_port(one) for one in registered)


def _without_port(uri: str) -> tuple[str, str] | None:
    """The loopback host and all that follows its port; None for any other address."""
    found = re.fullmatch(r"http://(127\.0\.0\.1|\[::1\])(?::([1-9][0-9]{0,4}))?((?:[/?].*)?)", uri)
    if found is None or fault(uri) is not None:
        return None
    return found[1], found[3]


def _is_loopback(parts: SplitResult) -> bool:
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
