"""Senders that send nothing, and the settings that choose among all."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from openvisit.adapters.smtp import SmtpSender
from openvisit.adapters.twins import ConsoleSender, NullSender
from openvisit.main.channels import senders
from openvisit.platform.channels import Message, WebPush
from openvisit.platform.channels.vapid import VapidKey
from openvisit.platform.outgoing import Outgoing
from openvisit.settings import Settings, SettingsError, load

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


async def no_key() -> VapidKey:
    raise AssertionError("nothing is sent here")


def chosen(**settings: Any) -> Any:
    return senders(Settings(database_url="postgresql:///openvisit", **settings), no_key, Outgoing())


def test_settings_choose_the_sender_of_mail() -> None:
    assert isinstance(chosen()["email"], NullSender)
    assert isinstance(chosen(smtp_url="smtp://127.0.0.1:25")["email"], SmtpSender)
    assert isinstance(chosen(smtp_url="smtp://127.0.0.1:25", email_sender="null")["email"], NullSender)
    assert isinstance(chosen(email_sender="console")["email"], ConsoleSender)


def test_every_channel_has_a_sender_of_its_own() -> None:
    assert {channel: sender.channel for channel, sender in chosen().items()} == {
        channel: channel for channel in ("email", "sms", "voice", "push")
    }


ACCOUNT = {"twilio_account_sid": "AC1", "twilio_auth_token": "t"}


@pytest.mark.parametrize(
    ("channel", "settings", "vendor"),
    [
        ("email", {"email_sender": "sendgrid", "sendgrid_api_key": "k"}, "sendgrid"),
        ("email", {"email_sender": "ses"}, "ses"),
        ("email", {"email_sender": "mailgun", "mailgun_api_key": "k", "mailgun_domain": "mg.example"}, "mailgun"),
        ("sms", {"sms_sender": "twilio", "sms_from": "+15005550006", **ACCOUNT}, "twilio"),
        ("sms", {"sms_sender": "sns"}, "sns"),
        ("sms", {"sms_sender": "bird", "bird_api_key": "k", "sms_from": "Clinic"}, "bird"),
        ("voice", {"voice_sender": "twilio", "voice_from": "+15005550006", **ACCOUNT}, "twilio"),
        ("push", {}, "webpush"),
    ],
)
def test_settings_choose_every_vendor(channel: str, settings: dict[str, str], vendor: str) -> None:
    sender = chosen(**settings)[channel]
    assert (sender.channel, sender.vendor) == (channel, vendor)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"EMAIL_SENDER": "sendgrid"}, "SENDGRID_API_KEY"),
        ({"EMAIL_SENDER": "mailgun", "MAILGUN_API_KEY": "k"}, "MAILGUN_DOMAIN"),
        ({"SMS_SENDER": "twilio"}, "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN and SMS_FROM"),
        ({"SMS_SENDER": "bird", "SMS_FROM": "Clinic"}, "BIRD_API_KEY"),
        ({"VOICE_SENDER": "twilio", "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}, "VOICE_FROM"),
        ({"PUSH_SENDER": "webpush+fcm"}, "FCM_SERVICE_ACCOUNT"),
    ],
)
def test_a_vendor_without_its_credentials_is_named_at_the_start(
    given: dict[str, str], missing: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=f"needs {missing}"):
        load(given, tmp_path / "none")


def test_a_credential_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("SG.secret\n")
    told = load({"EMAIL_SENDER": "sendgrid", "SENDGRID_API_KEY_FILE": str(tmp_path / "key")}, tmp_path / "none")
    assert told.sendgrid_api_key == "SG.secret"


@pytest.mark.parametrize(
    "account", ["", "{}", "no JSON", '{"project_id": "p", "client_email": "e", "private_key": "k"}']
)
def test_an_account_of_google_that_is_none_is_named(account: str) -> None:
    with pytest.raises(SettingsError, match="FCM_SERVICE_ACCOUNT"):
        chosen(push_sender="fcm", fcm_service_account=account)


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
