"""Background work of notifications: telling whatever happens to a visit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import procrastinate
from procrastinate import RetryStrategy

from openvisit.features.notifications.letters import UNREAD, WAY_IN
from openvisit.features.notifications.news import offer, proposal
from openvisit.features.notifications.news.telling import Happened, tell
from openvisit.features.notifications.preferences import jobs as preference_jobs
from openvisit.features.notifications.reminders.dispatch import Dispatcher
from openvisit.features.notifications.templates import trials
from openvisit.platform.crypto import Vault
from openvisit.platform.events import Subscriptions

NAMESPACE = "notifications"
TASK = f"{NAMESPACE}:appointment_mail"
OFFER_TASK = f"{NAMESPACE}:offer_mail"
PROPOSAL_TASK = f"{NAMESPACE}:proposal_mail"
_RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)
_OF_VISITS = ("booked", "requested", "approved", "declined", "rescheduled", "cancelled", "patient-late")
TOLD = (*(f"appointment.{what}" for what in _OF_VISITS), WAY_IN, UNREAD)


def subscribe(subscriptions: Subscriptions) -> None:
    """Hear what happens to visits, and what the waitlist offers."""
    subscriptions.add(TASK, *TOLD)
    subscriptions.add(OFFER_TASK, offer.EVENT)
    subscriptions.add(PROPOSAL_TASK, proposal.EVENT)


def blueprint(dispatcher: Dispatcher, *, vault: Vault) -> procrastinate.Blueprint:
    """The tasks of notifications."""
    tasks = procrastinate.Blueprint()
    db, clock, senders = dispatcher.db, dispatcher.clock, dispatcher.senders

    async def hear(event_id: str, type: str, subject: str, data: dict[str, Any]) -> None:
        happened = Happened(UUID(event_id), type, UUID(subject), _was(data), int(data.get("minutes", 0)), _whom(data))
        await tell(dispatcher, happened)

    # The job's lock is the visit, so that its news leaves in the order of what happened.
    for task in (TASK, OFFER_TASK, PROPOSAL_TASK):
        tasks.task(name=task.removeprefix(f"{NAMESPACE}:"), queue="events", retry=_RETRY)(hear)
    trials.add_tasks(tasks, db=db, vault=vault, clock=clock, senders=senders)
    preference_jobs.add_tasks(tasks, db=db, vault=vault, clock=clock, senders=senders)
    return tasks


def _was(data: Mapping[str, Any]) -> datetime | None:
    """The start before a move, as booking's `appointment.rescheduled` tells it."""
    before = data.get("from")
    return datetime.fromisoformat(before) if isinstance(before, str) else None


def _whom(data: Mapping[str, Any]) -> UUID | None:
    """Whom alone the event concerns, where it says so: `chat.unread` is for one of those who take part."""
    person_id = data.get("person_id")
    return UUID(person_id) if isinstance(person_id, str) else None
