"""One typed object for every setting, read from the environment and `.env`, validated at start.

Only `main` and `cli` read it; everything else takes what it needs in its signature. A secret may be given as
`NAME_FILE`, the path of a file that holds it (as Docker and Kubernetes mount them).
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

DEFAULT_SECRET = "development-only-secret"  # noqa: S105 - the value that production refuses


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names it, what it holds and what it should."""


def _setting(default: Any, doc: str, *, least: int = 1, most: int | None = None) -> Any:
    return field(default=default, metadata={"doc": doc, "least": least, "most": most})


@dataclass(frozen=True, slots=True)
class Settings:
    """OpenVisit's settings. The environment name is the field's name in capitals."""

    openvisit_profile: Literal["development", "production"] = _setting(
        "development", "`development` shows caught mail and demo accounts; `production` refuses unsafe defaults"
    )
    openvisit_data_dir: str = _setting("", "Folder for the embedded database, caught mail and generated secrets")
    database_url: str = _setting("", "libpq URI of a PostgreSQL 15+; empty: the embedded server")
    migration_database_url: str = _setting(
        "", "libpq URI of the login that owns the tables, for `openvisit migrate`; empty: DATABASE_URL's does"
    )
    database_pool_size: int = _setting(12, "Connections kept by one process")
    public_url: str = _setting("http://127.0.0.1:8000", "The address people open; links in mail start with it")
    host: str = _setting("127.0.0.1", "Address the web server listens on")
    port: int = _setting(8000, "Port the web server listens on", most=65535)
    secret_key: str = _setting(
        DEFAULT_SECRET, "At least 32 characters; the master key unless MASTER_KEY is set. Production needs its own"
    )
    master_key: str = _setting(
        "",
        "The master key that wraps all others: a secret of at least 32 characters, or aws-kms:KEY-ID; "
        "empty: derived from SECRET_KEY",
    )
    master_key_old: str = _setting("", "Former master keys, one a line, while keys they wrapped are still about")
    keyring_file: str = _setting(
        "",
        "The key file, kept up to date; empty: keyring.ovkeys in the data folder. To be copied, never archived",
    )
    email_sender: Literal["smtp", "sendgrid", "ses", "mailgun", "console", "null"] = _setting(
        "smtp", "Who sends mail; see docs/channels.md"
    )
    sms_sender: Literal["twilio", "sns", "bird", "console", "null"] = _setting(
        "null", "Who sends SMS; `console` shows, `null` forgets"
    )
    voice_sender: Literal["twilio", "console", "null"] = _setting("null", "Who makes telephone calls")
    push_sender: Literal["webpush", "fcm", "webpush+fcm", "console", "null"] = _setting(
        "webpush", "Who sends push messages: to browsers (webpush), to native apps (fcm)"
    )
    sms_from: str = _setting("", "The number or name that SMS come from; for Twilio also a messaging service (MG...)")
    voice_from: str = _setting("", "The number that calls come from")
    sendgrid_api_key: str = _setting("", "SendGrid: key that may send mail")
    sendgrid_webhook_key: str = _setting("", "SendGrid: verification key of the signed event webhook")
    sendgrid_url: str = _setting("https://api.sendgrid.com", "SendGrid: https://api.eu.sendgrid.com for the EU")
    mailgun_api_key: str = _setting("", "Mailgun: key that may send mail")
    mailgun_domain: str = _setting("", "Mailgun: the domain that mail is sent for")
    mailgun_webhook_key: str = _setting("", "Mailgun: webhook signing key")
    mailgun_url: str = _setting("https://api.mailgun.net", "Mailgun: https://api.eu.mailgun.net for the EU")
    ses_configuration_set: str = _setting("", "Amazon SES: the configuration set whose events go to a topic of SNS")
    sns_topics: str = _setting("", "Amazon SNS: comma-separated ARNs of the topics that may call our webhook")
    twilio_account_sid: str = _setting("", "Twilio: the account (AC...)")
    twilio_auth_token: str = _setting("", "Twilio: its auth token, by which webhooks are signed, too")
    twilio_url: str = _setting("https://api.twilio.com", "Twilio: https://api.REGION.twilio.com for a region")
    bird_api_key: str = _setting("", "Bird: key that may send SMS")
    bird_webhook_key: str = _setting("", "Bird: secret of the webhook (whsec_...), or MessageBird's signing key")
    bird_url: str = _setting("https://platform.bird.com", "Bird: where its API is")
    fcm_service_account: str = _setting("", "Firebase: the JSON of a service account; best as FCM_SERVICE_ACCOUNT_FILE")
    fcm_url: str = _setting("https://fcm.googleapis.com", "Firebase: where its API is")
    livekit_url: str = _setting("", "LiveKit: where browsers connect, wss://...; empty: visits cannot be held there")
    livekit_api_key: str = _setting("", "LiveKit: key of its API")
    livekit_api_secret: str = _setting("", "LiveKit: that key's secret, by which people's tokens are signed")
    twilio_video_key: str = _setting("", "Twilio Video: API key (SK...) of TWILIO_ACCOUNT_SID, of the region US1")
    twilio_video_secret: str = _setting("", "Twilio Video: that key's secret, by which people's tokens are signed")
    twilio_video_url: str = _setting("https://video.twilio.com", "Twilio Video: where its API is")
    zoom_account_id: str = _setting("", "Zoom: account of the server-to-server OAuth app")
    zoom_client_id: str = _setting("", "Zoom: the app's client id")
    zoom_client_secret: str = _setting("", "Zoom: the app's client secret")
    zoom_host: str = _setting("me", "Zoom: user who holds meetings where a clinic names nobody; me: the app's owner")
    zoom_url: str = _setting("https://api.zoom.us/v2", "Zoom: where its API is")
    zoom_sign_in_url: str = _setting("https://zoom.us", "Zoom: where the app signs in")
    teams_tenant_id: str = _setting("", "Microsoft Teams: the organisation (directory id) of the app")
    teams_client_id: str = _setting("", "Microsoft Teams: the app's client id")
    teams_client_secret: str = _setting("", "Microsoft Teams: the app's client secret")
    teams_host: str = _setting(
        "", "Microsoft Teams: object id of the user who holds meetings where a clinic names nobody"
    )
    teams_url: str = _setting("https://graph.microsoft.com", "Microsoft Teams: where Graph is")
    teams_sign_in_url: str = _setting("https://login.microsoftonline.com", "Microsoft Teams: where the app signs in")
    smtp_url: str = _setting("", "smtp://[user:password@]host:port, or smtps://; empty: the built-in mail catcher")
    mail_from: str = _setting("OpenVisit <visits@openvisit.test>", "Sender of every mail")
    stun_urls: str = _setting("", "Comma-separated STUN servers (stun:host:port); empty: none, enough in one network")
    turn_urls: str = _setting("", "Comma-separated relays for calls (turn:host:port, turns:host:port?transport=tcp)")
    turn_secret: str = _setting("", "What the relays check our passwords by (coturn's static-auth-secret)")
    ice_transport_policy: Literal["all", "relay"] = _setting(
        "all", "`relay`: calls go through the relays alone, so that people do not learn each other's addresses"
    )
    events_url: str = _setting(
        "",
        "Broker of events: amqp:// or amqps:// (RabbitMQ), kafka:// or kafkas://host:port[,host:port] (TLS); "
        "empty: jobs in PostgreSQL. See docs/events.md",
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting("info", "The least that is logged")
    log_format: Literal["json", "console"] = _setting("json", "One JSON object a line, or text for people")
    web_dist: str = _setting("", "Folder of the built web app; empty: found beside the package")
    trusted_proxies: str = _setting("", "Comma-separated addresses whose X-Forwarded-For is believed")
    request_timeout_seconds: int = _setting(30, "A request that takes longer is answered 503")
    max_body_bytes: int = _setting(1_000_000, "Largest request body accepted")
    rate_limit_per_minute: int = _setting(
        3000, "Requests a minute from one address, over all processes (a clinic may share one); 0: no limit", least=0
    )
    person_rate_limit_per_minute: int = _setting(
        600, "Requests a minute of one person signed in, over all processes; 0: no limit", least=0
    )
    bot_defence: Literal["off", "adaptive", "always"] = _setting(
        "adaptive", "Proof of work before registering and booking: never, past a free allowance, or every time"
    )
    header_timeout_seconds: int = _setting(10, "A connection that takes longer to send its request headers is closed")
    security_contact: str = _setting("", "Where to report weaknesses (mailto: or https:), told in security.txt")
    sign_in_limit_per_minute: int = _setting(
        10, "Sign-in, register and verify attempts a minute from one address; 0: no limit", least=0
    )
    access_token_minutes: int = _setting(10, "Life of an access token")
    refresh_token_days: int = _setting(30, "Life of a refresh token that is not used")
    session_idle_days: int = _setting(14, "A session that is not used for so many days ends", most=365)
    session_idle_minutes_at_clinic: int = _setting(
        720, "The same for people with a role at a clinic, in minutes; 15 where desks are shared", most=43_200
    )
    session_absolute_days: int = _setting(90, "A session ends after so many days even when it is used", most=365)
    session_absolute_days_at_clinic: int = _setting(7, "The same for people with a role at a clinic", most=365)
    argon2_memory_kib: int = _setting(65_536, "Memory that hashing one password takes, in KiB", least=8)
    argon2_passes: int = _setting(4, "Passes over that memory; with the default of both about 250 ms a password")
    geoip_database: str = _setting(
        "", "Path of a MaxMind DB of cities or countries, to name where a sign-in came from; empty: the network alone"
    )
    step_up_minutes: int = _setting(10, "How long a proof of who one is counts for sensitive acts")
    factor_reset_delay_hours: int = _setting(
        24, "How long an admin's reset of a lost second factor waits, so that the person can stop it", least=0
    )
    oidc_providers: str = _setting("", "JSON list of identity providers to sign in by; see docs/operating.md")
    outgoing_networks: str = _setting(
        "", "Comma-separated networks of your own (10.20.0.0/16) that may be called, such as an identity provider's"
    )
    emergency_minutes: int = _setting(
        60, "How long a record stays open that a clinician broke open in an emergency", most=480
    )
    emergency_records_per_day: int = _setting(5, "How many records one clinician may break open in 24 hours")
    hold_minutes: int = _setting(5, "How long a slot is held while someone fills the form")
    holds_per_person: int = _setting(3, "Holds one person may have at a time")
    audit_retention_years: int = _setting(6, "`openvisit audit prune` keeps entries so long; nothing goes by itself")
    horizon_days: int = _setting(400, "How far ahead openings are kept materialised")

    @property
    def development(self) -> bool:
        """Whether the development profile is on."""
        return self.openvisit_profile == "development"


def load(environ: Mapping[str, str] | None = None, dotenv: Path | None = None) -> Settings:
    """Read the settings: the environment wins over `.env`, `NAME_FILE` gives `NAME`.

    Errors: SettingsError for a value that does not fit or a production profile on unsafe defaults.
    """
    values = {**_dotenv(dotenv or Path(".env")), **(os.environ if environ is None else environ)}
    given: dict[str, Any] = {}
    for f in fields(Settings):
        name = f.name.upper()
        raw = values.get(name)
        if (path := values.get(name + "_FILE")) and not raw:
            raw = _secret_file(name, path)
        if raw is not None and raw != "":
            given[f.name] = _typed(name, f.type, raw)
            _check_bounds(name, given[f.name], f.metadata)
        elif f.default is MISSING:
            raise SettingsError(f"{name} must be set")
    settings = Settings(**given)
    _check(settings)
    return settings


_NEEDED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("email_sender", "sendgrid"): ("sendgrid_api_key",),
    ("email_sender", "mailgun"): ("mailgun_api_key", "mailgun_domain"),
    ("sms_sender", "twilio"): ("twilio_account_sid", "twilio_auth_token", "sms_from"),
    ("sms_sender", "bird"): ("bird_api_key", "sms_from"),
    ("voice_sender", "twilio"): ("twilio_account_sid", "twilio_auth_token", "voice_from"),
    ("push_sender", "fcm"): ("fcm_service_account",),
}
"""What a vendor cannot do without; AWS finds its credentials by itself."""

_TOGETHER: tuple[tuple[str, ...], ...] = (
    ("livekit_url", "livekit_api_key", "livekit_api_secret"),
    ("twilio_video_key", "twilio_video_secret"),
    ("twilio_video_key", "twilio_account_sid"),
    ("zoom_account_id", "zoom_client_id", "zoom_client_secret"),
    ("teams_tenant_id", "teams_client_id", "teams_client_secret"),
)
"""Video platforms: where the first is set, the others are needed."""


def _check(settings: Settings) -> None:
    if urlsplit(settings.public_url).scheme not in ("http", "https"):
        raise SettingsError(f"PUBLIC_URL must start with http:// or https://, it is {settings.public_url!r}")
    if settings.events_url and urlsplit(settings.events_url).scheme not in ("amqp", "amqps", "kafka", "kafkas"):
        raise SettingsError("EVENTS_URL must start with amqp://, amqps://, kafka:// or kafkas://")  # it holds a secret
    if settings.security_contact and not settings.security_contact.startswith(("mailto:", "https://", "tel:")):
        raise SettingsError("SECURITY_CONTACT must start with mailto:, https:// or tel: (RFC 9116)")
    _check_ways(settings)
    for (setting, chosen), needed in _NEEDED.items():
        missing = [name.upper() for name in needed if not getattr(settings, name)]
        if chosen in getattr(settings, setting).split("+") and missing:
            raise SettingsError(f"{setting.upper()}={chosen} needs {' and '.join(missing)}")
    for name, *others in _TOGETHER:
        missing = [other.upper() for other in others if not getattr(settings, other)]
        if getattr(settings, name) and missing:
            raise SettingsError(f"{name.upper()} needs {' and '.join(missing)}")
    if settings.livekit_url and urlsplit(settings.livekit_url).scheme not in ("ws", "wss"):
        raise SettingsError(f"LIVEKIT_URL must start with wss:// or ws://, it is {settings.livekit_url!r}")
    if settings.development:
        return
    if settings.livekit_url and not settings.livekit_url.startswith("wss://"):
        raise SettingsError("LIVEKIT_URL must start with wss:// in the production profile")
    if settings.secret_key == DEFAULT_SECRET or len(settings.secret_key) < 32:
        raise SettingsError(
            "SECRET_KEY must be set to a secret of your own, at least 32 characters, in the production profile "
            "(for example: openssl rand -base64 48)"
        )
    if not settings.public_url.startswith("https://"):
        raise SettingsError("PUBLIC_URL must start with https:// in the production profile")
    if settings.email_sender == "smtp" and not settings.smtp_url:
        raise SettingsError("SMTP_URL must be set in the production profile; the mail catcher is for development")


def _check_ways(settings: Settings) -> None:
    for name, schemes in (("stun_urls", ("stun:", "stuns:")), ("turn_urls", ("turn:", "turns:"))):
        for url in listed(getattr(settings, name)):
            if not url.startswith(schemes):
                raise SettingsError(f"{name.upper()} must hold addresses that start with {schemes[0]}, not {url!r}")
    if bool(settings.turn_urls) != bool(settings.turn_secret):
        raise SettingsError("TURN_URLS and TURN_SECRET must be set together")
    if settings.ice_transport_policy == "relay" and not settings.turn_urls:
        raise SettingsError("ICE_TRANSPORT_POLICY=relay needs TURN_URLS and TURN_SECRET")


def listed(text: str) -> tuple[str, ...]:
    """The parts of a comma-separated setting."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _check_bounds(name: str, value: Any, bounds: Mapping[str, Any]) -> None:
    if not isinstance(value, int):
        return
    least, most = bounds["least"], bounds["most"]
    if most is not None and not least <= value <= most:
        raise SettingsError(f"{name} must be from {least} to {most}, it is {value}")
    if value < least:
        raise SettingsError(f"{name} must be {least} or more, it is {value}")


def _typed(name: str, kind: Any, raw: str) -> Any:
    if kind is int:
        try:
            return int(raw)
        except ValueError:
            raise SettingsError(f"{name} must be a whole number, it is {raw!r}") from None
    if get_origin(kind) is Literal and raw not in get_args(kind):
        raise SettingsError(f"{name} must be one of {', '.join(get_args(kind))}, it is {raw!r}")
    return raw


def _secret_file(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name}_FILE: {path} cannot be read ({error.strerror})") from None


def _dotenv(path: Path) -> dict[str, str]:
    """`NAME=value` lines; `#` starts a comment line, quotes around a value are taken off."""
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.removeprefix("export ").partition("=")
        if not equals:
            raise SettingsError(f"{path} line {number} is not NAME=value")
        found[name.strip()] = value.strip().strip("'\"")
    return found
