"""SMS by Twilio."""

from typing import Any

from openvisit.adapters.seconds_left import seconds_left
from openvisit.adapters.twilio.account import VENDOR, Account, create
from openvisit.adapters.vendor_api import SECONDS
from openvisit.platform.channels import Channel, Message, Taken


class TwilioSms:
    """`origin` is a number of the account, a sender name, or the SID of a messaging service (MG...)."""

    vendor = VENDOR
    channel: Channel = "sms"
    takes_idempotency_key = False

    def __init__(self, account: Account, origin: str, *, seconds: float = SECONDS) -> None:
        self.origin = origin
        self._account = account
        self._api = account.api(seconds)

    async def send(self, message: Message) -> Taken:
        """Return once Twilio has queued it. Errors: Refused, Doubtful."""
        form: dict[str, Any] = {
            "To": message.written_address,
            "MessagingServiceSid" if self.origin.startswith("MG") else "From": self.origin,
            "Body": message.text,
            "StatusCallback": self._account.webhook,
        }
        if (seconds := seconds_left(message, least=1, most=36_000)) is not None:
            form["ValidityPeriod"] = seconds
        return await create(self._api, self._account, "Messages", form)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()
