"""The signature of webhooks from MessageBird's days: a JWT over the digests of URL and body.

https://developers.messagebird.com/api/#verifying-http-requests
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from openvisit.platform.channels import Call, Forged

_LEEWAY = timedelta(seconds=1)


def check(secret: str, call: Call, now: datetime) -> None:
    """Return when the token is for this URL and body, and of now. Errors: Forged."""
    given = call.headers.get("messagebird-signature-jwt", "")
    if not given:
        raise Forged("no signature")
    try:
        token = jwt.decode(given, OctKey.import_key(secret), algorithms=["HS256", "HS384", "HS512"])
    except (JoseError, ValueError, TypeError) as error:
        raise Forged("the signature is wrong") from error
    claims = token.claims
    if claims.get("iss") != "MessageBird":
        raise Forged("another issuer")
    begins, ends = claims.get("nbf"), claims.get("exp")
    if not isinstance(begins, int) or not isinstance(ends, int):
        raise Forged("no times")
    if not begins - _LEEWAY.total_seconds() <= now.timestamp() <= ends + _LEEWAY.total_seconds():
        raise Forged("signed too long ago, or for later")
    _same(claims.get("url_hash"), call.url.encode(), "the URL")
    if call.body or claims.get("payload_hash"):
        _same(claims.get("payload_hash") if call.body else "", call.body, "the body")


def _same(claimed: object, signed: bytes, what: str) -> None:
    digest = hashlib.sha256(signed).hexdigest()
    if not isinstance(claimed, str) or not hmac.compare_digest(digest.encode(), claimed.encode()):
        raise Forged(f"{what} is not the one that was signed")
