"""What a consumer could not take, and what its handler gave up: from a broker to the API, and back."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import procrastinate
import pytest
from procrastinate.exceptions import AlreadyEnqueued

from openvisit.features.notifications.news import telling
from openvisit.main import events
from openvisit.main.events import consuming
from openvisit.main.work import queues, worker
from openvisit.platform.clock import system_clock
from openvisit.platform.db import execute, fetch_one
from openvisit.platform.mail_catcher import MailCatcher
from openvisit.platform.pipeline import inbox
from openvisit.platform.pipeline.ports import Message
from openvisit.settings import Settings
from tests.support.application import Application, running
from tests.support.cast import Scene, usual_scene
from tests.support.clock import StandingClock
from tests.support.mock_kafka import mock_kafka

pytestmark = [pytest.mark.anyio, pytest.mark.ops]
CONSUMER = "notifications"


@pytest.fixture
def clock() -> StandingClock:
    """The present, which jobs are due by."""
    return StandingClock(datetime.now(UTC))


@pytest.fixture(params=["rabbitmq", "mock-kafka"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Kafka's is the test's own: what is in its topic, every new group reads."""
    if request.param == "rabbitmq":
        yield request.getfixturevalue("rabbit").url
    else:
        with mock_kafka() as found:
            yield found


class Clinic:
    """An installation whose notifications come by the broker, to a consumer that takes them all the while."""

    def __init__(self, settings: Settings, scene: Scene, jobs: procrastinate.App, mail: MailCatcher) -> None:
        self.scene = scene
        self._settings = settings
        self._jobs = jobs
        self._mail = mail

    async def work(self) -> None:
        """Do every job of the installation that waits now: events are handed to the broker."""
        await self._do(queues(self._settings))

    async def tell(self) -> None:
        """Do the one job that the consumer has made of an event, once it has."""
        await self._has_job()
        await self._do(queues(self._settings, CONSUMER))

    async def _do(self, waiting: list[str]) -> None:
        await self._jobs.run_worker_async(
            queues=waiting, wait=False, listen_notify=False, delete_jobs="successful", install_signal_handlers=False
        )

    async def look(self) -> None:
        """Look for jobs that gave up, as a worker does every minute."""
        with suppress(AlreadyEnqueued):  # a worker that met the full minute has left one
            await self._jobs.configure_task("pipeline:set_aside_failed").defer_async(timestamp=0)
        await self.work()

    async def letters(self, state: str = "waiting") -> list[dict[str, Any]]:
        """The list as an admin reads it."""
        answer = await self.scene.admin.client.get("/api/dead-letters", params={"state": state})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    async def one_letter(self) -> dict[str, Any]:
        """The one that waits, once it does."""
        async with asyncio.timeout(60):
            while not (found := await self.letters()):  # noqa: ASYNC110 - what is looked at is no event of ours
                await asyncio.sleep(0.05)  # the pace of looking
        (letter,) = found
        return letter

    async def replay(self, letter: dict[str, Any]) -> None:
        """As an admin does in the list."""
        answer = await self.scene.admin.client.post(f"/api/dead-letters/{letter['id']}/replay")
        assert (answer.status_code, answer.json()["state"]) == (200, "replayed")
        assert await self.letters() == []

    async def book(self) -> None:
        """A visit, which its patient is to hear of."""
        start = self.scene.app.clock().replace(hour=15, minute=0, second=0, microsecond=0) + timedelta(days=2)
        answer = await self.scene.patient.client.post("/api/appointments", json=self.scene.slot(start))
        assert answer.status_code == 201, answer.text

    async def _has_job(self) -> None:
        async with asyncio.timeout(60), self.scene.app.parts.db.connection() as connection:
            while True:
                row = await fetch_one(connection, f"SELECT count(*) AS n FROM procrastinate_jobs WHERE {_TELLS}")
                assert row is not None
                if row["n"]:
                    assert row["n"] == 1
                    return
                await asyncio.sleep(0.05)  # the pace of looking

    def mails(self) -> int:
        """How many the patient got."""
        return len(self._mail.store.newest(to=self.scene.patient.email))


_TELLS = "task_name = 'notifications:appointment_mail' AND queue_name = 'notifications'"


@pytest.fixture
async def clinic(url: str, settings: Settings, clock: StandingClock, tmp_path: Path) -> AsyncIterator[Clinic]:
    with MailCatcher(tmp_path / "mail") as mail:
        settings = replace(settings, events_url=url, smtp_url=mail.url)
        async with _open(settings, clock) as (app, jobs), consuming(settings, CONSUMER):
            yield Clinic(settings, await usual_scene(app), jobs, mail)


@asynccontextmanager
async def _open(settings: Settings, clock: StandingClock) -> AsyncIterator[tuple[Application, procrastinate.App]]:
    async with running(settings, clock) as app, worker(settings, clock) as jobs:
        yield app, jobs


async def test_what_could_not_be_taken_is_sent_again_and_handled_once(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours, mended since. The second replay of one letter is refused, and a second copy changes nothing."""

    async def fault(*_: object) -> NoReturn:
        raise LookupError("a fault of ours")

    with monkeypatch.context() as broken:
        broken.setattr(inbox, "_take", fault)
        await clinic.book()
        await clinic.work()
        letter = await clinic.one_letter()
    assert (letter["consumer"], letter["reason"]) == (CONSUMER, "not_taken")
    assert letter["type"] == "appointment.booked"
    await clinic.replay(letter)
    again = await clinic.scene.admin.client.post(f"/api/dead-letters/{letter['id']}/replay")
    assert again.json()["code"] == "dead_letter_closed"
    await clinic.work()
    await clinic.tell()
    assert clinic.mails() == 1
    assert await clinic.letters() == []


async def test_poison_waits_again_until_it_is_dismissed(clinic: Clinic) -> None:
    broker = events.broker(clinic.scene.app.parts.settings, clinic.scene.app.parts.db, system_clock)
    try:
        await broker.publish(Message("poison", "appointment.booked", "poison", b"\xff no event"))
    finally:
        await broker.close()
    first = await clinic.one_letter()
    assert (first["consumer"], first["reason"], first["whole"]) == (CONSUMER, "not_json", True)
    await clinic.replay(first)
    await clinic.work()
    second = await clinic.one_letter()
    assert (second["reason"], second["id"] > first["id"]) == ("not_json", True)
    answer = await clinic.scene.admin.client.post(f"/api/dead-letters/{second['id']}/dismiss")
    assert answer.json()["state"] == "dismissed"
    assert await clinic.letters() == []


async def test_what_its_handler_gave_up_is_told_to_it_again_and_handled_once(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fault(*_: object) -> NoReturn:
        raise LookupError("a fault of ours")

    with monkeypatch.context() as broken:
        broken.setattr(telling, "enlist", fault)
        await clinic.book()
        await clinic.work()
        await clinic.tell()
        async with clinic.scene.app.parts.db.connection() as connection:  # its last try is due
            last = f"UPDATE procrastinate_jobs SET attempts = 100, scheduled_at = now() WHERE {_TELLS}"
            await execute(connection, last)
        await clinic.tell()
    assert await clinic.letters() == []
    await clinic.look()
    letter = await clinic.one_letter()
    assert (letter["consumer"], letter["reason"]) == ("notifications:appointment_mail", "handler_failed")
    assert (letter["type"], letter["whole"]) == ("appointment.booked", True)
    assert clinic.mails() == 0
    await clinic.replay(letter)
    await clinic.work()
    await clinic.tell()
    assert clinic.mails() == 1
    await clinic.look()
    assert await clinic.letters() == []
