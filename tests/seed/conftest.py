"""The demonstration, made once on a database of its own, at a busy moment: a Monday afternoon."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg.rows import DictRow, dict_row

from openvisit import seed
from openvisit.core.ids import new_id
from openvisit.settings import Settings
from tests.support.application import Application, running
from tests.support.clock import MONDAY, StandingClock

NOW = MONDAY + timedelta(hours=10, minutes=7)
"""13:07 in New York, 12:07 in Chicago, 10:07 in Los Angeles."""

SECRET = "a secret of the seed's tests, of no use elsewhere"


def silent(_words: str) -> None:
    """Say nothing."""


@contextmanager
def database(server_url: str, template: str) -> Iterator[Settings]:
    """Settings with a fresh database behind them."""
    name = f"ov_seed_{new_id().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        url = urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
        yield Settings(database_url=url, database_pool_size=4, secret_key=SECRET, horizon_days=60, log_level="error")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def seeded(server_url: str, template: str) -> Iterator[Settings]:
    """The demonstration. Tests read it and change nothing."""
    with database(server_url, template) as settings:
        seed.demo(settings, say=silent, now=NOW)
        yield settings


@pytest.fixture
def rows(seeded: Settings) -> Iterator[psycopg.Connection[DictRow]]:
    """A connection to the demonstration."""
    with psycopg.connect(seeded.database_url, row_factory=dict_row) as connection:
        yield connection


@pytest.fixture
async def demo_app(seeded: Settings) -> AsyncIterator[Application]:
    """The application on the demonstration."""
    async with running(seeded, StandingClock(NOW)) as application:
        yield application
