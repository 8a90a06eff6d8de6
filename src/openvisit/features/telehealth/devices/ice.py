"""The ways through the network: STUN servers, and relays (TURN) with a password that runs out.

The relay checks the password by a secret it shares with us, without asking anybody ("A REST API For Access To TURN
Services", draft-uberti-behave-turn-rest-00; coturn's `use-auth-secret`): the name is when it runs out and whose it is,
the password the HMAC-SHA1 of the name.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from openvisit.features.telehealth.devices import wire

LIFE = timedelta(hours=4)
"""A visit, and some: the browsers ask again when a way has to be found anew."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What the operator set. With neither list, calls work where the browsers reach each other directly."""

    stun_urls: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret: str = field(default="", repr=False)
    policy: Literal["all", "relay"] = "all"


def through(ways: Ways, participant: str, now: datetime) -> wire.WaysThrough:
    """The ways for one participant of a room, good for `LIFE`."""
    expires_at = now + LIFE
    servers = [wire.IceServer(list(ways.stun_urls))] if ways.stun_urls else []
    if ways.turn_urls:
        name = f"{int(expires_at.timestamp())}:{participant}"
        servers.append(wire.IceServer(list(ways.turn_urls), name, password(ways.turn_secret, name)))
    return wire.WaysThrough(servers, ways.policy, expires_at)


def password(secret: str, name: str) -> str:
    """What the relay expects with this name."""
    digest = hmac.new(secret.encode(), name.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
