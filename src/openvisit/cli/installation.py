"""This installation as its commands see it: settings, data folder, and a database to talk to."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from openvisit.platform.data_folder import data_folder, generated_secret, prepare
from openvisit.platform.postgres import EmbeddedPostgres, running_url
from openvisit.settings import DEFAULT_SECRET, Settings, load

DATABASE = "openvisit"


def local_settings() -> Settings:
    """The settings with the data folder filled in and, in development, this installation's own secret."""
    settings = load()
    folder = data_folder(settings.openvisit_data_dir)
    prepare(folder)
    secret = settings.secret_key
    if secret == DEFAULT_SECRET:
        secret = generated_secret(folder).read_text().strip()
    return replace(settings, openvisit_data_dir=str(folder), secret_key=secret)


def postgres_folder(settings: Settings) -> Path:
    """Where the embedded database of this installation lives."""
    return Path(settings.openvisit_data_dir) / "postgres"


@contextmanager
def with_database(settings: Settings) -> Iterator[Settings]:
    """The settings with a database behind them: the configured one, the running embedded one, or our own.

    The last is started for as long as the command takes, so that `openvisit seed` works with nothing else up.
    """
    if settings.database_url:
        yield settings
        return
    running = running_url(postgres_folder(settings), DATABASE)
    if running is not None:
        yield replace(settings, database_url=running)
        return
    with EmbeddedPostgres(postgres_folder(settings)) as server:
        server.create_database(DATABASE)
        yield replace(settings, database_url=server.url(DATABASE))


def export(settings: Settings) -> None:
    """Put into the environment what this process worked out, for processes that read the settings anew."""
    os.environ.update(
        OPENVISIT_DATA_DIR=settings.openvisit_data_dir,
        DATABASE_URL=settings.database_url,
        SECRET_KEY=settings.secret_key,
    )
