"""SMS by Bird's API, which takes an idempotency key: sent again under the same one, it goes out once."""

from datetime import UTC, datetime

from openvisit.adapters.vendor_api import SECONDS, VendorApi, refusal
from openvisit.platform.channels import Channel, Message, Refused, Taken

VENDOR = "bird"
DEAD = frozenset({"invalid_destination", "landline_unreachable", "recipient_opted_out"})
"""Failures that mean the number, whatever is sent to it."""

_DEAD_NAMES = frozenset({"SMSInvalidRecipient", "SMSRecipientSuppressed"})


class BirdSender:
    """`origin` is a number of the workspace, or a sender name where a country allows one."""

    vendor = VENDOR
    channel: Channel = "sms"
    takes_idempotency_key = True

    def __init__(self, api_key: str, url: str, origin: str, *, seconds: float = SECONDS) -> None:
        self.origin = origin
        self._api = VendorApi(url, headers={"Authorization": f"Bearer {api_key}"}, seconds=seconds)

    async def send(self, message: Message) -> Taken:
        """Return once Bird has accepted it. Errors: Refused, Doubtful."""
        body = {
            "to": message.written_address,
            "from": self.origin,
            "text": message.text,
            "category": "transactional",
            "metadata": {"openvisit_key": message.key},  # given back in every event
        }
        answer = await self._api.post("/v1/sms/messages", json=body, headers={"Idempotency-Key": message.key})
        said = answer.json
        if answer.status != 202:
            error = said.get("error")
            name = error.get("name") if isinstance(error, dict) else None
            raise refusal(answer, datetime.now(UTC), code=name, dead=name in _DEAD_NAMES)
        if not isinstance(given := said.get("id"), str):
            raise Refused("an answer without an id", permanent=True)
        return Taken(VENDOR, given)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()
