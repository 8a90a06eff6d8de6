"""The logs tell what was asked and how it went, under the request's id, and never what patients told us."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from openvisit.platform import log
from openvisit.settings import Settings
from tests.support.application import running
from tests.support.cast import Scene, usual_scene
from tests.support.clock import StandingClock
from tests.support.servers import WebServer

REASON, NOTES, NAME = "zyxwvut-reason", "zyxwvut-notes", "Zyxwvut Name"
EMAIL, PASSWORD, PHONE = "zyxwvut@mail.example", "nine quiet bramlings", "+1 555 0142"
PLANTED = (REASON, NOTES, NAME, EMAIL, PASSWORD, PHONE, "zyxwvut")


class TalkativeServer(WebServer):
    """A web server that logs all there is to log."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, "talkative")
        self._environment |= {"LOG_LEVEL": "debug", "LOG_FORMAT": "json"}


@dataclass
class Watched:
    """A server, the scene behind it, and what it has written."""

    scene: Scene
    server: TalkativeServer
    client: httpx.AsyncClient

    async def call(self, method: str, path: str, request_id: str, **more: Any) -> httpx.Response:
        """A request by the patient, under that id."""
        headers = {"Authorization": f"Bearer {self.scene.patient.token}", "X-Request-Id": request_id}
        return await self.client.request(method, self.server.url + path, headers=headers, **more)

    def written(self) -> str:
        """Everything, once the server has stopped and so written it all."""
        self.server.stop()
        return self.server.log.read_text()


@pytest.fixture
async def watched(settings: Settings) -> AsyncIterator[Watched]:
    """A real server that writes to a file, and a patient's client."""
    async with running(settings, StandingClock(datetime.now(UTC))) as app, httpx.AsyncClient(timeout=30) as client:
        server = TalkativeServer(settings)
        try:
            server.start()
            await server.ready()
            yield Watched(await usual_scene(app), server, client)
        finally:
            server.stop()


async def test_what_people_tell_is_never_logged(watched: Watched) -> None:
    start = datetime.now(UTC).replace(hour=15, minute=0, second=0, microsecond=0) + timedelta(days=3)
    visit = watched.scene.slot(start, reason=REASON, accommodations={"notes": NOTES})
    account = {"email": EMAIL, "password": PASSWORD, "full_name": NAME}
    booked = await watched.call("POST", "/api/appointments", "booking-0001", json=visit)
    assert booked.status_code == 201, booked.text
    assert (await watched.call("POST", "/api/auth/register", "register-0001", json=account)).status_code == 202
    tried = {"email": EMAIL, "password": PASSWORD}
    assert (await watched.call("POST", "/api/auth/login", "login-0001", json=tried)).status_code == 401
    assert (await watched.call("GET", f"/api/appointments?q={REASON}", "search-0001")).status_code == 200
    assert (await watched.call("GET", f"/{EMAIL}/{NAME}", "lost-0001")).status_code in (200, 404)
    assert (await watched.call("PATCH", "/api/me", "wrong-0001", json={"language": REASON})).status_code == 422
    await break_the_tables(watched.scene)
    later = {**visit, "start": (start + timedelta(hours=1)).isoformat()}
    for path, body in (("/api/appointments", later), ("/api/auth/register", {**account, "email": f"a{EMAIL}"})):
        answer = await watched.call("POST", path, "failing-0001", json=body)
        assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
        assert answer.json()["instance"] == "failing-0001"
        assert not [word for word in PLANTED if word in answer.text]
    written = watched.written()
    assert [word for word in PLANTED if word.lower() in written.lower()] == []
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    told = {line["request_id"]: line for line in lines if line.get("component") == "access"}
    assert told["booking-0001"]["route"] == "/api/appointments"
    assert (told["booking-0001"]["method"], told["booking-0001"]["status"]) == ("POST", 201)
    failures = [line for line in lines if line["event"] == "request failed"]
    assert {line["request_id"] for line in failures} == {"failing-0001"}
    assert all("SQLSTATE 23514" in line["exception"] and "test_boom" in line["exception"] for line in failures)


async def break_the_tables(scene: Scene) -> None:
    """From now on PostgreSQL refuses every new person and visit, and says so with the whole row."""
    url = scene.app.parts.settings.database_url
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:  # as the owner
        for table in (b"person", b"appointment"):
            await connection.execute(b"ALTER TABLE " + table + b" ADD CONSTRAINT test_boom CHECK (false) NOT VALID")


def test_the_trace_of_a_database_error_holds_no_row(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE secretive (name text CONSTRAINT never CHECK (false))")
        try:
            try:
                connection.execute("INSERT INTO secretive VALUES (%s)", [NAME])
            except psycopg.Error as error:
                raise RuntimeError("it went wrong") from error
        except RuntimeError as error:
            trace = log.traced((type(error), error, error.__traceback__))
    assert NAME not in trace
    assert "SQLSTATE 23514, table secretive, constraint never" in trace
    assert trace.endswith("RuntimeError: it went wrong")
    assert "test_web_logs.py" in trace


def test_the_trace_of_a_group_tells_each_of_its_errors() -> None:
    group = ExceptionGroup("two things", [ValueError("the first"), KeyError("the second")])
    trace = log.traced((type(group), group, None))
    assert [line for line in trace.splitlines() if line] == [
        "ExceptionGroup: two things (2 sub-exceptions)",
        "ValueError: the first",
        "KeyError: 'the second'",
    ]
