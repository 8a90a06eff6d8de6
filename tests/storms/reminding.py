"""A worker of reminders in a process of its own, whose vendors write down what they are given.

Its leases and waits are short, so that a storm need not wait for long ones.
"""

import asyncio
import os
import random
import sys
from datetime import timedelta

from openvisit.core import sending
from openvisit.features.notifications.reminders import claiming, dispatch
from openvisit.features.notifications.reminders.dispatch import Dispatcher, rush
from openvisit.features.notifications.reminders.writing import TemplateWriter
from openvisit.platform import log
from openvisit.platform.channels import Doubtful, Message, Refused, Taken
from openvisit.platform.clock import system_clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.principal import SYSTEM, become


def hurry() -> None:
    """Short leases and waits, in this process alone."""
    sending._FIRST_WAIT = 1
    claiming.LEASE = timedelta(seconds=6)
    dispatch.LONGEST_SEND = timedelta(seconds=1)


class Writing:
    """Appends the key of each message to a file, in one write. `moods`: what share ends otherwise than well."""

    vendor = "writing"
    channel = "email"
    origin = ""

    def __init__(self, path: str, *, takes_idempotency_key: bool, moods: bool) -> None:
        self.takes_idempotency_key = takes_idempotency_key
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._moods = random.Random(os.getpid()) if moods else None

    async def send(self, message: Message) -> Taken:
        """Take it, or be in a bad mood."""
        mood = self._moods.random() if self._moods else 1.0
        if mood < 0.05:
            raise Refused("429", permanent=False, retry_after=timedelta(seconds=1))
        if mood < 0.10:
            raise Refused("500", permanent=False, retry_after=timedelta(0))
        os.write(self._file, f"{message.key}\n".encode())
        if mood < 0.11:
            await asyncio.sleep(5)  # a time-out: it has the message and does not say so
        if mood < 0.13:
            raise Doubtful("cut-off")
        await asyncio.sleep(0)
        return Taken(self.vendor, message.key)


async def main(url: str, secret: str, path: str, knows: str, moods: str) -> None:
    """Send until killed."""
    become(SYSTEM)
    log.configure("error", "text")
    db = Database(url, size=8)
    await db.open()
    vault = Vault(secret, url)
    await vault.start()
    email = Writing(path, takes_idempotency_key=knows == "knows", moods=moods == "moods")
    dispatcher = Dispatcher(db, system_clock, {"email": email}, TemplateWriter(vault, "https://visits.example"))  # type: ignore[dict-item]
    while True:
        if not await rush(dispatcher):
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    hurry()
    asyncio.run(main(*sys.argv[1:]))
