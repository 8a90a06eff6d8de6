"""Hearing of what is news, writing down who is told, and trying at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openvisit.features.notifications.news import offer, proposal, visit
from openvisit.features.notifications.news.enlisting import News, enlist
from openvisit.features.notifications.reminders import claiming
from openvisit.features.notifications.reminders.dispatch import Dispatcher, carry_out
from openvisit.platform.db import Connection


@dataclass(frozen=True, slots=True)
class Happened:
    """The event to tell of. `was`: the start before a move, `minutes`: how late somebody is, `whom`: the one whom alone
    it concerns, where it says so."""

    event_id: UUID
    type: str
    subject: UUID
    was: datetime | None = None
    minutes: int = 0
    whom: UUID | None = None


async def tell(dispatcher: Dispatcher, happened: Happened) -> None:
    """Tell everybody concerned who has not been told yet.

    Safe to run again: the lines of an event are there once, and only what waits is taken. What is not taken by its
    vendor now is tried again by whichever worker dispatches.
    """
    now = dispatcher.clock()
    async with dispatcher.db.transaction() as connection:
        await enlist(connection, await _news(connection, happened, now), now)
        taken = await claiming.claim(connection, now, happened.event_id)
    await carry_out(dispatcher, taken)


async def _news(connection: Connection, happened: Happened, now: datetime) -> Sequence[News]:
    if happened.type == offer.EVENT:
        return await offer.news(connection, happened.event_id, happened.subject, now)
    if happened.type == proposal.EVENT:
        return await proposal.news(connection, happened.event_id, happened.subject, now)
    return await visit.news(
        connection,
        happened.event_id,
        happened.type,
        happened.subject,
        now,
        was=happened.was,
        minutes=happened.minutes,
        whom=happened.whom,
    )
