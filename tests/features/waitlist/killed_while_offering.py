"""A worker that is killed while it offers a time: before its transaction is committed, or right after."""

import asyncio
import os
import signal
import sys
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from openvisit.features.waitlist import offering
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.events import Subscriptions
from openvisit.platform.principal import SYSTEM, become


def die(*_: object) -> NoReturn:
    """Be gone at once, as by the machine."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("it was killed")


class Silent:
    """Nobody listens."""

    def publish(self, *_: str) -> None:
        """Tell nobody."""


async def main(database_url: str, secret: str, now: str, provider: str, when: str) -> None:
    """Offer what is free, and die."""
    become(SYSTEM)
    db = Database(database_url, size=2)
    await db.open()
    live: Any = Silent()
    waitlist = offering.List(db, Vault(secret, database_url), live, Subscriptions())
    if when == "before":
        offering.metrics.waitlist_offers.labels("made").inc = die  # type: ignore[method-assign]
    await offering.look(waitlist, UUID(provider), datetime.fromisoformat(now))
    die()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
