"""A real PostgreSQL for every test that asks: one server a session, one database a test from a migrated template.

The embedded server, or the one at `TEST_DATABASE_URL` (whose user may create databases).
"""

import gc
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from openvisit.core.ids import new_id
from openvisit.platform import migrate
from openvisit.platform.postgres import EmbeddedPostgres
from openvisit.platform.principal import SYSTEM, become
from openvisit.settings import Settings
from tests.support.application import Application, running
from tests.support.cast import Scene, usual_scene
from tests.support.clock import StandingClock
from tests.support.kept_scene import KeptScene
from tests.support.servers import fresh_database

become(SYSTEM)  # what tests do themselves; each request is nobody's until it is known whose it is

ROOM = 4 << 30
"""Bytes that must be free in memory before the tests put their files there."""

SHARED = Path(__file__).resolve().parents[2] / "shared"


def _work_in_memory() -> None:
    """Put temporary files into memory where there is room: every test copies a database, journeys a browser's."""
    memory = Path("/dev/shm")
    if "TMPDIR" not in os.environ and memory.is_dir() and shutil.disk_usage(memory).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(memory)


_work_in_memory()


_BROKERS = ("tests/platform/pipeline/test_brokers.py", "tests/platform/pipeline/test_set_aside.py")
ALONE = ("tests/storms/", "tests/ops/", *_BROKERS)
"""Where script/test looks for what runs apart from the rest."""


PATIENCE = {"storm": 600, "ops": 400, "journey": 300}
"""Seconds until a test of that mark is taken for hung."""


@pytest.hookimpl(trylast=True)  # after tests/journeys has marked its own
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that runs apart must be where it is looked for, or it never runs; and it may take longer than others."""
    for item in items:
        for mark, seconds in PATIENCE.items():
            if item.get_closest_marker(mark) and not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(seconds))
    apart = (item.nodeid for item in items if item.get_closest_marker("ops") or item.get_closest_marker("storm"))
    if lost := [nodeid for nodeid in apart if not nodeid.startswith(ALONE)]:
        raise pytest.UsageError(f"marked ops or storm, and not in {', '.join(ALONE)}: {', '.join(lost)}")


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": False}


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave the machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"tests stay on the loopback, not {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The libpq URI of a server's maintenance database."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="ov-test-") as folder:
        os.chmod(folder, 0o711)
        with EmbeddedPostgres(Path(folder) / "pg", durable=False) as server:
            yield server.url()


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """The name of a migrated database to copy."""
    name = f"ov_template_{new_id().hex}"
    _administer(server_url, f"CREATE DATABASE {name}")
    migrate.upgrade(database_at(server_url, name))
    yield name
    _administer(server_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def kept_scene(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptScene]:
    """The usual scene in a database to copy: to set it anew for each test took longer than most tests."""
    with fresh_database(server_url, template) as url:
        name = urlsplit(url).path.removeprefix("/")
        yield KeptScene(name, settings_of_tests(url, tmp_path_factory.mktemp("scene")))


USUAL = ("scene", "app", "settings", "clock")


def _is_usual(request: pytest.FixtureRequest) -> bool:
    """Whether the test plays in the usual scene, with the usual clock and settings."""
    fixtures = request.node._fixtureinfo.name2fixturedefs
    return "scene" in fixtures and all(
        len(fixtures.get(name, ())) < 2 for name in ("scene", "app", "settings", "clock")
    )


@pytest.fixture
def database_url(request: pytest.FixtureRequest, server_url: str, template: str) -> Iterator[str]:
    """A migrated database of the test's own; with the usual scene in it, where the test plays in that."""
    source = request.getfixturevalue("kept_scene").database if _is_usual(request) else template
    with fresh_database(server_url, source) as url:
        yield url


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_of_tests(database_url, tmp_path)


def settings_of_tests(database_url: str, folder: Path) -> Settings:
    """Small and quick."""
    return Settings(
        database_url=database_url,
        database_pool_size=10,
        openvisit_data_dir=str(folder),
        secret_key="a secret of the tests, of no use elsewhere",
        horizon_days=60,
        log_level="error",
        argon2_memory_kib=64,
        argon2_passes=1,
    )


@pytest.fixture(scope="module")
def module_settings(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The same over a database for all tests of a module, each of which keeps to what is its own in it."""
    with fresh_database(server_url, template) as url:
        yield settings_of_tests(url, tmp_path_factory.mktemp("module"))


@pytest.fixture
async def app(settings: Settings, clock: StandingClock) -> AsyncIterator[Application]:
    """The application on a database of its own."""
    async with running(settings, clock) as application:
        yield application


@pytest.fixture
async def scene(request: pytest.FixtureRequest, app: Application) -> Scene:
    """The application with the usual cast."""
    if _is_usual(request):
        kept: KeptScene = request.getfixturevalue("kept_scene")
        return kept.scene.again(app)
    return await usual_scene(app)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of corpora and contracts beside the project; tests that need it skip without it, except in CI."""
    if not SHARED.is_dir():
        assert not os.environ.get("CI"), "the shared folder must be there in CI"
        pytest.skip("the shared folder is not beside the project")
    return SHARED


def database_at(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _administer(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]
