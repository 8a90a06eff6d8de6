"""Settings come from the environment and `.env`, and what is wrong with them is said in words."""

from dataclasses import fields
from pathlib import Path

import pytest

from openvisit.settings import DEFAULT_SECRET, Settings, SettingsError, load

OWN = "a secret of our own that is long enough"
PRODUCTION = {
    "OPENVISIT_PROFILE": "production",
    "SECRET_KEY": OWN,
    "PUBLIC_URL": "https://visits.example",
    "SMTP_URL": "smtps://mail.example:465",
}


def test_every_setting_is_in_the_operators_guide() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "operating.md").read_text()
    assert [f.name for f in fields(Settings) if f"| `{f.name.upper()}` |" not in guide] == []


def test_nothing_need_be_set_in_development(tmp_path: Path) -> None:
    settings = load({}, tmp_path / ".env")
    assert settings.development
    assert settings.secret_key == DEFAULT_SECRET


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# ours\n\nexport PORT=8100\nHOST='::1'\nMAIL_FROM=\"Desk <desk@clinic.example>\"\nSMTP_URL=\n")
    settings = load({"PORT": "8200"}, file)
    assert (settings.port, settings.host, settings.mail_from) == (8200, "::1", "Desk <desk@clinic.example>")
    assert settings.smtp_url == ""


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(OWN + "\n")
    assert load({"SECRET_KEY_FILE": str(file)}, tmp_path / ".env").secret_key == OWN
    both = {"SECRET_KEY_FILE": str(file), "SECRET_KEY": "said outright, and so it counts"}
    assert load(both, tmp_path / ".env").secret_key == "said outright, and so it counts"
    named_in_file = tmp_path / ".env"
    named_in_file.write_text(f"SECRET_KEY_FILE={file}\n")
    assert load({}, named_in_file).secret_key == OWN


def test_production_starts_on_settings_of_its_own(tmp_path: Path) -> None:
    assert not load(PRODUCTION, tmp_path / ".env").development


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set to a secret of your own"),
        ({"SECRET_KEY": DEFAULT_SECRET}, "SECRET_KEY must be set to a secret of your own"),
        ({"SECRET_KEY": "short"}, "at least 32 characters"),
        ({"PUBLIC_URL": "http://visits.example"}, "PUBLIC_URL must start with https://"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL must start with https://"),
        ({"SMTP_URL": ""}, "SMTP_URL must be set"),
    ],
)
def test_production_refuses_what_is_not_safe(tmp_path: Path, change: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load({**PRODUCTION, **change}, tmp_path / ".env")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"PORT": "eighty"}, "PORT must be a whole number, it is 'eighty'"),
        ({"PORT": "8000.5"}, "PORT must be a whole number"),
        ({"PORT": "0"}, "PORT must be from 1 to 65535, it is 0"),
        ({"PORT": "70000"}, "PORT must be from 1 to 65535, it is 70000"),
        ({"DATABASE_POOL_SIZE": "0"}, "DATABASE_POOL_SIZE must be 1 or more, it is 0"),
        ({"REQUEST_TIMEOUT_SECONDS": "-1"}, "REQUEST_TIMEOUT_SECONDS must be 1 or more, it is -1"),
        ({"RATE_LIMIT_PER_MINUTE": "-1"}, "RATE_LIMIT_PER_MINUTE must be 0 or more, it is -1"),
        ({"OPENVISIT_PROFILE": "staging"}, "OPENVISIT_PROFILE must be one of development, production"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be one of json, console"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of debug, info, warning, error"),
        ({"PUBLIC_URL": "visits.example"}, "PUBLIC_URL must start with http:// or https://"),
        ({"STUN_URLS": "stun:a.example, turn:b.example"}, "STUN_URLS must hold addresses that start with stun:"),
        ({"TURN_URLS": "http://relay.example", "TURN_SECRET": "s"}, "TURN_URLS must hold addresses that start with"),
        ({"TURN_URLS": "turn:relay.example:3478"}, "TURN_URLS and TURN_SECRET must be set together"),
        ({"TURN_SECRET": "s"}, "TURN_URLS and TURN_SECRET must be set together"),
        ({"ICE_TRANSPORT_POLICY": "relay"}, "ICE_TRANSPORT_POLICY=relay needs TURN_URLS"),
        ({"SECRET_KEY_FILE": "/nowhere/at/all"}, "SECRET_KEY_FILE: /nowhere/at/all cannot be read"),
    ],
)
def test_a_wrong_value_is_named_with_what_it_is(tmp_path: Path, values: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load(values, tmp_path / ".env")


def test_a_line_that_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=8100\nwhat is this\n")
    with pytest.raises(SettingsError, match="line 2 is not NAME=value"):
        load({}, file)


def test_a_secret_is_never_in_the_message(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as told:
        load({**PRODUCTION, "SECRET_KEY": "hunter2-hunter2"}, tmp_path / ".env")
    assert "hunter2" not in str(told.value)


def test_the_address_of_the_broker_is_not_told_when_it_is_none(tmp_path: Path) -> None:
    """It holds a password."""
    with pytest.raises(SettingsError, match="EVENTS_URL must start with amqp://") as told:
        load({"EVENTS_URL": "redis://app:hunter2@queue"}, tmp_path / ".env")
    assert "hunter2" not in str(told.value)
