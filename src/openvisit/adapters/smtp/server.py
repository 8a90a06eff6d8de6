"""The SMTP server that a setting names."""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Server:
    """What an SMTP URL says. `start_tls`: True always, None when the server offers it, False never."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    tls: bool
    start_tls: bool | None


def read_url(url: str) -> Server:
    """`smtp://`, `smtp+starttls://` or `smtps://`, then `[user:password@]host[:port]`.

    Plain `smtp://` is turned to TLS where the server offers it, and has to be where a password is to be sent;
    this machine itself is believed. User and password are percent-encoded.
    Errors: ValueError, which does not repeat the password.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"SMTP_URL starts with one of {', '.join(_PORTS)}, then :// and a host")
    here = _is_loopback(parts.hostname)
    user = unquote(parts.username) if parts.username else None
    start_tls: bool | None = False if here else (True if user else None)
    if parts.scheme != "smtp":
        start_tls = parts.scheme == "smtp+starttls"
    return Server(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        user=user,
        password=unquote(parts.password) if parts.password else None,
        tls=parts.scheme == "smtps",
        start_tls=start_tls,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
