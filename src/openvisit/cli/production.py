"""`openvisit check --production`: what is unsafe in this deployment's settings for real patients.

`FAIL` is what nobody should run with; `warn` is a risk that somebody may have taken knowingly.
"""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from openvisit.cli.findings import Finding, Level
from openvisit.settings import DEFAULT_SECRET, Settings

_LOCAL = ("", "localhost", "127.0.0.1", "::1")
_LONGEST_TOKEN_MINUTES = 15
_LONGEST_SESSION_DAYS = 90
_ENCRYPTED = ("require", "verify-ca", "verify-full")


def unsafe(settings: Settings) -> Iterator[Finding]:
    """One finding a subject, in the order of the operator's guide."""
    yield _profile(settings)
    yield _address(settings)
    yield _secrets(settings)
    yield _files(settings)
    yield _database_address(settings)
    yield _broker(settings)
    yield _mail(settings)
    yield from _channels(settings)
    yield _calls(settings)
    yield _proxies(settings)
    yield _limits(settings)
    yield _lives(settings)
    yield _logs(settings)
    yield _contact(settings)


def _profile(settings: Settings) -> Finding:
    if settings.development:
        words = "development: caught mail can be read by anybody, demo accounts are shown, limits spare this machine"
        return Finding(Level.FAIL, "profile", words, "OPENVISIT_PROFILE=production")
    return Finding(Level.OK, "profile", "production")


def _address(settings: Settings) -> Finding:
    if not settings.public_url.startswith("https://"):
        words = f"{settings.public_url} is not encrypted: no HSTS, cookies without Secure, no camera for video visits"
        return Finding(Level.FAIL, "address", words, "end TLS in a proxy and set PUBLIC_URL=https://...")
    return Finding(Level.OK, "address", settings.public_url)


def _secrets(settings: Settings) -> Finding:
    if settings.secret_key == DEFAULT_SECRET or len(settings.secret_key) < 32:
        remedy = "SECRET_KEY_FILE with the output of: openssl rand -base64 48"
        return Finding(Level.FAIL, "secret", "SECRET_KEY is the development one, or short", remedy)
    if not settings.master_key:
        words = "the master key is derived from SECRET_KEY: whoever reads the environment can open every sealed text"
        return Finding(Level.WARN, "master key", words, "MASTER_KEY_FILE, or MASTER_KEY=aws-kms:KEY-ID")
    if settings.master_key == settings.secret_key:
        return Finding(Level.FAIL, "master key", "MASTER_KEY is the same as SECRET_KEY", "give it a value of its own")
    if os.environ.get("MASTER_KEY") and not settings.master_key.startswith("aws-kms:"):
        words = "MASTER_KEY stands in the environment, where child processes and crash reports see it"
        return Finding(Level.WARN, "master key", words, "MASTER_KEY_FILE, or MASTER_KEY=aws-kms:KEY-ID")
    return Finding(Level.OK, "secret", "SECRET_KEY and MASTER_KEY are this installation's own")


def _files(settings: Settings) -> Finding:
    paths = [Path(os.environ[n]) for n in sorted(os.environ) if n.endswith("_FILE") and n[:-5].lower() in _names()]
    folder = Path(settings.openvisit_data_dir) if settings.openvisit_data_dir else None
    for path in [*paths, *([folder] if folder else [])]:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o007 & ~(0o001 if path.is_dir() else 0):
            return Finding(Level.FAIL, "files", f"{path} is open to every user of the machine", f"chmod o-rwx {path}")
    return Finding(Level.OK, "files", "secrets and data belong to this user alone")


def _names() -> set[str]:
    return set(Settings.__slots__)


def _database_address(settings: Settings) -> Finding:
    if not settings.database_url:
        words = "the embedded server: one machine, no replica, and the app's user can stop it"
        return Finding(Level.WARN, "database", words, "DATABASE_URL of a PostgreSQL that is backed up and watched")
    url = urlsplit(settings.database_url)
    mode = parse_qs(url.query).get("sslmode", [os.environ.get("PGSSLMODE", "prefer")])[0]
    if url.hostname not in _LOCAL and mode not in _ENCRYPTED:
        words = f"the connection to {url.hostname} may be unencrypted (sslmode={mode})"
        return Finding(Level.FAIL, "database", words, "add ?sslmode=verify-full to DATABASE_URL")
    return Finding(Level.OK, "database", f"{url.hostname or 'a local socket'}, sslmode={mode}")


def _broker(settings: Settings) -> Finding:
    if not settings.events_url:
        return Finding(Level.OK, "events", "by jobs in PostgreSQL")
    url = urlsplit(settings.events_url)
    hosts = [re.sub(r":\d+$", "", server).strip("[]") for server in url.netloc.rpartition("@")[2].split(",")]
    away = [host for host in hosts if host not in _LOCAL]
    if url.scheme in ("amqp", "kafka") and away:
        words = f"the connection to {', '.join(away)} is not encrypted"
        return Finding(Level.FAIL, "events", words, f"{url.scheme}s:// in EVENTS_URL")
    if "@" not in url.netloc and away:
        words = f"nobody signs in at {', '.join(away)}: whoever reaches it can publish"
        return Finding(Level.FAIL, "events", words, f"{url.scheme}://USER:PASSWORD@... in EVENTS_URL_FILE")
    return Finding(Level.OK, "events", f"{url.scheme} at {', '.join(hosts)}")


def _mail(settings: Settings) -> Finding:
    if settings.email_sender in ("console", "null"):
        words = f"EMAIL_SENDER={settings.email_sender}: nobody can prove an address or reset a password"
        return Finding(Level.FAIL, "mail", words, "a sender that sends")
    if settings.mail_from.rstrip(">").endswith(".test"):
        return Finding(Level.FAIL, "mail", f"MAIL_FROM is {settings.mail_from}", "a sender of your own domain")
    if settings.email_sender != "smtp":
        return _mail_vendor(settings)
    url = urlsplit(settings.smtp_url)
    if not settings.smtp_url:
        return Finding(
            Level.FAIL, "mail", "caught, not sent: nobody can prove an address or reset a password", "SMTP_URL"
        )
    if url.scheme != "smtps" and url.hostname not in _LOCAL:
        words = f"to {url.hostname} with STARTTLS at best"
        return Finding(Level.WARN, "mail", words, "smtps:// where the server takes it")
    return Finding(Level.OK, "mail", f"{url.scheme}, from {settings.mail_from}")


_REPORTS = {
    "sendgrid": "sendgrid_webhook_key",
    "mailgun": "mailgun_webhook_key",
    "ses": "sns_topics",
    "bird": "bird_webhook_key",
}
"""The setting without which a vendor's webhooks are not believed."""

_SECRETS = ("sendgrid_api_key", "mailgun_api_key", "mailgun_webhook_key", "twilio_auth_token", "bird_api_key",
            "bird_webhook_key", "fcm_service_account")  # fmt: skip


def _mail_vendor(settings: Settings) -> Finding:
    needed = _REPORTS[settings.email_sender]
    if not getattr(settings, needed):
        words = f"{settings.email_sender} cannot tell of bounces and complaints: dead addresses go on being written to"
        return Finding(Level.WARN, "mail", words, f"{needed.upper()}, see docs/channels.md")
    return Finding(Level.OK, "mail", f"{settings.email_sender}, from {settings.mail_from}")


def _channels(settings: Settings) -> Iterator[Finding]:
    """What is wrong with the other channels; one line when nothing is."""
    chosen = (settings.sms_sender, settings.voice_sender, settings.push_sender)
    found = list(_channel_risks(settings, chosen))
    words = f"SMS by {chosen[0]}, calls by {chosen[1]}, push by {chosen[2]}"
    yield from found or [Finding(Level.OK, "channels", words)]


def _channel_risks(settings: Settings, chosen: tuple[str, str, str]) -> Iterator[Finding]:
    if "console" in chosen:
        words = "a channel goes to the console: addresses of patients stand in the log"
        yield Finding(Level.FAIL, "channels", words, "a sender that sends, or null")
    if settings.sms_sender in _REPORTS and not getattr(settings, _REPORTS[settings.sms_sender]):
        words = f"{settings.sms_sender} cannot tell what became of SMS, nor what people answered"
        yield Finding(Level.WARN, "channels", words, f"{_REPORTS[settings.sms_sender].upper()}, see docs/channels.md")
    if exposed := [name.upper() for name in _SECRETS if os.environ.get(name.upper())]:
        words = f"{', '.join(exposed)} in the environment, where child processes and crash reports see it"
        yield Finding(Level.WARN, "channels", words, f"{exposed[0]}_FILE")
    addresses = (settings.sendgrid_url, settings.mailgun_url, settings.twilio_url, settings.bird_url, settings.fcm_url)
    if plain := [address for address in addresses if not address.startswith("https://")]:
        yield Finding(Level.FAIL, "channels", f"{plain[0]} is not encrypted", "https://")


def _calls(settings: Settings) -> Finding:
    if not settings.turn_urls:
        words = "no relay for calls: people behind strict firewalls see and hear nobody"
        return Finding(Level.WARN, "calls", words, "TURN_URLS and TURN_SECRET_FILE, see docs/visit.md")
    if os.environ.get("TURN_SECRET"):
        words = "TURN_SECRET stands in the environment, where child processes and crash reports see it"
        return Finding(Level.WARN, "calls", words, "TURN_SECRET_FILE")
    return Finding(Level.OK, "calls", f"relayed by {settings.turn_urls}")


def _proxies(settings: Settings) -> Finding:
    if not settings.trusted_proxies and settings.public_url.startswith("https://"):
        words = "no proxy is named: behind one, every caller has its address, and all share one limit"
        return Finding(Level.WARN, "proxies", words, "TRUSTED_PROXIES with the addresses of your TLS proxy")
    if "0.0.0.0" in settings.trusted_proxies or "*" in settings.trusted_proxies:  # noqa: S104 - looked for, not bound
        words = "everybody's X-Forwarded-For is believed: limits and sign-in places can be made up"
        return Finding(Level.FAIL, "proxies", words, "name the proxies' own addresses")
    return Finding(Level.OK, "proxies", settings.trusted_proxies or "none")


def _limits(settings: Settings) -> Finding:
    off = [
        name
        for name in ("rate_limit_per_minute", "person_rate_limit_per_minute", "sign_in_limit_per_minute")
        if getattr(settings, name) <= 0
    ]
    if "sign_in_limit_per_minute" in off:
        words = "passwords and codes can be tried without end"
        return Finding(Level.FAIL, "limits", words, "SIGN_IN_LIMIT_PER_MINUTE=10")
    if off or settings.bot_defence == "off":
        names = [name.upper() for name in off] + (["BOT_DEFENCE"] if settings.bot_defence == "off" else [])
        return Finding(Level.WARN, "limits", f"off: {', '.join(names)}", "leave the defaults")
    return Finding(Level.OK, "limits", "requests, sign-in and bots are held back")


def _lives(settings: Settings) -> Finding:
    if settings.access_token_minutes > _LONGEST_TOKEN_MINUTES:
        words = f"access tokens live {settings.access_token_minutes} minutes: a stolen one is good as long"
        return Finding(Level.WARN, "lives", words, f"ACCESS_TOKEN_MINUTES of {_LONGEST_TOKEN_MINUTES} or less")
    if settings.session_absolute_days > _LONGEST_SESSION_DAYS:
        words = f"a session may last {settings.session_absolute_days} days"
        return Finding(Level.WARN, "lives", words, f"SESSION_ABSOLUTE_DAYS of {_LONGEST_SESSION_DAYS} or less")
    return Finding(Level.OK, "lives", f"access tokens {settings.access_token_minutes} minutes")


def _logs(settings: Settings) -> Finding:
    if settings.log_level == "debug":
        return Finding(Level.WARN, "logs", "LOG_LEVEL=debug says more than a log should", "LOG_LEVEL=info")
    return Finding(Level.OK, "logs", f"{settings.log_level}, ids only")


def _contact(settings: Settings) -> Finding:
    if not settings.security_contact:
        words = "who finds a weakness does not know whom to tell"
        return Finding(Level.WARN, "contact", words, "SECURITY_CONTACT=mailto:security@your.domain")
    return Finding(Level.OK, "contact", settings.security_contact)
