"""What identity needs from vendors."""

from email.message import EmailMessage
from typing import Protocol


class MailFailed(Exception):
    """A mail was not taken. `permanent`: trying again would not help; otherwise it is worth another try later."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class Mailer(Protocol):
    """Sends mail."""

    @property
    def sender(self) -> str:
        """The `From` of what OpenVisit writes."""
        ...

    async def send(self, message: EmailMessage) -> None:
        """Return once the next server has taken the message; MailFailed when it has not."""
        ...
