"""Bird's webhooks: what became of an SMS, and an SMS that came in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from openvisit.adapters import told
from openvisit.adapters.bird import jwt_signature, standard_signature
from openvisit.adapters.bird.sender import DEAD, VENDOR
from openvisit.platform.channels import Call, DeliveryReport, DeliveryStatus, InboundText, Reply

_STATUS: Mapping[str, DeliveryStatus] = {
    "sms.delivered": "delivered",
    "sms.undelivered": "failed",
    "sms.failed": "failed",
    "sms.rejected": "failed",
    "sms.expired": "failed",
}


class BirdHooks:
    """`signing_key` is the webhook's secret: `whsec_...`, or the signing key of an account from MessageBird's days."""

    vendor = VENDOR

    def __init__(self, signing_key: str) -> None:
        self._key = signing_key

    async def verify(self, call: Call, now: datetime) -> None:
        """By the scheme that the key belongs to. Errors: Forged."""
        if self._key.startswith(standard_signature.PREFIX):
            standard_signature.check(self._key, call, now)
        else:
            jwt_signature.check(self._key, call, now)

    async def read(self, call: Call) -> Sequence[DeliveryReport | InboundText]:
        """One event, when it tells the end of an SMS or brings one. Errors: ValueError."""
        (event,) = told.objects(call.body)
        kind, details = told.text(event, "type"), told.part(event, "data")
        if kind == "sms.received":
            return [_text(event, details)]
        status = _STATUS.get(kind)
        return [] if status is None else [_report(event, details, kind, status)]

    def reply(self, call: Call) -> Reply:
        """Nothing."""
        return Reply()


def _report(event: Mapping[str, Any], details: Mapping[str, Any], kind: str, status: DeliveryStatus) -> DeliveryReport:
    sms, reason = told.text(details, "sms_id", needed=True), told.text(details, "error", "code")
    return DeliveryReport(
        id=f"{sms}.{kind}",
        vendor=VENDOR,
        message_id=sms,
        status="unsubscribed" if reason == "recipient_opted_out" else status,
        at=told.instant(event.get("timestamp")),
        key=told.text(details, "metadata", "openvisit_key"),
        reason=reason,
        address_is_dead=reason in DEAD,
    )


def _text(event: Mapping[str, Any], details: Mapping[str, Any]) -> InboundText:
    words = details.get("text")
    return InboundText(
        id=told.text(details, "sms_id", needed=True),
        vendor=VENDOR,
        channel="sms",
        sender=told.text(details, "from", needed=True),
        to=told.text(details, "to", needed=True),
        text=words if isinstance(words, str) else "",
        at=told.instant(event.get("timestamp")),
    )
