"""The port that every vendor of a channel satisfies, and the three ways that a send can end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from openvisit.platform.channels.message import Channel, Message

NULL = "null"
"""The vendor of the twin that takes every message and keeps nothing: where it stands, a channel leads nowhere."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The vendor has taken the message, and calls it `message_id` in what it reports later."""

    vendor: str
    message_id: str


class Refused(Exception):
    """The vendor has not taken the message.

    `permanent`: trying this message again would not help. Otherwise it is worth another try, after `retry_after` where
    the vendor named a time. `reason` is a code or a few words, never an address nor what a server wrote.
    `address_is_dead`: the address itself is at fault, for whatever is sent to it.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool,
        retry_after: timedelta | None = None,
        address_is_dead: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.address_is_dead = address_is_dead


class Doubtful(Exception):
    """The conversation was cut off after the message had gone out: the vendor may have taken it or not.

    Where the vendor takes idempotency keys, sending it again is harmless.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Sender(Protocol):
    """Hands messages of one channel to one vendor."""

    @property
    def vendor(self) -> str:
        """The vendor's name in settings, tables and webhooks: `twilio`."""
        ...

    @property
    def channel(self) -> Channel:
        """What it sends."""
        ...

    @property
    def origin(self) -> str:
        """Whom messages come from: the `From` of mails, the number or name of the others; may be empty."""
        ...

    @property
    def takes_idempotency_key(self) -> bool:
        """Whether the vendor itself sees to it that a message sent twice under one key arrives once."""
        ...

    async def send(self, message: Message) -> Taken:
        """Return once the vendor has taken the message. Errors: Refused, Doubtful."""
        ...

    async def close(self) -> None:
        """Close the connections that are kept for the next message."""
        ...


Senders = Mapping[Channel, Sender]
"""The sender of every channel; where nothing is to be sent by one, it is the null twin."""
