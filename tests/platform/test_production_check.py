"""What `openvisit check --production` says of a deployment's settings."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openvisit.cli.findings import Level
from openvisit.cli.production import unsafe
from openvisit.settings import DEFAULT_SECRET, Settings


@pytest.fixture
def safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with nothing to say against."""
    monkeypatch.delenv("MASTER_KEY", raising=False)
    tmp_path.chmod(0o700)
    return Settings(
        openvisit_profile="production",
        openvisit_data_dir=str(tmp_path),
        database_url="postgresql://app@db.clinic.example/openvisit?sslmode=verify-full",
        public_url="https://visits.clinic.example",
        secret_key="x" * 40,
        master_key="y" * 40,
        smtp_url="smtps://mail.clinic.example:465",
        mail_from="Visits <visits@clinic.example>",
        trusted_proxies="10.0.0.1",
        turn_urls="turns:relay.clinic.example:5349?transport=tcp",
        turn_secret="z" * 40,
        security_contact="mailto:security@clinic.example",
    )


def levels(settings: Settings) -> dict[str, Level]:
    """The subjects that are not well."""
    return {found.subject: found.level for found in unsafe(settings) if found.level is not Level.OK}


@pytest.mark.parametrize(
    "url",
    [
        "amqps://app:secret@rabbit.clinic.example/",
        "kafkas://app:secret@one.example:9093,two.example:9093",
        "amqp://[::1]:5672/",
    ],
)
def test_a_broker_by_tls_or_beside_it_is_safe(safe: Settings, url: str) -> None:
    assert levels(replace(safe, events_url=url)) == {}


def test_nothing_is_said_against_a_safe_deployment(safe: Settings) -> None:
    assert levels(safe) == {}


def test_nothing_is_said_against_mail_by_a_vendor_that_reports(safe: Settings) -> None:
    topics = "arn:aws:sns:eu-west-1:1:mail"
    assert levels(replace(safe, email_sender="ses", smtp_url="", sns_topics=topics)) == {}


def test_calls_want_a_relay_and_its_secret_in_a_file(safe: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert levels(replace(safe, turn_urls="", turn_secret="")) == {"calls": Level.WARN}
    monkeypatch.setenv("TURN_SECRET", safe.turn_secret)
    assert levels(safe) == {"calls": Level.WARN}


def test_a_credential_in_the_environment_is_named(safe: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "secret")
    (found,) = (one for one in unsafe(safe) if one.subject == "channels")
    assert found.level is Level.WARN
    assert "TWILIO_AUTH_TOKEN" in found.words
    assert "secret" not in found.words


@pytest.mark.parametrize(
    ("change", "subject", "level"),
    [
        ({"openvisit_profile": "development"}, "profile", Level.FAIL),
        ({"public_url": "http://visits.clinic.example"}, "address", Level.FAIL),
        ({"secret_key": DEFAULT_SECRET}, "secret", Level.FAIL),
        ({"secret_key": "short"}, "secret", Level.FAIL),
        ({"master_key": ""}, "master key", Level.WARN),
        ({"master_key": "x" * 40}, "master key", Level.FAIL),
        ({"database_url": "postgresql://app@db.clinic.example/openvisit"}, "database", Level.FAIL),
        ({"database_url": ""}, "database", Level.WARN),
        ({"events_url": "amqp://app:secret@rabbit.clinic.example/"}, "events", Level.FAIL),
        ({"events_url": "kafka://one.clinic.example:9092,localhost:9092"}, "events", Level.FAIL),
        ({"events_url": "kafkas://one.clinic.example:9093"}, "events", Level.FAIL),
        ({"smtp_url": ""}, "mail", Level.FAIL),
        ({"smtp_url": "smtp://mail.clinic.example"}, "mail", Level.WARN),
        ({"mail_from": "OpenVisit <visits@openvisit.test>"}, "mail", Level.FAIL),
        ({"email_sender": "null"}, "mail", Level.FAIL),
        ({"email_sender": "sendgrid", "sendgrid_api_key": "k", "smtp_url": ""}, "mail", Level.WARN),
        ({"sms_sender": "console"}, "channels", Level.FAIL),
        ({"sms_sender": "bird", "bird_api_key": "k", "sms_from": "Clinic"}, "channels", Level.WARN),
        ({"twilio_url": "http://api.twilio.com"}, "channels", Level.FAIL),
        ({"trusted_proxies": ""}, "proxies", Level.WARN),
        ({"trusted_proxies": "*"}, "proxies", Level.FAIL),
        ({"sign_in_limit_per_minute": 0}, "limits", Level.FAIL),
        ({"rate_limit_per_minute": 0}, "limits", Level.WARN),
        ({"bot_defence": "off"}, "limits", Level.WARN),
        ({"access_token_minutes": 60}, "lives", Level.WARN),
        ({"session_absolute_days": 365}, "lives", Level.WARN),
        ({"log_level": "debug"}, "logs", Level.WARN),
        ({"security_contact": ""}, "contact", Level.WARN),
    ],
)
def test_what_is_unsafe_is_named_with_a_remedy(
    safe: Settings, change: dict[str, Any], subject: str, level: Level
) -> None:
    settings = replace(safe, **change)
    assert levels(settings) == {subject: level}
    assert all(found.remedy for found in unsafe(settings) if found.level is not Level.OK)


def test_files_that_others_can_read_are_named(safe: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x" * 40)
    secret.chmod(0o644)
    monkeypatch.setenv("SECRET_KEY_FILE", str(secret))
    assert levels(safe) == {"files": Level.FAIL}
    secret.chmod(0o600)
    assert levels(safe) == {}
    monkeypatch.setenv("MASTER_KEY", "y" * 40)
    assert levels(safe) == {"master key": Level.WARN}
