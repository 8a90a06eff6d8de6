"""Senders of every channel for where nothing should leave."""

import sys
from typing import TextIO

from openvisit.platform.channels import NULL, Channel, Message, Taken


class ConsoleSender:
    """Shows a developer that a message would have gone out; what it says, with its codes, stays unseen."""

    vendor = "console"
    takes_idempotency_key = True

    def __init__(self, channel: Channel, origin: str = "", out: TextIO | None = None) -> None:
        self.channel = channel
        self.origin = origin
        self._out = out

    async def send(self, message: Message) -> Taken:
        """Write whom it would have gone to, and its subject."""
        to = message.address if isinstance(message.address, str) else "a browser"
        lines = [f"Key: {message.key}", f"To: {to}", *([f"Subject: {message.subject}"] if message.subject else [])]
        print(f"Not sent, {self.channel}", *lines, sep="\n  ", file=self._out or sys.stderr, flush=True)
        return Taken(self.vendor, message.key)

    async def close(self) -> None:
        """Nothing is kept."""


class NullSender:
    """Takes every message and keeps nothing."""

    vendor = NULL
    takes_idempotency_key = True

    def __init__(self, channel: Channel, origin: str = "") -> None:
        self.channel = channel
        self.origin = origin

    async def send(self, message: Message) -> Taken:
        """Forget it."""
        return Taken(self.vendor, message.key)

    async def close(self) -> None:
        """Nothing is kept."""
