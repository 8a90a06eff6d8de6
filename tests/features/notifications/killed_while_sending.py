"""A worker that is killed after the server took the mail and before that could be written down."""

import asyncio
import os
import signal
import sys
from datetime import datetime
from uuid import UUID

from openvisit.adapters.smtp import SmtpSender
from openvisit.features.notifications.news.telling import Happened, tell
from openvisit.features.notifications.reminders.dispatch import Dispatcher, turn
from openvisit.features.notifications.reminders.writing import TemplateWriter
from openvisit.platform.channels import Message, Taken
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.principal import SYSTEM, become


class KilledSender(SmtpSender):
    """Hands over one mail, then its process is gone."""

    async def send(self, message: Message) -> Taken:
        """Send and die."""
        await super().send(message)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("it was killed")


async def main(
    database_url: str, secret: str, smtp_url: str, sender: str, now: str, event: str, appointment: str
) -> None:
    """Tell of one booking, and then do whatever else is due."""
    become(SYSTEM)
    db = Database(database_url, size=2)
    await db.open()
    moment = datetime.fromisoformat(now)
    mailer = KilledSender(smtp_url, sender)
    writer = TemplateWriter(Vault(secret, database_url), "http://127.0.0.1:8000", sender)
    dispatcher = Dispatcher(db, lambda: moment, {"email": mailer}, writer)  # type: ignore[dict-item]
    await tell(dispatcher, Happened(UUID(event), "appointment.booked", UUID(appointment)))
    await turn(dispatcher)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
