"""The signature of what SNS posts (https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html).

Version 2 alone: version 1 signs a SHA-1 digest. A topic's attribute SignatureVersion says which it uses.
"""

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from openvisit.adapters import told
from openvisit.platform.channels import Forged

Fetch = Callable[[str], Awaitable[bytes]]
"""Gets what is at an address of AWS. Errors: Forged."""

_CERTIFICATE = re.compile(
    r"https://sns\.[a-z0-9-]{1,32}\.amazonaws\.com(\.cn)?/SimpleNotificationService-[\w]{1,64}\.pem"
)
_MOST_CERTIFICATES = 16
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


class Signatures:
    """Checks signatures by the certificates of AWS, which it fetches once each."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._certificates: dict[str, x509.Certificate] = {}

    async def check(self, message: Mapping[str, Any], now: datetime) -> None:
        """Return when AWS signed this message. Errors: Forged."""
        if message.get("SignatureVersion") != "2":
            raise Forged("not signed by version 2")
        certificate = await self._certificate(told.text(message, "SigningCertURL"))
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise Forged("the certificate is not valid now")
        key = certificate.public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise Forged("the certificate has another kind of key")
        try:
            given = base64.b64decode(str(message.get("Signature", "")), validate=True)
            key.verify(given, signed_text(message).encode(), padding.PKCS1v15(), SHA256())
        except (InvalidSignature, binascii.Error, ValueError) as error:
            raise Forged("the signature is wrong") from error

    async def _certificate(self, url: str) -> x509.Certificate:
        if not _CERTIFICATE.fullmatch(url):
            raise Forged("the certificate is not at an address of AWS")
        if url not in self._certificates:
            try:
                found = x509.load_pem_x509_certificate(await self._fetch(url))
            except ValueError as error:
                raise Forged("the certificate cannot be read") from error
            if len(self._certificates) >= _MOST_CERTIFICATES:
                self._certificates.clear()
            self._certificates[url] = found
        return self._certificates[url]


def signed_text(message: Mapping[str, Any]) -> str:
    """The lines that are signed: name and value of each field that is there. Errors: Forged for another kind."""
    names = _SIGNED.get(str(message.get("Type")))
    if names is None:
        raise Forged("no kind that SNS sends")
    return "".join(f"{name}\n{message[name]}\n" for name in names if isinstance(message.get(name), str))
