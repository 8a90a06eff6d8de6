"""A worker that is killed after the server took the mail and before that could be written down."""

import asyncio
import os
import signal
import sys
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

from openvisit.adapters.mail import SmtpMailer
from openvisit.features.notifications.deliver import Happened, Post, tell
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.principal import SYSTEM, become


class KilledMailer(SmtpMailer):
    """Hands over one mail, then its process is gone."""

    async def send(self, message: EmailMessage) -> None:
        """Send and die."""
        await super().send(message)
        os.kill(os.getpid(), signal.SIGKILL)


async def main(
    database_url: str, secret: str, smtp_url: str, sender: str, now: str, event: str, appointment: str
) -> None:
    """Tell of one booking."""
    become(SYSTEM)
    db = Database(database_url, size=2)
    await db.open()
    moment = datetime.fromisoformat(now)
    post = Post(
        db, Vault(secret, database_url), lambda: moment, KilledMailer(smtp_url, sender), "http://127.0.0.1:8000"
    )
    await tell(post, Happened(UUID(event), "appointment.booked", UUID(appointment)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
