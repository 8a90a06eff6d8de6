"""Reading OAuth 2.0 requests: form bodies and query strings, each parameter once, no surprises in their characters."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload

_MOST_FIELDS = 40
_LONGEST_VALUE = 4_000
# RFC 6749 appendix A: what goes into parameters is printable ASCII; hints and names of languages may be more.
_PLAIN = re.compile(r"[\x20-\x7e]*")
_NO_CONTROLS = re.compile(r"[^\x00-\x1f\x7f]*")
_FREE = frozenset({"login_hint", "logout_hint", "ui_locales", "claims_locales"})


class FormRequest(OAuth2Request):  # type: ignore[misc]
    """A request as Authlib reads it."""

    def __init__(self, method: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> None:
        # The address only says that transport is safe, which PUBLIC_URL decides for the whole installation.
        super().__init__(method, "https://localhost/", headers=dict(headers))
        self.fields = dict(fields)
        self.payload = BasicOAuth2Payload(self.fields)

    @property
    def args(self) -> dict[str, str]:
        """The parameters."""
        return self.fields

    @property
    def form(self) -> dict[str, str]:
        """The parameters."""
        return self.fields


def fields_of(text: bytes | str) -> dict[str, str]:
    """The parameters of a form or a query; empty ones count as left out (RFC 6749 section 3.1).

    Errors: InvalidRequestError.
    """
    try:
        raw = text.decode("ascii") if isinstance(text, bytes) else text
        pairs = parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise InvalidRequestError("The parameters cannot be read") from error
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise InvalidRequestError("A parameter comes more than once")
        if len(value) > _LONGEST_VALUE or not (_NO_CONTROLS if name in _FREE else _PLAIN).fullmatch(value):
            raise InvalidRequestError("A parameter has characters that it cannot have")
        found[name] = value
    return {name: value for name, value in found.items() if value}


def headers_of(headers: Mapping[str, Any]) -> dict[str, str]:
    """The one header that matters to Authlib; what is no header of clients (a bad encoding) is left out."""
    value = str(headers.get("authorization", ""))
    return {"Authorization": value} if value.isascii() and value.lower().startswith("basic ") else {}
