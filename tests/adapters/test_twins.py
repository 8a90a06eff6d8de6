"""Senders that send nothing, and the settings that choose among all."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest

from openvisit.adapters.smtp import SmtpSender
from openvisit.adapters.twins import ConsoleSender, NullSender
from openvisit.main.channels import senders
from openvisit.platform.channels import Message, WebPush
from openvisit.settings import Settings

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def chosen(**settings: Any) -> Any:
    return senders(Settings(database_url="postgresql:///openvisit", **settings))


def test_settings_choose_the_sender_of_mail() -> None:
    assert isinstance(chosen()["email"], NullSender)
    assert isinstance(chosen(smtp_url="smtp://127.0.0.1:25")["email"], SmtpSender)
    assert isinstance(chosen(smtp_url="smtp://127.0.0.1:25", email_sender="null")["email"], NullSender)
    assert isinstance(chosen(email_sender="console")["email"], ConsoleSender)


def test_every_channel_has_a_sender_of_its_own() -> None:
    assert {channel: sender.channel for channel, sender in chosen().items()} == {
        channel: channel for channel in ("email", "sms", "voice", "push")
    }


async def test_the_console_shows_whom_and_never_what() -> None:
    out = io.StringIO()
    code = Message("k-1", "sms", "+34600111222", "Your code is 482913", NOW)
    taken = await ConsoleSender("sms", out=out).send(code)
    await ConsoleSender("push", out=out).send(
        Message("k-2", "push", WebPush("https://push.example/1", "p", "a"), "In 10 minutes", NOW, subject="Visit")
    )
    assert taken.message_id == "k-1"
    assert "To: +34600111222" in out.getvalue()
    assert "To: a browser" in out.getvalue()
    assert "482913" not in out.getvalue()
    assert "push.example" not in out.getvalue()


async def test_null_takes_everything() -> None:
    taken = await NullSender("sms").send(Message("k-1", "sms", "+34600111222", "Hello", NOW))
    assert (taken.vendor, taken.message_id) == ("null", "k-1")
