"""Background work of platforms: rooms follow their visits."""

from typing import Any
from uuid import UUID

import procrastinate
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from openvisit.core.sending import MOST_TRIES, wait_seconds
from openvisit.features.telehealth.platforms.settling import WHY, Studio, TryAgain, settle
from openvisit.platform.db import fetch_all
from openvisit.platform.events import Subscriptions
from openvisit.platform.jobs import defer

NAMESPACE = "video"
TASK = f"{NAMESPACE}:visit_changed"
CHANGES = tuple(
    f"appointment.{what}"
    for what in ("booked", "approved", "rescheduled", "cancelled", "declined", "completed", "no-show")
)


def subscribe(subscriptions: Subscriptions) -> None:
    """Hear what happens to visits."""
    subscriptions.add(TASK, *CHANGES)


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

    return tasks


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
            lock = f"{TASK}:{row['appointment_id']}"
            args = {"subject": str(row["appointment_id"])}
            await defer(connection, TASK, queue="events", lock=lock, queueing_lock=lock, args=args)


class Patience(BaseRetryStrategy):
    """Tries again after half a minute, then twice as long each time, or when the vendor asks to be asked again."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to run the job again, or None to give up: by then the visit is held in our own room."""
        if job.attempts > MOST_TRIES + 1:
            return None
        after = exception.after if isinstance(exception, TryAgain) else None
        return RetryDecision(retry_in={"seconds": int(after.total_seconds()) if after else wait_seconds(job.attempts)})
