"""A worker that was killed in the middle of a mail job, and the one that comes after it."""

from dataclasses import replace

import psycopg
import pytest

from openvisit.main.work import worker
from openvisit.platform.stalled_jobs import MOST_RUNS, put_back
from openvisit.settings import Settings
from tests.features.notifications.conftest import Notified

pytestmark = pytest.mark.anyio

# What a killed worker leaves: its job under way, and a heartbeat that is no more.
LEAVE_BEHIND = """
WITH dead AS (
    INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes') RETURNING id
)
UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead), attempts = %(attempts)s
WHERE task_name = 'notifications:appointment_mail'"""


def leave_behind(settings: Settings, attempts: int = 0) -> None:
    """Make every mail job one that its worker was killed over."""
    with psycopg.connect(settings.database_url) as connection:
        assert connection.execute(LEAVE_BEHIND, {"attempts": attempts}).rowcount > 0


async def run(booked: Notified, settings: Settings) -> int:
    """Put stalled jobs back and work until there is nothing to do; how many were put back."""
    clock = booked.scene.app.clock
    async with worker(replace(settings, smtp_url=booked.catcher.url), clock) as app:
        put = await put_back(app)
        await app.run_worker_async(wait=False, queues=["events"], install_signal_handlers=False)
    return put


async def test_its_job_is_run_again_and_later_mails_of_the_visit_follow(booked: Notified, settings: Settings) -> None:
    """The job's lock, the visit, does not keep later mails from leaving for ever."""
    leave_behind(settings)
    patient = booked.scene.patient
    await patient.client.request("DELETE", f"/api/appointments/{booked.id}", json={})
    assert await run(booked, settings) == 1
    (mail,) = booked.catcher.store.newest(to=patient.email)
    assert mail.subject.startswith("Cancelled: ")
    assert await run(booked, settings) == 0


async def test_a_job_that_keeps_killing_its_workers_is_given_up(booked: Notified, settings: Settings) -> None:
    """And is there to be seen as failed."""
    leave_behind(settings, attempts=MOST_RUNS)
    assert await run(booked, settings) == 0
    with psycopg.connect(settings.database_url) as connection:
        row = connection.execute("SELECT status FROM procrastinate_jobs WHERE task_name LIKE 'notifications:%'")
        assert row.fetchall() == [("failed",)]
