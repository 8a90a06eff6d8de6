"""Background work of notifications: a mail for each thing that happens to a visit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import procrastinate
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from openvisit.core.sending import MOST_TRIES, wait_seconds
from openvisit.features.notifications.deliver import Happened, Post, tell
from openvisit.features.notifications.letters import WAY_IN
from openvisit.features.notifications.offers import tell_offered
from openvisit.features.notifications.preferences import jobs as preference_jobs
from openvisit.features.notifications.proposals import tell_proposed
from openvisit.features.notifications.templates import trials
from openvisit.platform.channels import Senders
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.events import Subscriptions

NAMESPACE = "notifications"
TASK = f"{NAMESPACE}:appointment_mail"
OFFER_TASK = f"{NAMESPACE}:offer_mail"
PROPOSAL_TASK = f"{NAMESPACE}:proposal_mail"
_OF_VISITS = ("booked", "requested", "approved", "declined", "rescheduled", "cancelled", "patient-late")
TOLD = (*(f"appointment.{what}" for what in _OF_VISITS), WAY_IN)


def subscribe(subscriptions: Subscriptions) -> None:
    """Hear what happens to visits, and what the waitlist offers."""
    subscriptions.add(TASK, *TOLD)
    subscriptions.add(OFFER_TASK, "waitlist.offered")
    subscriptions.add(PROPOSAL_TASK, "visit.proposed")


def blueprint(
    *, db: Database, vault: Vault, clock: Clock, senders: Senders, public_url: str
) -> procrastinate.Blueprint:
    """The tasks of notifications."""
    tasks = procrastinate.Blueprint()
    post = Post(db, vault, clock, senders["email"], public_url)

    # The job's lock is the visit, so that its mails leave in the order of what happened.
    @tasks.task(name="appointment_mail", queue="events", retry=Patience())
    async def appointment_mail(event_id: str, type: str, subject: str, data: dict[str, Any]) -> None:
        await tell(post, Happened(UUID(event_id), type, UUID(subject), _was(data), int(data.get("minutes", 0))))

    @tasks.task(name="offer_mail", queue="events", retry=Patience())
    async def offer_mail(event_id: str, type: str, subject: str, data: dict[str, Any]) -> None:
        await tell_offered(post, UUID(event_id), UUID(subject))

    @tasks.task(name="proposal_mail", queue="events", retry=Patience())
    async def proposal_mail(event_id: str, type: str, subject: str, data: dict[str, Any]) -> None:
        await tell_proposed(post, UUID(event_id), UUID(subject))

    trials.add_tasks(tasks, db=db, vault=vault, clock=clock, senders=senders)
    preference_jobs.add_tasks(tasks, db=db, vault=vault, clock=clock, senders=senders)
    return tasks


class Patience(BaseRetryStrategy):
    """Tries again after half a minute, then twice as long each time, at most an hour: about four hours in all."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to run the job again, or None to give up."""
        if job.attempts > MOST_TRIES:  # the outbox gives up first, and says so in the message's row
            return None
        return RetryDecision(retry_in={"seconds": wait_seconds(job.attempts)})


def _was(data: Mapping[str, Any]) -> datetime | None:
    """The start before a move, as booking's `appointment.rescheduled` tells it."""
    before = data.get("from")
    return datetime.fromisoformat(before) if isinstance(before, str) else None
