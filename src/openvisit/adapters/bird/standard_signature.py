"""The signature of Bird's webhooks: Standard Webhooks (https://www.standardwebhooks.com)."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime, timedelta

from openvisit.adapters import told
from openvisit.platform.channels import Call, Forged

PREFIX = "whsec_"
_OLDEST = timedelta(minutes=5)  # each try is signed anew


def check(secret: str, call: Call, now: datetime) -> None:
    """Return when one of the signatures is that of id, time and body. Errors: Forged."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    id_, sent, given = (call.headers.get(name, "") for name in names)
    if not (id_ and sent and given):
        raise Forged("no signature")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise Forged("the secret of the settings is not base64") from error
    signed = base64.b64encode(hmac.digest(key, f"{id_}.{sent}.".encode() + call.body, hashlib.sha256))
    each = [one.removeprefix("v1,").encode() for one in given.split(" ") if one.startswith("v1,")]
    if not any(hmac.compare_digest(signed, one) for one in each):
        raise Forged("the signature is wrong")
    if not sent.isascii() or not sent.isdigit() or abs(now - told.instant(int(sent))) > _OLDEST:
        raise Forged("signed too long ago")
