"""Links that do one thing for one person without signing in: signed, so that nobody can make or change one.

A token is the purpose, what it is about, whom it was given to and when, and a keyed digest of these, base64url: 75
letters. Nothing is kept of it; whether it is still good is for whoever reads it to ask of what it is about. It stands
after the `#` of a page's address, which is neither sent nor logged, and following it only asks: mail scanners follow
links.
"""

import base64
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, cast, get_args
from uuid import UUID

Purpose = Literal["confirm", "reschedule", "cancel", "late", "unsubscribe", "accept", "decline", "answer", "rate"]
_PURPOSES = get_args(Purpose)  # a token holds the place in this list: add at its end
_PLACES: Mapping[Purpose, bytes] = {purpose: bytes([at]) for at, purpose in enumerate(_PURPOSES)}
_DIGEST = 16
_LENGTH = 1 + 16 + 16 + 7
PAGES: Mapping[Purpose, str] = {
    **dict.fromkeys(("confirm", "reschedule", "cancel", "late"), "answer"),
    "unsubscribe": "unsubscribe",
    "accept": "waitlist/offer",
    "decline": "waitlist/offer",
    "answer": "waitlist/proposal",
    "rate": "rate",
}
"""The page that asks before it does what a link is for."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Keyed = Callable[[str], bytes]
"""A keyed digest: `Vault.blind_index`."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says: to do what (`purpose`) about what (`subject`), given to whom and when."""

    purpose: Purpose
    subject: UUID
    person_id: UUID
    given_at: datetime


def token(keyed: Keyed, link: Link) -> str:
    """The token of a link, which is the same for the same microsecond."""
    return tokens(keyed, [link.purpose], link.subject, link.person_id, link.given_at)[0]


def tokens(keyed: Keyed, purposes: Sequence[Purpose], subject: UUID, person_id: UUID, given_at: datetime) -> list[str]:
    """The tokens of several links about one thing, for one person; the rest as `token`."""
    about = subject.bytes + person_id.bytes + ((given_at - _EPOCH) // _MICROSECOND).to_bytes(7, "big")
    return [_signed(keyed, _PLACES[purpose] + about) for purpose in purposes]


def _signed(keyed: Keyed, said: bytes) -> str:
    return base64.urlsafe_b64encode(said + _digest(keyed, said)).decode().rstrip("=")


def read(keyed: Keyed, text: str) -> Link | None:
    """What a token says, or None for one that we did not make."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    said, digest = raw[:_LENGTH], raw[_LENGTH:]
    if len(raw) != _LENGTH + _DIGEST or not hmac.compare_digest(digest, _digest(keyed, said)):
        return None
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != text or said[0] >= len(_PURPOSES):
        return None
    at = _EPOCH + timedelta(microseconds=int.from_bytes(said[33:], "big"))
    return Link(cast(Purpose, _PURPOSES[said[0]]), UUID(bytes=said[1:17]), UUID(bytes=said[17:33]), at)


def page(public_url: str, purpose: Purpose, text: str) -> str:
    """The address of the page that asks before it does what a token says."""
    return f"{public_url.rstrip('/')}/{PAGES[purpose]}#{text}"


def room(public_url: str, appointment_id: UUID) -> str:
    """The address of a video visit's room: it has the visit's id, and lets in nobody for knowing it."""
    return f"{public_url.rstrip('/')}/visit/{appointment_id}"


def _digest(keyed: Keyed, said: bytes) -> bytes:
    return keyed(f"link {said.hex()}")[:_DIGEST]
