"""A vendor that keeps what it is given, and does what a test tells it to."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from openvisit.platform.channels import Channel, Message, Taken

Behaviour = Callable[[Message, int], None]
"""Called with the message and how often its key has come, before it is taken; may raise Refused or Doubtful."""


@dataclass
class Vendor:
    """`takes_idempotency_key`: a key that came before is answered as before, and arrives once."""

    channel: Channel
    takes_idempotency_key: bool = True
    vendor: str = "testing"
    origin: str = ""
    behave: Behaviour = lambda message, calls: None
    calls: Counter[str] = field(default_factory=Counter)
    arrived: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))

    async def send(self, message: Message) -> Taken:
        """Take it, unless told otherwise."""
        self.calls[message.key] += 1
        self.behave(message, self.calls[message.key])
        if not (self.takes_idempotency_key and self.arrived[message.key]):
            self.arrived[message.key].append(message)
        return Taken(self.vendor, f"id-of-{message.key}")

    async def close(self) -> None:
        """Nothing is kept."""

    @property
    def messages(self) -> list[Message]:
        """Everything that arrived."""
        return [message for arrived in self.arrived.values() for message in arrived]
