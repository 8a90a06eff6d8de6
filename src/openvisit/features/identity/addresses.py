"""E-mail addresses: one spelling for one mailbox, so that a blind index finds it again."""

import re
import unicodedata

from openvisit.core.errors import Invalid

LONGEST = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets

# One @, and none of what would need quoting in a header (RFC 5322 section 3.2.3) or could start a new one.
_PLAIN = re.compile(r"[^@\s\x00-\x1f\x7f<>()\[\],;:\\\"]{1,64}@[^@\s\x00-\x1f\x7f<>()\[\],;:\\\"]{1,253}")


def normalise(text: str) -> str:
    """The address trimmed, in Unicode form NFC and lower case.

    RFC 5321 lets a host tell `A@x` from `a@x`; none in use does, and people type both.
    Errors: Invalid when it is no address.
    """
    address = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()).lower())
    if len(address) > LONGEST or not _PLAIN.fullmatch(address):
        raise Invalid(
            "This is not an e-mail address",
            errors=[{"path": "body.email", "message": "not an e-mail address"}],
        )
    return address
