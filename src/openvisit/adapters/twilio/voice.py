"""Telephone calls by Twilio: the words are said, and keys that are pressed come in by the webhook."""

from urllib.parse import urlencode

from openvisit.adapters.twilio.account import VENDOR, Account, create
from openvisit.adapters.twilio.words import spoken
from openvisit.adapters.vendor_api import SECONDS
from openvisit.platform.channels import Channel, Message, Taken


class TwilioVoice:
    """`origin` is a number of the account."""

    vendor = VENDOR
    channel: Channel = "voice"
    takes_idempotency_key = False

    def __init__(self, account: Account, origin: str, *, seconds: float = SECONDS) -> None:
        self.origin = origin
        self._account = account
        self._api = account.api(seconds)

    async def send(self, message: Message) -> Taken:
        """Return once Twilio is to call. Errors: Refused, Doubtful."""
        answers = f"{self._account.webhook}?{urlencode({'language': message.language, 'digits': message.digits})}"
        form = {
            "To": message.written_address,
            "From": self.origin,
            "Twiml": spoken(message.text, message.language, digits=message.digits, answers=answers),
            "StatusCallback": self._account.webhook,
            "Timeout": 30,  # seconds of ringing: before most voice mailboxes answer
            "TimeLimit": 180,
        }
        return await create(self._api, self._account, "Calls", form)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()
