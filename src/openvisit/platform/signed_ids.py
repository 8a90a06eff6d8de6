"""Ids that prove where they come from: for links in mails, of which nothing has to be stored.

A token is the ids and a keyed digest (HMAC-SHA-256, cut to 144 bits) over the purpose and the ids, in base64url. It
says nothing secret and gives no right by itself: whoever takes it asks whether the thing is still open, and for how
long.
"""

import base64
import binascii
import hmac
from uuid import UUID

from openvisit.platform.crypto import Vault

WAITLIST_OFFER = "waitlist offer"
"""Of the offer, and of the person it was mailed to."""

_DIGEST = 18
LONGEST = 200


def sign(vault: Vault, purpose: str, *ids: UUID) -> str:
    """The token for the ids; `purpose` keeps one kind of link from being used as another."""
    content = b"".join(id_.bytes for id_ in ids)
    return base64.urlsafe_b64encode(content + _digest(vault, purpose, ids)).decode().rstrip("=")


def read(vault: Vault, purpose: str, token: str, count: int) -> tuple[UUID, ...] | None:
    """The `count` ids in a token of ours; None when it is not ours, or was made for another purpose."""
    try:
        raw = base64.b64decode(token.encode() + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    if len(token) > LONGEST or len(raw) != 16 * count + _DIGEST:
        return None
    ids = tuple(UUID(bytes=raw[16 * n : 16 * (n + 1)]) for n in range(count))
    # The whole text, of which base64 leaves the last bits open: one thing has one link.
    return ids if hmac.compare_digest(token, sign(vault, purpose, *ids)) else None


def _digest(vault: Vault, purpose: str, ids: tuple[UUID, ...]) -> bytes:
    return vault.blind_index(" ".join(("signed", purpose, *map(str, ids))))[:_DIGEST]
