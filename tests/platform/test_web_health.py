"""Is the process alive and ready, and what do its metrics tell."""

import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from openvisit.main.parts import build
from openvisit.main.web import edge, litestar
from openvisit.platform.migrate import newest
from openvisit.platform.web.health import WORKER_SILENT_SECONDS
from openvisit.settings import Settings
from tests.support.application import Application, client_of
from tests.support.cast import Scene

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


@pytest.fixture
async def without_database(tmp_path: Path) -> AsyncIterator[Application]:
    """An application whose database nobody serves."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = Settings(database_url=f"postgresql://127.0.0.1:{port}/none", openvisit_data_dir=str(tmp_path))
    parts = build(settings)
    app = litestar(parts)
    await parts.db.open()
    yield Application(parts, None, client_of(edge(app, settings)), app)  # type: ignore[arg-type]
    await parts.db.close()


async def run(app: Application, statement: str) -> None:
    """Run it as the owner of the schema; the application could not."""
    async with await psycopg.AsyncConnection.connect(app.parts.settings.database_url, autocommit=True) as connection:
        await connection.execute(statement.encode())


async def test_all_is_well_with_a_worker_beside(app: Application) -> None:
    await run(app, f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES ('{app.clock().isoformat()}')")
    answer = await app.client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "migrations": "ok", "jobs": "ok"}
    app.clock.advance(seconds=WORKER_SILENT_SECONDS + 1)
    later = (await app.client.get("/health/ready")).json()
    assert (later["status"], later["jobs"]) == ("degraded", "no worker is running")


async def test_without_a_worker_it_serves_and_says_so(app: Application) -> None:
    answer = await app.client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "degraded",
        "database": "ok",
        "migrations": "ok",
        "jobs": "no worker is running",
    }


async def test_behind_in_migrations_it_is_not_ready(app: Application) -> None:
    await run(app, "UPDATE alembic_version SET version_num = '0000'")
    answer = await app.client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == f"at 0000, this version needs {newest()}: run openvisit migrate"
    assert answer.json()["status"] == "unavailable"


async def test_on_an_empty_database_it_is_not_ready(app: Application) -> None:
    await run(app, "DROP TABLE alembic_version")
    answer = await app.client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "the database is empty: run openvisit migrate"


async def test_without_its_database_it_lives_and_is_not_ready(without_database: Application) -> None:
    client = without_database.client
    assert (await client.get("/health/live")).json() == {"status": "ok"}
    answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "database": "no answer within 2 seconds",
        "migrations": "unknown",
        "jobs": "unknown",
    }
    assert (await client.get("/metrics")).status_code == 200


async def test_metrics_are_in_prometheus_format_and_name_nobody(shared_scene: Scene) -> None:
    client = shared_scene.app.client
    for path in (f"/api/providers/{shared_scene.provider_id}", "/api/providers", "/api/nowhere", "/a/page/1234"):
        await client.get(path)
    await client.request("BREW", "/api/me")
    answer = await client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    requests = families["openvisit_http_requests"].samples
    labels = {(s.labels["method"], s.labels["route"], s.labels["status"]) for s in requests}
    assert ("GET", "/api/providers/{provider_id}", "200") in labels
    assert ("other", "unmatched", "405") in labels
    assert {"openvisit_http_request_seconds", "openvisit_bookings", "openvisit_live_sockets"} <= families.keys()
    states = {s.labels["state"]: s.value for s in families["openvisit_database_connections"].samples}
    assert states.keys() == {"open", "idle", "waiting"}
    assert not UUID.search(answer.text)
    assert "1234" not in {label for _, route, _ in labels for label in route.split("/")}
    assert "127.0.0.1" not in answer.text
