"""Hearing what people answer."""

from typing import Any
from uuid import UUID

import procrastinate
from procrastinate import RetryStrategy

from openvisit.features.notifications.replies import calls
from openvisit.features.notifications.replies.commands import answer
from openvisit.features.notifications.replies.desk import Desk
from openvisit.platform.channels.inbox import DELIVERY, REPLY, reply
from openvisit.platform.events import Subscriptions

NAMESPACE = "replies"


def subscribe(subscriptions: Subscriptions) -> None:
    """Hear what people send to us, and what vendors tell of their addresses. Neither leaves by a broker."""
    subscriptions.add(f"{NAMESPACE}:hear_reply", REPLY)
    subscriptions.add("notifications:hear_delivery", DELIVERY)


def blueprint(desk: Desk) -> procrastinate.Blueprint:
    """The task that does what people answer, by SMS or by a key during a call."""
    tasks = procrastinate.Blueprint()

    @tasks.task(name="hear_reply", queue="events", retry=RetryStrategy(max_attempts=5, exponential_wait=3))
    async def hear_reply(event_id: str, type: str, subject: str, data: dict[str, Any]) -> None:
        async with desk.db.connection() as connection:
            told = await reply(connection, desk.vault, UUID(subject))
        if told is not None:
            await (answer if told.channel == "sms" else calls.answer)(desk, told)

    return tasks
