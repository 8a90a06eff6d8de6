"""What vendors tell us by calling our webhooks: whether messages arrived, and what people answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

DeliveryStatus = Literal["delivered", "failed", "bounced", "complained", "unsubscribed"]


@dataclass(frozen=True, slots=True)
class Call:
    """A request to a webhook, as its signature sees it.

    `url` is the one the vendor was given, with its query: behind a proxy not the one our server reads. `headers` have
    names in lower case.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Forged(Exception):
    """The call is not the vendor's own: no signature, a wrong one, or one too old. The words are for the log."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a message. `id` is the same whenever the vendor tells of the same thing again.

    `message_id` is that of `Taken`, `key` that of the message where the vendor gives it back. `reason` is a code.
    `address_is_dead`: nothing sent to this address will arrive (a hard bounce), or may be sent (a complaint).
    """

    id: str
    vendor: str
    message_id: str
    status: DeliveryStatus
    at: datetime
    key: str = ""
    reason: str = ""
    address_is_dead: bool = False


@dataclass(frozen=True, slots=True)
class InboundText:
    """What a person sent us by SMS, or keyed in during a call; `text` is then the digits.

    `answers` is the `message_id` of the call that it answers; SMS does not say.
    """

    id: str
    vendor: str
    channel: Literal["sms", "voice"]
    sender: str = field(repr=False)
    to: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the vendor gets to read: nothing, or what a call says next."""

    content: str = ""
    media_type: str = "text/plain"


class Hooks(Protocol):
    """One vendor's webhooks."""

    @property
    def vendor(self) -> str:
        """The last part of the address: `/api/webhooks/{vendor}`."""
        ...

    async def verify(self, call: Call, now: datetime) -> None:
        """Return when the vendor itself made this call. Errors: Forged."""
        ...

    async def read(self, call: Call) -> Sequence[DeliveryReport | InboundText]:
        """What a verified call tells, without what does not concern us. Errors: ValueError, malformed."""
        ...

    def reply(self, call: Call) -> Reply:
        """The answer that the vendor expects to a call that was read."""
        ...
