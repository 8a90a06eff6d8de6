"""Challenges of passkeys: random, kept here, good once and for five minutes (WebAuthn level 3 section 13.4.3)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from webauthn.helpers import base64url_to_bytes

from openvisit.platform.db import Connection, Database, execute

LIFE = timedelta(minutes=5)
Purpose = Literal["register", "sign-in", "factor", "step-up"]


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Us, as authenticators know us: the domain that passkeys belong to, and the origins they may be used from."""

    id: str
    origins: tuple[str, ...]
    name: str = "OpenVisit"


def relying_party(public_url: str) -> RelyingParty:
    """From the address that people open.

    A domain is needed, an IP address is none: an installation at a loopback address also goes by `localhost`.
    """
    parts = urlsplit(public_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    host = parts.hostname or "localhost"
    if host in ("127.0.0.1", "::1"):
        port = f":{parts.port}" if parts.port else ""
        return RelyingParty("localhost", (f"{parts.scheme}://localhost{port}",))
    return RelyingParty(host, (origin,))


async def make(connection: Connection, purpose: Purpose, bound_to: UUID | None, now: datetime) -> bytes:
    """A new challenge, for the session or the ticket it is `bound_to`."""
    challenge = secrets.token_bytes(32)
    await execute(
        connection,
        """INSERT INTO passkey_challenge (challenge, purpose, bound_to, expires_at)
           VALUES (%(challenge)s, %(purpose)s, %(bound_to)s, %(expires_at)s)""",
        {"challenge": challenge, "purpose": purpose, "bound_to": bound_to, "expires_at": now + LIFE},
    )
    return challenge


async def take(db: Database, client_data: str, purpose: Purpose, bound_to: UUID | None, now: datetime) -> bytes | None:
    """The challenge that a passkey answered, used up whatever becomes of the answer; None when it is not one of ours,
    was used, has run out, or was made for something else."""
    challenge = _answered(client_data)
    if not challenge:
        return None
    async with db.connection() as connection:
        taken = await execute(
            connection,
            """DELETE FROM passkey_challenge
               WHERE challenge = %(challenge)s AND purpose = %(purpose)s
                     AND bound_to IS NOT DISTINCT FROM %(bound_to)s AND expires_at > %(now)s""",
            {"challenge": challenge, "purpose": purpose, "bound_to": bound_to, "now": now},
        )
    return challenge if taken else None


class _ClientData(msgspec.Struct):
    challenge: str


def _answered(client_data: str) -> bytes:
    """The challenge that stands in the client data; nothing when it cannot be read."""
    try:
        said = msgspec.json.decode(base64url_to_bytes(client_data), type=_ClientData)
        return base64url_to_bytes(said.challenge)[:64]
    except (ValueError, RecursionError):  # msgspec's and base64's errors are ValueErrors
        return b""
