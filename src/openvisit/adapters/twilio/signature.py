"""X-Twilio-Signature (https://www.twilio.com/docs/usage/security#validating-requests)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from openvisit.platform.channels import Call, Forged


def signature(auth_token: str, url: str, form: Mapping[str, Sequence[str]]) -> str:
    """HMAC-SHA1 of the whole URL, then each field's name and values in order of name, base64."""
    fields = "".join(name + value for name in sorted(form) for value in sorted(set(form[name])))
    # SHA-1 is the scheme's; its weakness, collisions, is none of HMAC's.
    return base64.b64encode(hmac.digest(auth_token.encode(), (url + fields).encode(), hashlib.sha1)).decode()


def check(auth_token: str, call: Call, form: Mapping[str, Sequence[str]]) -> None:
    """Return when the signature is that of this call; a body that is no form has its digest in the URL.

    Errors: Forged.
    """
    given = call.headers.get("x-twilio-signature", "")
    digest = parse_qs(urlsplit(call.url).query).get("bodySHA256", [""])[0]
    if digest and not hmac.compare_digest(hashlib.sha256(call.body).hexdigest().encode(), digest.lower().encode()):
        raise Forged("the body is not the one that was signed")
    signed = signature(auth_token, call.url, {} if digest else form)
    if not hmac.compare_digest(signed.encode(), given.encode()):
        raise Forged("the signature is wrong" if given else "no signature")
