"""Mail by SendGrid's v3 API. It takes no idempotency key: a doubt stays one."""

import base64
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any

from openvisit.adapters.vendor_api import SECONDS, VendorApi, refusal
from openvisit.platform.channels import Channel, Message, Taken
from openvisit.platform.mail.mime import all_headers, message_id, shown_name

VENDOR = "sendgrid"


class SendGridSender:
    """`origin` is the From, of a domain that the account may send for."""

    vendor = VENDOR
    channel: Channel = "email"
    takes_idempotency_key = False

    def __init__(self, api_key: str, url: str, origin: str, *, seconds: float = SECONDS) -> None:
        self.origin = origin
        self._api = VendorApi(url, headers={"Authorization": f"Bearer {api_key}"}, seconds=seconds)

    async def send(self, message: Message) -> Taken:
        """Return once SendGrid has accepted it. Errors: Refused, Doubtful."""
        answer = await self._api.post("/v3/mail/send", json=_body(message, self.origin))
        if answer.status != 202:
            raise refusal(answer, datetime.now(UTC))
        return Taken(VENDOR, answer.headers.get("x-message-id", "") or message.key)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()


def _body(message: Message, origin: str) -> dict[str, Any]:
    content = [{"type": "text/plain", "value": message.text}]
    if message.html:
        content.append({"type": "text/html", "value": message.html})
    body: dict[str, Any] = {
        "personalizations": [
            {
                "to": [_party(message.name, message.written_address)],
                # Given back in every event: its key, which names nobody.
                "custom_args": {"openvisit_key": message.key},
            }
        ],
        "from": _party(*parseaddr(origin)),
        "subject": message.subject,
        "content": content,
        "headers": {"Message-ID": message_id(message.key, origin), **all_headers(message)},
        # Links in our mails are personal and signed: nobody rewrites them, and nobody counts who opens what.
        "tracking_settings": {"click_tracking": {"enable": False}, "open_tracking": {"enable": False}},
    }
    if message.calendar is not None:
        kind = f"text/calendar; charset=utf-8; method={message.calendar.method}"
        content.append({"type": kind, "value": message.calendar.content})
        encoded = base64.b64encode(message.calendar.content.encode()).decode()
        body["attachments"] = [
            {"content": encoded, "type": "text/calendar", "filename": "visit.ics", "disposition": "attachment"}
        ]
    return body


def _party(name: str, address: str) -> dict[str, str]:
    shown = shown_name(name)
    return {"email": address, "name": shown} if shown else {"email": address}
