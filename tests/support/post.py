"""A sender of mail for tests: taken at the port, and read as the mail that it would have been."""

from email.message import EmailMessage

from openvisit.platform.channels import Channel, Message, Taken
from openvisit.platform.mail.mime import as_mime

ORIGIN = "OpenVisit <visits@openvisit.test>"


class KeptMail:
    """Keeps what it is given."""

    vendor = "tests"
    channel: Channel = "email"
    origin = ORIGIN
    takes_idempotency_key = False

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def send(self, message: Message) -> Taken:
        """Keep it."""
        self.mails.append(as_mime(message, self.origin))
        return Taken(self.vendor, self.mails[-1]["Message-ID"])

    async def close(self) -> None:
        """Nothing is kept."""
