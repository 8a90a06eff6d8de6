"""Jobs whose worker was killed: run again, so that nothing waits for ever behind their lock."""

import procrastinate
from procrastinate import JobContext
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job

from openvisit.platform import log

HEARTBEAT_SECONDS = 30.0
"""A worker says every 10 s that it lives; after three times that it does not."""

MOST_RUNS = 20
"""A job that was cut off so often may be what kills its workers."""

NEVER_GIVEN_UP = frozenset({"pipeline:publish", "pipeline:replay"})
"""They run for as long as the broker is away, and what they carry has left no other trace with those who hear of it."""

_logger = log.get("jobs")


def blueprint() -> procrastinate.Blueprint:
    """The task `run_again`, every minute."""
    tasks = procrastinate.Blueprint()

    @tasks.periodic(cron="* * * * *")
    @tasks.task(name="run_again", queueing_lock="run_again", pass_context=True)
    async def run_again(context: JobContext, timestamp: int) -> None:
        await put_back(context.app)

    return tasks


async def put_back(app: procrastinate.App) -> int:
    """Put every job of a dead worker back in the queue; the answer is how many. Jobs are safe to run twice."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=HEARTBEAT_SECONDS)
    put = 0
    for job in stalled:
        put += await _put_back(app, job)
    return put


# Two workers may find the same stalled job: the second must not take it from the worker that runs it again by then.
_STILL_STALLED = """
FROM (SELECT id FROM procrastinate_jobs
      WHERE id = %(id)s AND status = 'doing' AND worker_id IS NOT DISTINCT FROM %(worker_id)s FOR UPDATE) stalled"""
_RETRY = f"SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) {_STILL_STALLED}"
_GIVE_UP = f"SELECT procrastinate_finish_job_v1(id, 'failed', false) {_STILL_STALLED}"


async def _put_back(app: procrastinate.App, job: Job) -> bool:
    _logger.warning("job was cut off", job=job.id, task=job.task_name, runs=job.attempts)
    found = {"id": job.id, "worker_id": job.worker_id}
    if job.attempts < MOST_RUNS or job.task_name in NEVER_GIVEN_UP:
        try:
            return bool(await app.connector.execute_query_all_async(_RETRY, **found))
        except UniqueViolation:
            pass  # its like waits already (queueing lock): that one does the work
    await app.connector.execute_query_all_async(_GIVE_UP, **found)
    return False
