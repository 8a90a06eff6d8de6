"""A search that finds nothing anywhere proves nothing: it finds what is planted, however it is spelled."""

import base64
import gzip
import json
import os
import re
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from tests.journeys.planted import Planted

WORDS = "Grüße: heron-cobalt-7391"
SECRET = bytes(range(200, 232))


def _mail(raw: bytes) -> bytes:
    mail = EmailMessage()
    mail.set_content("padding " * 20 + raw.decode(), cte="base64")
    return mail.as_bytes()


SPELLED: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda raw: raw,
    "in capitals": lambda raw: raw.decode().replace("heron", "HERON").encode(),
    "base64": base64.b64encode,
    "base64 of addresses": lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"="),
    "base64 with something before": lambda raw: base64.b64encode(b"x" + raw),
    "base64 with more before": lambda raw: base64.b64encode(b"xy" + raw + b"z"),
    "hex": lambda raw: raw.hex().encode(),
    "hex of a database": lambda raw: b"\\x" + raw.hex().upper().encode(),
    "UTF-16": lambda raw: raw.decode().encode("utf-16-le"),
    "UTF-16 the other way": lambda raw: raw.decode().encode("utf-16-be"),
    "JSON": lambda raw: json.dumps({"text": raw.decode()}).encode(),
    "JSON in JSON": lambda raw: json.dumps(json.dumps(raw.decode())).encode(),
    "JSON, every letter escaped": lambda raw: b"".join(b"\\u%04x" % ord(letter) for letter in raw.decode()),
    "an address": lambda raw: b"/files?name=" + quote(raw.decode()).encode(),
    "gzip": gzip.compress,
    "gzip behind a header": lambda raw: os.urandom(9) + gzip.compress(raw) + b"tail",
    "gzip in base64": lambda raw: b'{"body":"' + base64.b64encode(gzip.compress(raw)) + b'"}',
    "zlib": zlib.compress,
    "zlib in base64": lambda raw: b'"' + base64.urlsafe_b64encode(zlib.compress(raw)) + b'"',
    "gzip of JSON": lambda raw: gzip.compress(json.dumps(raw.decode()).encode()),
    "a mail in base64": _mail,
}


@pytest.mark.parametrize("spelled", SPELLED)
def test_words_are_found_however_they_are_spelled(spelled: str) -> None:
    hidden = SPELLED[spelled](f"before {WORDS} after".encode())
    with pytest.raises(AssertionError, match=re.escape(WORDS) + ".* in a drawer"):
        Planted("something else", WORDS).absent(hidden, "in a drawer")
    Planted("something else").absent(hidden, "in a drawer")


@pytest.mark.parametrize("spelled", ["as it is", "base64", "base64 with something before", "hex", "gzip"])
def test_secret_bytes_are_found(spelled: str) -> None:
    planted = Planted()
    planted.add_secret(SECRET)
    with pytest.raises(AssertionError, match="a secret of 32 bytes"):
        planted.absent(SPELLED[spelled](os.urandom(7) + SECRET + os.urandom(5)), "in a drawer")
    planted.absent(os.urandom(100_000), "in a drawer")


def test_what_is_large_is_searched_as_it_is() -> None:
    planted = Planted(WORDS)
    with pytest.raises(AssertionError):
        planted.absent_as_it_is(os.urandom(100) + WORDS.replace("heron", "HERON").encode(), "in a drawer")
    planted.absent_as_it_is(os.urandom(100_000), "in a drawer")


def test_what_is_too_short_to_be_searched_for_is_not_taken() -> None:
    with pytest.raises(AssertionError):
        Planted("yes")
