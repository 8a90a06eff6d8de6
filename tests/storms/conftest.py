"""What storms share: the database asked afresh, and a line of numbers for whoever watches."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.rows import dict_row

from openvisit.platform import migrate
from openvisit.platform.db import Connection, fetch_one
from openvisit.platform.postgres import EmbeddedPostgres
from openvisit.settings import Settings
from tests.support.acknowledged import forgotten
from tests.support.servers import Process
from tests.support.soundness import broken_rules
from tests.support.storm import Log

SEED = 20270301


@asynccontextmanager
async def asking(url: str) -> AsyncIterator[Connection]:
    """A connection of the test's own, that no crash has touched."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


async def all_is_kept(url: str, log: Log, *, every_answer_arrived: bool) -> None:
    """No answer was a fault of ours, every promise stands, and the database is sound."""
    assert log.unexpected == []
    async with asking(url) as connection:
        assert await forgotten(connection, log.visits, every_answer_arrived=every_answer_arrived) == []
        assert await broken_rules(connection) == {}


async def becomes(settings: Settings, wanted: int, question: str, worker: Process, *, seconds: float = 60.0) -> None:
    """Return once the worker has made the database answer the question so; fail with its log when it does not."""
    deadline = time.monotonic() + seconds
    async with asking(settings.database_url) as connection:
        while True:
            row = await fetch_one(connection, question)
            assert row is not None
            if row["n"] == wanted:
                return
            assert time.monotonic() < deadline, f"{question} is {row['n']}, not {wanted}: {worker.log.read_text()}"
            assert worker.alive(), worker.log.read_text()
            await asyncio.sleep(0.05)  # the pace of asking again


def kill_all_of(postgres: EmbeddedPostgres) -> None:
    """SIGKILL the server and every process of its."""
    assert postgres.pid is not None
    server = psutil.Process(postgres.pid)
    everyone = [server, *server.children(recursive=True)]
    for process in everyone:
        try:
            os.kill(process.pid, signal.SIGKILL)
        except ProcessLookupError:  # it ended with its server
            continue
    while postgres.running:
        time.sleep(0.01)  # until it is seen to be dead


@pytest.fixture
def postgres() -> Iterator[EmbeddedPostgres]:
    """A server that keeps what it committed, to be killed."""
    with tempfile.TemporaryDirectory(prefix="ov-kill-") as folder:
        os.chmod(folder, 0o711)
        with EmbeddedPostgres(Path(folder) / "pg") as server:
            yield server


@pytest.fixture
def durable(postgres: EmbeddedPostgres, settings: Settings) -> Settings:
    """Settings for a database on that server."""
    postgres.create_database("storm")
    url = postgres.url("storm")
    migrate.upgrade(url)
    return replace(settings, database_url=url)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Print past pytest's capture, and keep it with the results, which stay where tests share the machine."""

    def printed(text: str) -> None:
        request.node.user_properties.append(("said", text))
        with capsys.disabled():
            print(f"\n    {text}", flush=True)

    return printed
