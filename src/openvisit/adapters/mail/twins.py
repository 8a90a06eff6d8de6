"""Mailers for where no mail should leave."""

import sys
from email.message import EmailMessage
from typing import TextIO

_SHOWN = ("Message-ID", "To", "Subject", "Date")


class ConsoleMailer:
    """Shows the headers of each mail to a developer; the text, with its codes, stays unseen."""

    def __init__(self, sender: str, out: TextIO | None = None) -> None:
        self.sender = sender
        self._out = out

    async def send(self, message: EmailMessage) -> None:
        """Write the headers."""
        lines = [f"{name}: {message[name]}" for name in _SHOWN if message[name]]
        print("Mail, not sent", *lines, sep="\n  ", file=self._out or sys.stderr, flush=True)


class NullMailer:
    """Takes every mail and keeps nothing."""

    def __init__(self, sender: str) -> None:
        self.sender = sender

    async def send(self, message: EmailMessage) -> None:
        """Forget the mail."""
