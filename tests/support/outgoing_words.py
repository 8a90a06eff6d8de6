"""A sender that keeps what it was given, as a vendor does."""

from dataclasses import dataclass, field

from openvisit.platform.channels import Channel, Message, Taken


@dataclass
class Kept:
    """Takes every message of one channel."""

    channel: Channel
    origin: str = ""
    vendor: str = "kept"
    takes_idempotency_key: bool = True
    sent: list[Message] = field(default_factory=list)

    async def send(self, message: Message) -> Taken:
        """Take it."""
        self.sent.append(message)
        return Taken(self.vendor, f"{self.vendor}-{len(self.sent)}")
