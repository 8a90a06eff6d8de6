"""What a topic of SNS tells: events of SES, and SMS that came in (AWS End User Messaging, two-way SMS)."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from openvisit.adapters import told
from openvisit.adapters.ses.sender import VENDOR as SES
from openvisit.adapters.sns.sender import VENDOR
from openvisit.adapters.sns.signature import Fetch, Signatures
from openvisit.platform.channels import Call, DeliveryReport, DeliveryStatus, Forged, InboundText, Reply

_OLDEST = timedelta(hours=24)  # SNS tries again for hours, with the signature of the first try
_SUBSCRIBE = re.compile(r"https://sns\.[a-z0-9-]{1,32}\.amazonaws\.com(\.cn)?/\?Action=ConfirmSubscription&\S{1,2000}")
_STATUS: Mapping[str, DeliveryStatus] = {
    "Delivery": "delivered",
    "Bounce": "bounced",
    "Complaint": "complained",
    "Reject": "failed",
    "Rendering Failure": "failed",
}


class SnsHooks:
    """Hears the topics that the settings name, and no other: anybody can have a topic."""

    vendor = VENDOR

    def __init__(self, topics: Collection[str], fetch: Fetch) -> None:
        self._topics = frozenset(topics)
        self._fetch = fetch
        self._signatures = Signatures(fetch)

    async def verify(self, call: Call, now: datetime) -> None:
        """Topic, time and signature. Errors: Forged."""
        try:
            (message,) = told.objects(call.body)
            sent = told.instant(message.get("Timestamp"))
        except ValueError as error:
            raise Forged("not a message of SNS") from error
        if message.get("TopicArn") not in self._topics:
            raise Forged("another topic")
        await self._signatures.check(message, now)
        if abs(now - sent) > _OLDEST:
            raise Forged("signed too long ago")

    async def read(self, call: Call) -> Sequence[DeliveryReport | InboundText]:
        """What the message in the message says; a subscription is confirmed. Errors: ValueError, Forged."""
        (message,) = told.objects(call.body)
        if message["Type"] == "SubscriptionConfirmation":
            await self._confirm(told.text(message, "SubscribeURL"))
            return []
        if message["Type"] != "Notification":
            return []
        inner = message.get("Message")
        (event,) = told.objects(inner.encode() if isinstance(inner, str) else b"")
        id_ = told.text(message, "MessageId", needed=True)
        if "originationNumber" in event:
            return [_text(event, told.instant(message.get("Timestamp")))]
        return list(_reports(event, id_))

    def reply(self, call: Call) -> Reply:
        """Nothing."""
        return Reply()

    async def _confirm(self, url: str) -> None:
        if not _SUBSCRIBE.fullmatch(url):
            raise ValueError("SubscribeURL is not at an address of AWS")
        await self._fetch(url)


def _reports(event: Mapping[str, Any], id_: str) -> Iterator[DeliveryReport]:
    kind = told.text(event, "eventType") or told.text(event, "notificationType")
    status = _STATUS.get(kind)
    if status is None:
        return
    bounce = told.text(event, "bounce", "bounceType")
    yield DeliveryReport(
        id=id_,
        vendor=SES,
        message_id=told.text(event, "mail", "messageId", needed=True),
        status="failed" if status == "bounced" and bounce == "Transient" else status,
        at=told.instant(told.text(event, kind.lower(), "timestamp") or told.text(event, "mail", "timestamp")),
        reason=bounce or told.text(event, "complaint", "complaintFeedbackType"),
        address_is_dead=bounce == "Permanent" or status == "complained",
    )


def _text(event: Mapping[str, Any], at: datetime) -> InboundText:
    words = event.get("messageBody")
    return InboundText(
        id=told.text(event, "inboundMessageId", needed=True),
        vendor=VENDOR,
        channel="sms",
        sender=told.text(event, "originationNumber", needed=True),
        to=told.text(event, "destinationNumber", needed=True),
        text=words if isinstance(words, str) else "",
        at=at,
        answers=told.text(event, "previousPublishedMessageId"),
    )
