"""Bringing a database to the present shape, one process at a time."""

from importlib import import_module
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

import openvisit
from openvisit.migrations.row_security import GRANT_NEW
from openvisit.platform.principal import SETTING, SYSTEM
from openvisit.platform.tables import metadata

_ROOT = Path(openvisit.__file__).parent
_LOCK = 7_461_002_001  # any number that nobody else uses for an advisory lock


def table_names() -> frozenset[str]:
    """The names of all our tables; imports every `tables` of the features so that the metadata is whole."""
    for file in sorted((_ROOT / "features").rglob("tables.py")):
        import_module(".".join(["openvisit", *file.relative_to(_ROOT).with_suffix("").parts]))
    return frozenset(metadata.tables)


def engine_url(database_url: str) -> str:
    """A libpq URI as SQLAlchemy spells it."""
    return "postgresql+psycopg://" + database_url.partition("://")[2]


def upgrade(database_url: str) -> tuple[str | None, str]:
    """Migrate to the newest revision; the answer is (revision before, revision now).

    Two processes that start together do not race: the second waits for the first and finds nothing to do.
    """
    with _locked(database_url) as connection:
        before = _current(connection)
        config = _config(connection)
        command.upgrade(config, "head")
        connection.exec_driver_sql(GRANT_NEW)
        connection.commit()
        return before, _head(config)


def state(connection: Connection) -> tuple[str | None, str]:
    """(the database's revision, the newest revision of this version)."""
    return _current(connection), _head(_config(connection))


def newest() -> str:
    """The newest revision this version knows."""
    return _head(_config(None))


def new_revision(database_url: str, message: str) -> None:
    """Write a migration for what the tables say and the database does not have yet. For developers."""
    with _locked(database_url) as connection:
        table_names()
        command.revision(_config(connection), message, autogenerate=True)


class _locked:  # noqa: N801 - reads as a phrase: with _locked(url)
    def __init__(self, database_url: str) -> None:
        self._engine = create_engine(engine_url(database_url), poolclass=NullPool)

    def __enter__(self) -> Connection:
        self._connection = self._engine.connect()
        self._connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        # Row-level security binds the owner too: a migration of data would see no rows without it.
        self._connection.execute(text(f"SET {SETTING} = '{SYSTEM.text}'"))
        self._connection.commit()
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()  # the session's lock goes with it
        self._engine.dispose()


def _current(connection: Connection) -> str | None:
    revision = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return revision


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_ROOT / "migrations"))
    attributes: dict[str, Any] = config.attributes
    attributes["connection"] = connection
    return config


def _head(config: Config) -> str:
    head = ScriptDirectory.from_config(config).get_current_head()
    if head is None:
        raise RuntimeError("this build of OpenVisit has no migrations in it")
    return head
