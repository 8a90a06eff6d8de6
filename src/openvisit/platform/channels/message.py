"""A message to one person by one channel, before any vendor's form of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from openvisit.platform.ics import Method

Channel = Literal["email", "sms", "voice", "push"]

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,255}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_KEY = re.compile(r"[A-Za-z0-9._-]{1,200}")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class WebPush:
    """A browser's push subscription (W3C Push API): where to post, and the keys to encrypt for, base64url."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


Address = str | WebPush
"""A bare e-mail address, a telephone number (E.164), a browser's subscription, or a device's FCM token."""


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """An iCalendar file (RFC 5545) that goes with a mail; `method` is its METHOD."""

    content: str = field(repr=False)
    method: Method = "REQUEST"


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, to whom, by which channel.

    `key` is the same for every try of this message, and of no other: vendors that take an idempotency key get it, and
    it makes a mail's Message-ID. `subject` is a mail's, and the title of a push. `good_until`: after it the message is
    of no use, and a vendor that can throws it away. `digits`: the keys a call asks for, heard as an `InboundText`;
    empty: it only speaks. `headers` are a mail's additional ones, such as List-Unsubscribe.
    Nothing that it says, nor the address, is in its repr.
    Errors: ValueError for an address that is none, or a key or header that could not stand where it goes.
    """

    key: str
    channel: Channel
    address: Address = field(repr=False)
    text: str = field(repr=False)
    written_at: datetime
    language: str = "en"
    name: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    link: str = field(default="", repr=False)
    digits: str = ""
    good_until: datetime | None = None
    calendar: CalendarFile | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError("a message key is letters, digits, dot, dash and underscore")
        if not _fits(self.channel, self.address):
            raise ValueError(f"not an address that {self.channel} can be sent to")
        for name, value in self.headers.items():
            if not _HEADER_NAME.fullmatch(name) or not value.isprintable():
                raise ValueError(f"not a header that a mail can carry: {name!r}")

    @property
    def written_address(self) -> str:
        """The address of a channel whose addresses are text. Errors: TypeError for a browser's subscription."""
        if isinstance(self.address, WebPush):
            raise TypeError("a browser's subscription is no text")
        return self.address


def _fits(channel: Channel, address: Address) -> bool:
    if isinstance(address, WebPush):
        return channel == "push" and bool(address.endpoint and address.p256dh and address.auth)
    if channel == "push":
        return bool(address) and address.isascii() and address.isprintable()
    return (_EMAIL if channel == "email" else _E164).fullmatch(address) is not None
