"""SendGrid's event webhook (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event)."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from openvisit.adapters import told
from openvisit.adapters.sendgrid.sender import VENDOR
from openvisit.platform.channels import Call, DeliveryReport, DeliveryStatus, Forged, Reply

_OLDEST = timedelta(hours=24, minutes=10)  # SendGrid tries again for a day; each try is signed anew
_STATUS: Mapping[str, DeliveryStatus] = {
    "delivered": "delivered",
    "bounce": "bounced",
    "dropped": "failed",
    "spamreport": "complained",
    "unsubscribe": "unsubscribed",
    "group_unsubscribe": "unsubscribed",
}
_DEAD_DROPS = frozenset({"Bounced Address", "Invalid", "Spam Reporting Address", "Unsubscribed Address"})


class SendGridHooks:
    """`public_key` is the verification key that SendGrid shows: an ECDSA key on P-256, DER in base64."""

    vendor = VENDOR

    def __init__(self, public_key: str) -> None:
        """Errors: ValueError for a key that is none."""
        try:
            key = load_der_public_key(base64.b64decode(public_key, validate=True))
        except binascii.Error as error:
            raise ValueError("the verification key is not base64") from error
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise ValueError("the verification key is not an ECDSA key")  # noqa: TRY004 - a value of a setting
        self._key = key

    async def verify(self, call: Call, now: datetime) -> None:
        """The signature over time and body. Errors: Forged."""
        sent = call.headers.get("x-twilio-email-event-webhook-timestamp", "")
        given = call.headers.get("x-twilio-email-event-webhook-signature", "")
        try:
            self._key.verify(base64.b64decode(given, validate=True), sent.encode() + call.body, ec.ECDSA(SHA256()))
        except (InvalidSignature, binascii.Error, ValueError) as error:
            raise Forged("the signature is wrong" if given else "no signature") from error
        if not sent.isdigit() or abs(now - told.instant(int(sent))) > _OLDEST:
            raise Forged("signed too long ago")

    async def read(self, call: Call) -> Sequence[DeliveryReport]:
        """Every event that tells the end of a mail. Errors: ValueError."""
        return [_report(event) for event in told.objects(call.body) if event.get("event") in _STATUS]

    def reply(self, call: Call) -> Reply:
        """Nothing."""
        return Reply()


def _report(event: Mapping[str, Any]) -> DeliveryReport:
    kind = event["event"]
    status = _STATUS[kind]
    blocked = kind == "bounce" and event.get("type") == "blocked"  # refused this time, by a policy
    code = told.text(event, "status")
    reason = told.text(event, "reason")
    return DeliveryReport(
        id=told.text(event, "sg_event_id", needed=True),
        vendor=VENDOR,
        # The id that sending answered with is what stands before the first dot.
        message_id=told.text(event, "sg_message_id", needed=True).partition(".")[0],
        status="failed" if blocked else status,
        at=told.instant(event.get("timestamp")),
        key=told.text(event, "openvisit_key"),
        reason=code if code.replace(".", "").isdigit() else kind,
        address_is_dead=(status in ("bounced", "complained") and not blocked) or reason in _DEAD_DROPS,
    )
