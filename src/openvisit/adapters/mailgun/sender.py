"""Mail by Mailgun, which takes it as it would go out. It takes no idempotency key: a doubt stays one."""

from datetime import UTC, datetime
from urllib.parse import quote

from openvisit.adapters.vendor_api import SECONDS, VendorApi, refusal
from openvisit.platform.channels import Channel, Message, Taken
from openvisit.platform.mail.mime import as_mime

VENDOR = "mailgun"


class MailgunSender:
    """`origin` is the From, `domain` the one of the account that it is sent for."""

    vendor = VENDOR
    channel: Channel = "email"
    takes_idempotency_key = False

    def __init__(self, api_key: str, url: str, domain: str, origin: str, *, seconds: float = SECONDS) -> None:
        self.origin = origin
        self._path = f"/v3/{quote(domain, safe='')}/messages.mime"
        self._api = VendorApi(url, auth=("api", api_key), seconds=seconds)

    async def send(self, message: Message) -> Taken:
        """Return once Mailgun has queued it; its id is the Message-ID. Errors: Refused, Doubtful."""
        mail = as_mime(message, self.origin)
        form = {
            "to": message.written_address,
            # Links in our mails are personal and signed: nobody rewrites them, and nobody counts who opens what.
            "o:tracking": "no",
            "v:openvisit_key": message.key,  # given back in every event
        }
        files = {"message": ("message.mime", mail.as_bytes(), "message/rfc822")}
        answer = await self._api.post(self._path, data=form, files=files)
        if answer.status != 200:
            raise refusal(answer, datetime.now(UTC))
        given = answer.json.get("id")
        return Taken(VENDOR, (given if isinstance(given, str) and given else mail["Message-ID"]).strip("<>"))

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()
