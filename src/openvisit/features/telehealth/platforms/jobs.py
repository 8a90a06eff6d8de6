"""Background work of platforms: rooms follow their visits."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import procrastinate
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from openvisit.core.sending import MOST_TRIES, wait_seconds
from openvisit.features.telehealth.platforms.settling import TO_COME, WHY, Studio, TryAgain, settle
from openvisit.features.telehealth.rooms.jobs import begins_in_person
from openvisit.platform.db import Connection, fetch_all
from openvisit.platform.events import Subscriptions
from openvisit.platform.jobs import defer

NAMESPACE = "video"
TASK = f"{NAMESPACE}:visit_changed"
SETTLED = timedelta(minutes=30)
"""After this a room should be as its visit wants it, or somebody has to look at it again."""
FORGOTTEN = timedelta(days=7)
"""How long after its time a room is still cleared away."""
CHANGES = tuple(
    f"appointment.{what}"
    for what in ("booked", "approved", "rescheduled", "cancelled", "declined", "completed", "no-show")
)


def subscribe(subscriptions: Subscriptions) -> None:
    """Hear what happens to visits."""
    subscriptions.add(TASK, *CHANGES, unless=begins_in_person)


def blueprint(studio: Studio) -> procrastinate.Blueprint:
    """The tasks of platforms. The jobs about one visit run in turn, since it is their lock; all may run twice."""
    tasks = procrastinate.Blueprint()

    @tasks.task(name="visit_changed", queue="events", retry=Patience())
    async def visit_changed(
        subject: str, event_id: str = "", type: str = "", data: dict[str, Any] | None = None
    ) -> None:
        await settle(studio, UUID(subject))

    @tasks.periodic(cron="* * * * *")
    @tasks.task(name="go_round", queueing_lock="video_go_round")
    async def go_round(timestamp: int) -> None:
        """Rooms that are made shortly before their visit."""
        await look_ahead(studio)

    @tasks.periodic(cron="23 * * * *")
    @tasks.task(name="sweep", queueing_lock="video_sweep")
    async def sweep(timestamp: int) -> None:
        """Rooms whose job was lost, and such as may stand at a vendor without a visit."""
        await sweep_up(studio)

    return tasks


async def sweep_up(studio: Studio) -> None:
    """Have every room seen to that is not as its visit wants it, though its job should be long done."""
    now = studio.clock()
    async with studio.db.transaction(as_system=WHY) as connection:
        rows = await fetch_all(
            connection,
            """SELECT r.appointment_id FROM video_room r JOIN appointment a ON a.id = r.appointment_id
               WHERE r.state <> 'closed' AND r.updated_at < %(settled)s AND r.ends_at > %(since)s
                 AND (a.mode <> 'telehealth' OR a.status <> ALL(%(held)s) OR r.in_doubt
                      OR (r.starts_at, r.ends_at) IS DISTINCT FROM (a.starts_at, a.ends_at)
                      OR r.provider_id <> a.provider_id OR r.visit_type_id <> a.visit_type_id)
               ORDER BY r.starts_at LIMIT 500""",
            {"settled": now - SETTLED, "since": now - FORGOTTEN, "held": [str(status) for status in TO_COME]},
        )
        for row in rows:
            await _see_to(connection, row["appointment_id"])


async def _see_to(connection: Connection, appointment_id: UUID) -> None:
    lock = f"{TASK}:{appointment_id}"
    await defer(connection, TASK, queue="events", lock=lock, queueing_lock=lock, args={"subject": str(appointment_id)})


async def look_ahead(studio: Studio) -> None:
    """Have the planned rooms seen to of visits that begin soon."""
    ahead = {platform: rooms.ahead for platform, rooms in studio.rooms.items() if rooms.ahead is not None}
    async with studio.db.transaction(as_system=WHY) as connection:
        rows = await fetch_all(
            connection,
            """SELECT appointment_id FROM video_room r
               JOIN unnest(%(platforms)s::text[], %(untils)s::timestamptz[]) AS made (platform, until)
                    ON made.platform = r.platform AND r.starts_at <= made.until
               WHERE r.state = 'planned' AND r.tries = 0 ORDER BY r.starts_at LIMIT 500""",
            {"platforms": [str(one) for one in ahead], "untils": [studio.clock() + span for span in ahead.values()]},
        )
        for row in rows:
            await _see_to(connection, row["appointment_id"])


class Patience(BaseRetryStrategy):
    """Tries again after half a minute, then twice as long each time, or when the vendor asks to be asked again."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to run the job again, or None to give up: by then the visit is held in our own room."""
        if job.attempts > MOST_TRIES + 1:
            return None
        after = exception.after if isinstance(exception, TryAgain) else None
        return RetryDecision(retry_in={"seconds": int(after.total_seconds()) if after else wait_seconds(job.attempts)})
