"""`EVENTS_URL` of Kafka: `kafka://` or, by TLS, `kafkas://[user:password@]host:port[,host:port][?sasl=...&ca=...]`."""

import ssl
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

_SASL = {"SCRAM-SHA-512": SASLScram512, "SCRAM-SHA-256": SASLScram256, "PLAIN": SASLPlaintext}


@dataclass(frozen=True, slots=True)
class Address:
    """The servers to begin with, and how to sign in there."""

    servers: list[str]
    security: BaseSecurity


def read_url(url: str) -> Address:
    """Where Kafka is. `sasl` is SCRAM-SHA-512 unless said otherwise, `ca` the file of an authority of your own.

    Errors: ValueError, which never holds the password.
    """
    parts = urlsplit(url)
    who, _, where = parts.netloc.rpartition("@")
    servers = [server for server in where.split(",") if server]
    if not servers or not all(server.rpartition(":")[2].isdecimal() for server in servers):
        raise ValueError("EVENTS_URL must name its servers as host:port[,host:port]")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if unknown := options.keys() - {"sasl", "ca"}:
        raise ValueError(f"EVENTS_URL knows no option {', '.join(sorted(unknown))}")
    context = ssl.create_default_context(cafile=options.get("ca")) if parts.scheme == "kafkas" else None
    if not who:
        return Address(servers, BaseSecurity(ssl_context=context))
    user, _, password = who.partition(":")
    kind = _SASL.get(options.get("sasl", "SCRAM-SHA-512"))
    if kind is None:
        raise ValueError(f"EVENTS_URL: sasl must be one of {', '.join(_SASL)}")
    return Address(servers, kind(unquote(user), unquote(password), ssl_context=context))
