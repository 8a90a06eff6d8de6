"""The single checks behind `openvisit check`. Each looks at one thing and says what it found."""

import os
import shutil
import smtplib
import stat
import sys
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from openvisit.cli.installation import postgres_folder, with_database
from openvisit.platform.postgres import PostgresError
from openvisit.platform.principal import APP_ROLE
from openvisit.settings import Settings, SettingsError

OLDEST_POSTGRES = 15
LITTLE_SPACE_GB = 2.0


class Level(Enum):
    """How much a finding matters."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what it is about, what was found, and what to do where something is to be done."""

    level: Level
    subject: str
    words: str
    remedy: str = ""


def python_version() -> Finding:
    """The running Python."""
    return Finding(Level.OK, "python", f"{sys.version.split()[0]} at {sys.executable}")


def time_zones() -> Finding:
    """Whether zone data is there; without it no local time can be worked out."""
    try:
        zoneinfo.ZoneInfo("Pacific/Chatham")
    except zoneinfo.ZoneInfoNotFoundError:
        return Finding(Level.FAIL, "time zones", "no zone data found", "install the package tzdata")
    return Finding(Level.OK, "time zones", f"{len(zoneinfo.available_timezones())} known")


def profile(settings: Settings) -> Finding:
    """Development or production."""
    words = "demo accounts and caught mail are shown" if settings.development else "for real patients"
    return Finding(Level.OK, "profile", f"{settings.openvisit_profile}: {words}")


def data_folder(settings: Settings) -> Finding:
    """Whether the data folder can be written."""
    folder = Path(settings.openvisit_data_dir)
    probe = folder / f".check-{os.getpid()}"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        remedy = "give this user the folder, or choose another with OPENVISIT_DATA_DIR"
        return Finding(Level.FAIL, "data folder", f"{folder} cannot be written: {error.strerror}", remedy)
    return Finding(Level.OK, "data folder", str(folder))


def disk_space(settings: Settings) -> Finding:
    """Room left for the database, its log and the mail."""
    free_gb = shutil.disk_usage(settings.openvisit_data_dir).free / 1e9
    words = f"{free_gb:.1f} GB free"
    if free_gb < LITTLE_SPACE_GB:
        return Finding(Level.WARN, "disk space", words, "make room: a full disk stops the database")
    return Finding(Level.OK, "disk space", words)


def secret(settings: Settings) -> Finding:
    """Whether the master secret is safe. The default one never gets here: it is replaced or refused."""
    path = Path(settings.openvisit_data_dir) / "secret_key"
    if path.exists() and path.read_text().strip() == settings.secret_key:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            return Finding(Level.FAIL, "secret", f"{path} can be read by others", f"chmod 600 {path}")
        return Finding(Level.OK, "secret", f"generated for this installation in {path}; keep a copy apart from backups")
    if len(settings.secret_key) < 32:
        return Finding(Level.WARN, "secret", "SECRET_KEY is short", "use at least 32 random characters")
    return Finding(Level.OK, "secret", "SECRET_KEY is set")


def web_app(settings: Settings) -> Finding:
    """Whether the web app is built."""
    from openvisit.main.web import web_dist

    folder = web_dist(settings)
    if not (folder / "index.html").is_file():
        return Finding(
            Level.FAIL, "web app", f"not built: {folder} has no index.html", "run script/up, which builds it"
        )
    return Finding(Level.OK, "web app", str(folder))


def mail_server(settings: Settings) -> Finding:
    """Whether the SMTP server answers, where one is set."""
    if settings.email_sender != "smtp":
        return Finding(Level.OK, "mail", f"by {settings.email_sender}")
    if not settings.smtp_url:
        return Finding(Level.OK, "mail", "caught by `openvisit up`, readable at /dev/mail; set SMTP_URL to send it")
    server = urlsplit(settings.smtp_url)
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    try:
        with kind(server.hostname or "", server.port or 0, timeout=5.0) as connection:
            connection.noop()
    except (OSError, smtplib.SMTPException) as error:
        where = f"{server.hostname}:{server.port or 'default port'}"
        return Finding(Level.FAIL, "mail", f"{where} does not answer ({error})", "check SMTP_URL and the firewall")
    return Finding(Level.OK, "mail", f"{server.hostname} answers")


def broker(settings: Settings) -> Finding:
    """Whether the broker of events answers, where one is set."""
    if not settings.events_url:
        return Finding(Level.OK, "events", "by jobs in PostgreSQL")
    import asyncio

    from openvisit.main.events import reach
    from openvisit.platform.pipeline.ports import BrokerAway

    try:
        return Finding(Level.OK, "events", asyncio.run(reach(settings)))
    except SettingsError as error:
        return Finding(Level.FAIL, "events", str(error), "correct EVENTS_URL, or install the extra")
    except BrokerAway as error:
        words = f"the broker does not answer ({error})"
        return Finding(Level.FAIL, "events", words, "check EVENTS_URL and that it is up")


def database(settings: Settings) -> Iterator[Finding]:
    """Reach the database, and look at its version, its extensions and its migrations."""
    if not settings.database_url and not (postgres_folder(settings) / "cluster").exists():
        yield Finding(Level.WARN, "database", "there is none yet", "run `openvisit up`, which makes one")
        return
    import psycopg

    try:
        with (
            with_database(settings) as reached,
            psycopg.connect(reached.database_url, connect_timeout=5) as connection,
        ):
            yield _server_version(connection.info.server_version, own=not settings.database_url)
            yield _extensions(connection)
            yield _migrations(reached.database_url)
            yield _role(connection, own=not settings.database_url)
    except PostgresError as error:
        yield Finding(Level.FAIL, "database", str(error))
    except psycopg.OperationalError as error:
        words = " ".join(str(error).split())
        yield Finding(Level.FAIL, "database", f"cannot be reached: {words}", "check DATABASE_URL and that it is up")


def _server_version(number: int, *, own: bool) -> Finding:
    words = f"PostgreSQL {number // 10_000}.{number % 10_000}, {'embedded' if own else 'from DATABASE_URL'}"
    if number < OLDEST_POSTGRES * 10_000:
        return Finding(Level.FAIL, "database", words, f"OpenVisit needs PostgreSQL {OLDEST_POSTGRES} or newer")
    return Finding(Level.OK, "database", words)


def _extensions(connection: object) -> Finding:
    import psycopg

    assert isinstance(connection, psycopg.Connection)  # noqa: S101 - told to the type checker
    found = connection.execute(
        "SELECT installed_version FROM pg_available_extensions WHERE name = 'btree_gist'"
    ).fetchone()
    if found is None:
        remedy = "install PostgreSQL's contrib package on the database server (postgresql-contrib)"
        return Finding(Level.FAIL, "extensions", "btree_gist is not available", remedy)
    if found[0] is None:
        return Finding(Level.WARN, "extensions", "btree_gist is not created yet", "run `openvisit migrate`")
    return Finding(Level.OK, "extensions", f"btree_gist {found[0]}")


def _role(connection: object, *, own: bool) -> Finding:
    """As whom web and worker ask, and whether row-level security binds them."""
    import psycopg

    assert isinstance(connection, psycopg.Connection)  # noqa: S101 - told to the type checker
    found = connection.execute(
        """SELECT session_user, r.rolsuper OR r.rolbypassrls, l.rolsuper OR EXISTS (
                      SELECT FROM pg_class WHERE relname = 'person' AND relowner = l.oid),
                  pg_has_role(session_user, r.oid, 'MEMBER')
           FROM pg_roles r, pg_roles l WHERE r.rolname = %s AND l.rolname = session_user""",
        (APP_ROLE,),
    ).fetchone()
    if found is None:
        return Finding(Level.WARN, "database role", f"{APP_ROLE} is not made yet", "run `openvisit migrate`")
    login, waived, owner, member = found
    if waived or not member:
        words = f"{APP_ROLE} may pass row-level security" if waived else f"{login} is not a member of {APP_ROLE}"
        remedy = f"ALTER ROLE {APP_ROLE} NOSUPERUSER NOBYPASSRLS; GRANT {APP_ROLE} TO {login}"
        return Finding(Level.FAIL, "database role", words, remedy)
    words = f"web and worker run as {APP_ROLE}, bound by row-level security"
    if owner and not own:
        remedy = "give DATABASE_URL a login that is only a member of it, and the owner's to MIGRATION_DATABASE_URL"
        return Finding(Level.OK, "database role", f"{words}; {login} could do more ({remedy})")
    return Finding(Level.OK, "database role", words)


def _migrations(database_url: str) -> Finding:
    from sqlalchemy import create_engine

    from openvisit.platform.migrate import engine_url, state

    engine = create_engine(engine_url(database_url))
    try:
        with engine.connect() as connection:
            present, newest = state(connection)
    finally:
        engine.dispose()
    if present == newest:
        return Finding(Level.OK, "migrations", f"at the newest, {newest}")
    words = f"at {present or 'nothing'}, this version needs {newest}"
    return Finding(Level.FAIL, "migrations", words, "run `openvisit migrate`")
