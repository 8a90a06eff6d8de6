"""Jobs of a killed worker, found by two workers at once."""

import asyncio

import psycopg
import pytest

from openvisit.main.work import worker
from openvisit.platform.stalled_jobs import put_back
from openvisit.settings import Settings

pytestmark = pytest.mark.anyio

JOBS = 40
LEAVE_BEHIND = """
WITH dead AS (
    INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes') RETURNING id
)
INSERT INTO procrastinate_jobs (queue_name, task_name, status, args, worker_id)
SELECT 'default', 'booking:forget_keys', 'doing', '{"timestamp": 0}', dead.id FROM dead, generate_series(1, %s)"""


async def test_each_is_put_back_once_and_none_is_given_up(settings: Settings) -> None:
    with psycopg.connect(settings.database_url) as connection:
        connection.execute(LEAVE_BEHIND, [JOBS])
    async with worker(settings) as one, worker(settings) as other:
        put = await asyncio.gather(put_back(one), put_back(other), put_back(one))
    assert sum(put) == JOBS
    with psycopg.connect(settings.database_url) as connection:
        states = connection.execute("SELECT status, attempts, count(*) FROM procrastinate_jobs GROUP BY 1, 2")
        assert states.fetchall() == [("todo", 1, JOBS)]
