"""Push to browsers. The address is the browser's choice: the call may not lead into our own network."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import msgspec

from openvisit.adapters.seconds_left import seconds_left
from openvisit.adapters.vendor_api import retry_after
from openvisit.adapters.webpush.encryption import encrypt
from openvisit.platform.channels import Channel, Message, Refused, Taken, WebPush
from openvisit.platform.channels.vapid import VapidKey
from openvisit.platform.outgoing import Answer, Outgoing, OutgoingFailed, OutgoingRefused

VENDOR = "webpush"
_FOUR_WEEKS = 2_419_200  # seconds
_GONE = frozenset({404, 410})  # RFC 8030, section 7.3
_NOT_OURS = frozenset({401, 403})  # subscribed for another key: the app subscribes anew when it is next open
_FOR_GOOD = frozenset({400, 413})


class WebPushSender:
    """`key` gives the installation's VAPID key, `contact` is whom a push service may write to."""

    vendor = VENDOR
    channel: Channel = "push"
    origin = ""
    takes_idempotency_key = False

    def __init__(self, key: Callable[[], Awaitable[VapidKey]], contact: str, outgoing: Outgoing) -> None:
        self._key = key
        self._known: VapidKey | None = None
        self._contact = contact
        self._outgoing = outgoing

    async def send(self, message: Message) -> Taken:
        """Return once the push service has taken it.

        A service that did not answer is worth another try: the browser shows a message that came twice once, since
        both have one tag. Errors: Refused.
        """
        if not isinstance(message.address, WebPush):
            raise Refused("not a browser's subscription", permanent=True)
        now = datetime.now(UTC)
        tag = hashlib.sha256(message.key.encode()).hexdigest()[:32]
        content = {"title": message.subject, "body": message.text, "link": message.link, "tag": tag,
                   "language": message.language}  # fmt: skip
        try:
            body = encrypt(msgspec.json.encode(content), message.address)
        except ValueError as error:
            raise Refused(f"cannot be encrypted: {error}", permanent=True) from None
        seconds = seconds_left(message, least=0, most=_FOUR_WEEKS)
        headers = {
            "Authorization": (await self._ours()).authorization(message.address.endpoint, self._contact, now),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(_FOUR_WEEKS if seconds is None else seconds),
            "Topic": tag,
            "Urgency": "high",
        }
        try:
            answer = await self._outgoing.send("POST", message.address.endpoint, headers=headers, content=body)
        except OutgoingRefused as error:
            raise Refused(str(error), permanent=True, address_is_dead=True) from None
        except OutgoingFailed as error:
            raise Refused(str(error), permanent=False) from None
        if answer.status not in (200, 201, 202, 204):
            raise _refusal(answer, now)
        return Taken(VENDOR, message.key)

    async def close(self) -> None:
        """Nothing is kept."""

    async def _ours(self) -> VapidKey:
        """The key, which is read once."""
        if self._known is None:
            self._known = await self._key()
        return self._known


def _refusal(answer: Answer, now: datetime) -> Refused:
    dead = answer.status in _GONE | _NOT_OURS
    return Refused(
        f"refused with {answer.status}",
        permanent=dead or answer.status in _FOR_GOOD,
        retry_after=retry_after(answer.headers.get("retry-after", ""), now),
        address_is_dead=dead,
    )
