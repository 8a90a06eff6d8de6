"""Publishing: from the outbox, for as long as it takes, and without a broker too."""

from dataclasses import replace

import psycopg
import pytest
from procrastinate.jobs import Job

from openvisit.core.ids import new_id
from openvisit.main.events import subscriptions
from openvisit.main.work import worker
from openvisit.platform.db import Database
from openvisit.platform.events import publish
from openvisit.platform.pipeline.jobs import Forever, Sparing, wait_seconds
from openvisit.platform.pipeline.ports import BrokerAway, Message
from openvisit.platform.stalled_jobs import MOST_RUNS, put_back
from openvisit.settings import Settings
from tests.platform.pipeline.conftest import booked, jobs, message

pytestmark = pytest.mark.anyio


@pytest.fixture
def by_broker(settings: Settings) -> Settings:
    """A broker that is not there."""
    return replace(settings, events_url="amqp://guest:guest@127.0.0.1:1/")


async def test_an_event_is_one_job_to_publish_it_where_there_is_a_broker(db: Database, by_broker: Settings) -> None:
    event = booked(new_id())
    async with db.transaction() as connection:
        await publish(connection, subscriptions(by_broker), event)
    (job,) = await jobs(db, "pipeline")
    assert (job["task_name"], job["lock"]) == ("pipeline:publish", f"pipeline:publish:{event.subject}")
    beside = {job["task_name"].partition(":")[0] for job in await jobs(db, "events")}
    assert beside <= {"video", "visit_rooms"}, "notifications hear of it from the broker alone"


async def test_without_one_it_is_a_job_of_each_who_hears(db: Database, settings: Settings) -> None:
    async with db.transaction() as connection:
        await publish(connection, subscriptions(settings), booked())
    assert "notifications:appointment_mail" in {job["task_name"] for job in await jobs(db, "events")}
    assert await jobs(db, "pipeline") == []


async def test_it_waits_for_a_broker_that_is_away(db: Database, by_broker: Settings) -> None:
    async with db.transaction() as connection:
        await publish(connection, subscriptions(by_broker), booked())
    async with worker(by_broker) as app:
        await app.run_worker_async(wait=False, queues=["pipeline"], install_signal_handlers=False)
    assert state(by_broker) == [("todo", True)]


async def test_what_was_to_be_published_is_handed_over_when_the_broker_is_taken_away(
    db: Database, settings: Settings, by_broker: Settings
) -> None:
    async with db.transaction() as connection:
        await publish(connection, subscriptions(by_broker), booked())
    async with worker(settings) as app:
        await app.run_worker_async(
            wait=False, queues=["pipeline"], install_signal_handlers=False, delete_jobs="successful"
        )
    assert await jobs(db, "pipeline") == []
    assert "notifications:appointment_mail" in {job["task_name"] for job in await jobs(db)}


async def test_it_is_not_given_up_however_often_its_worker_was_killed(db: Database, by_broker: Settings) -> None:
    async with db.transaction() as connection:
        await publish(connection, subscriptions(by_broker), booked())
    with psycopg.connect(by_broker.database_url) as connection:
        connection.execute(
            """WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes')
                             RETURNING id)
               UPDATE procrastinate_jobs SET status = 'doing', attempts = %s, worker_id = (SELECT id FROM dead)
               WHERE task_name = 'pipeline:publish'""",
            [MOST_RUNS + 1],
        )
    async with worker(by_broker) as app:
        assert await put_back(app) == 1
    assert [status for status, _ in state(by_broker)] == ["todo"]


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 1), (1, 2), (5, 32), (6, 60), (7, 60), (100_000, 60)])
def test_pauses_grow_to_a_minute_and_never_end(attempts: int, seconds: int) -> None:
    assert wait_seconds(attempts) == seconds
    job = Job(id=1, queue="pipeline", lock=None, queueing_lock=None, task_name="pipeline:publish", attempts=attempts)
    assert Forever().get_retry_decision(exception=BrokerAway(), job=job).retry_at is not None


async def test_a_broker_that_did_not_answer_is_left_in_peace_for_a_moment() -> None:
    asked: list[Message] = []

    class Away:
        async def publish(self, message: Message) -> None:
            asked.append(message)
            raise BrokerAway("refused")

    sparing = Sparing(Away())  # type: ignore[arg-type]
    for _ in range(5):
        with pytest.raises(BrokerAway):
            await sparing.publish(message(booked()))
    assert len(asked) == 1


def state(settings: Settings) -> list[tuple[str, bool]]:
    """What became of the jobs to publish, and whether they wait for a time."""
    with psycopg.connect(settings.database_url) as connection:
        rows = connection.execute(
            "SELECT status::text, scheduled_at > now() FROM procrastinate_jobs WHERE task_name = 'pipeline:publish'"
        )
        return [(str(status), bool(later)) for status, later in rows.fetchall()]
