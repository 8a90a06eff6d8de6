"""The port of the channels: what a message may be, and what it never shows."""

from datetime import UTC, datetime
from typing import Any

import pytest

from openvisit.platform.channels import Address, Channel, Message, WebPush

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
BROWSER = WebPush("https://push.example/ana-1", "BPublicKey", "auth-secret")


def message(channel: Channel = "email", address: Address = "ana@people.example", **more: Any) -> Message:
    return Message(
        **{"key": "k.1", "text": "Hello Ana", "written_at": NOW, **more, "channel": channel, "address": address}
    )


@pytest.mark.parametrize(
    ("channel", "address"),
    [("email", "ana@people.example"), ("sms", "+34600111222"), ("voice", "+12025550123"), ("push", "fcm:tok_en-1"),
     ("push", BROWSER)],
)  # fmt: skip
def test_an_address_fits_its_channel(channel: Channel, address: Address) -> None:
    assert message(channel, address).address == address


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("email", "ana"),
        ("email", "ana@people.example\r\nBcc: all@people.example"),
        ("email", "+34600111222"),
        ("sms", "600111222"),
        ("sms", "+0600111222"),
        ("sms", "+346001112223334445"),
        ("voice", "+34600111222;ext=1"),
        ("sms", BROWSER),
        ("push", ""),
        ("push", "to ken\n"),
        ("push", WebPush("", "a", "b")),
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(channel: Channel, address: Address) -> None:
    with pytest.raises(ValueError, match="not an address") as refused:
        message(channel, address)
    assert not isinstance(address, str) or len(address) < 4 or address not in str(refused.value)


@pytest.mark.parametrize("key", ["", "a b", "k\r\nX: y", "ñ", "k" * 201])
def test_a_key_can_stand_in_any_header(key: str) -> None:
    with pytest.raises(ValueError, match="a message key"):
        message(key=key)


@pytest.mark.parametrize("headers", [{"X-A": "b\r\nBcc: c"}, {"X A": "b"}, {"": "b"}, {"X-A\n": "b"}])
def test_a_header_brings_no_other_with_it(headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not a header"):
        message(headers=headers)


def test_a_message_shows_neither_whom_it_goes_to_nor_what_it_says() -> None:
    shown = repr(message(name="Ana Ruiz", subject="Your visit", html="<p>Hello", link="https://x.example/secret"))
    assert "k.1" in shown
    for secret in ("ana@", "Ruiz", "Hello", "Your visit", "secret"):
        assert secret not in shown
    assert "push.example" not in repr(message("push", BROWSER))
    assert "auth-secret" not in repr(BROWSER)
