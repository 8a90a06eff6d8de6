"""Mailgun's webhooks (https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks)."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from openvisit.adapters import told
from openvisit.adapters.mailgun.sender import VENDOR
from openvisit.platform.channels import Call, DeliveryReport, DeliveryStatus, Forged, Reply

_OLDEST = timedelta(hours=12)  # Mailgun tries again for eight hours
_STATUS: Mapping[str, DeliveryStatus] = {
    "delivered": "delivered",
    "rejected": "failed",
    "complained": "complained",
    "unsubscribed": "unsubscribed",
}


class MailgunHooks:
    """`signing_key` is the account's webhook signing key."""

    vendor = VENDOR

    def __init__(self, signing_key: str) -> None:
        self._key = signing_key.encode()

    async def verify(self, call: Call, now: datetime) -> None:
        """HMAC-SHA256 of time and token, which the body brings. Errors: Forged.

        The rest of the body is not signed: whoever saw one call could send another under its signature. So its token
        is the id of what it tells, and the first to come is the only one.
        """
        try:
            (body,) = told.objects(call.body)
            sent, token = (told.text(body, "signature", name, needed=True) for name in ("timestamp", "token"))
        except ValueError as error:
            raise Forged("no signature") from error
        given = told.text(body, "signature", "signature")
        if not hmac.compare_digest(hmac.new(self._key, f"{sent}{token}".encode(), hashlib.sha256).hexdigest(), given):
            raise Forged("the signature is wrong")
        if not sent.isdigit() or abs(now - told.instant(int(sent))) > _OLDEST:
            raise Forged("signed too long ago")

    async def read(self, call: Call) -> Sequence[DeliveryReport]:
        """One event, when it tells the end of a mail. Errors: ValueError."""
        (body,) = told.objects(call.body)
        event = told.part(body, "event-data")
        status = _status(event)
        if status is None:
            return []
        # One signature, one fact: a second body under it is the same event again, and is not looked at.
        token = told.text(body, "signature", "token", needed=True)
        return [_report(event, status, token)]

    def reply(self, call: Call) -> Reply:
        """Nothing."""
        return Reply()


def _status(event: Mapping[str, Any]) -> DeliveryStatus | None:
    kind = told.text(event, "event")
    if kind == "failed":  # a temporary one is tried again by Mailgun
        return "bounced" if event.get("severity") == "permanent" else None
    return _STATUS.get(kind)


def _report(event: Mapping[str, Any], status: DeliveryStatus, token: str) -> DeliveryReport:
    code = event.get("delivery-status", {}).get("code") if isinstance(event.get("delivery-status"), Mapping) else None
    reason = told.text(event, "reason")
    return DeliveryReport(
        id=token,
        vendor=VENDOR,
        message_id=told.text(event, "message", "headers", "message-id", needed=True).strip("<>"),
        status=status,
        at=told.instant(event.get("timestamp")),
        key=told.text(event, "user-variables", "openvisit_key"),
        reason=str(code) if isinstance(code, int) and not isinstance(code, bool) else told.text(event, "event"),
        address_is_dead=status == "complained" or (status == "bounced" and reason in ("bounce", "suppress-bounce")),
    )
