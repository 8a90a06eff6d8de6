"""Background work of conversations: telling people of messages they have not read, and tidying up."""

from datetime import datetime, timedelta
from uuid import UUID

import procrastinate

from openvisit.features.booking.present import APPOINTMENTS
from openvisit.features.telehealth.chat import files
from openvisit.features.telehealth.chat.access import Chats
from openvisit.features.telehealth.chat.people import circle
from openvisit.platform.clock import Clock
from openvisit.platform.db import fetch_all, fetch_one
from openvisit.platform.events import Event, Subscriptions, publish
from openvisit.platform.rate_limits import once_in

NAMESPACE = "chat"
AT_MOST = timedelta(hours=1)
"""How often somebody is told of one conversation at most."""

WHY = "who has not read what is seen across everybody who takes part"


def blueprint(chats: Chats, subscriptions: Subscriptions, clock: Clock) -> procrastinate.Blueprint:
    """The tasks of conversations. All are safe to run twice."""
    tasks = procrastinate.Blueprint()

    @tasks.task(name="tell_unread", queue="events", retry=5)
    async def tell_unread_(room_id: str) -> None:
        await tell_unread(chats, subscriptions, UUID(room_id), clock())

    @tasks.periodic(cron="41 * * * *")
    @tasks.task(name="forget_files", queueing_lock="chat_forget_files")
    async def forget_files(timestamp: int) -> None:
        await files.forget_unsent(chats.db, clock())

    return tasks


async def tell_unread(chats: Chats, subscriptions: Subscriptions, room_id: UUID, now: datetime) -> None:
    """Announce to everybody who has not read the last messages that there are some, once an hour at most."""
    async with chats.db.transaction(as_system=WHY) as connection:
        visit = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": room_id})
        if visit is None:
            return
        found = await circle(connection, chats.vault, visit, now)
        for member in found.members:
            kind, _, id_ = member.participant.partition(":")
            if kind != "person":
                continue
            waiting = await fetch_all(
                connection,
                """SELECT FROM chat_message m
                   WHERE m.room_id = %(id)s AND m.sender <> %(who)s AND m.place > coalesce(
                       (SELECT k.read FROM chat_mark k WHERE k.room_id = m.room_id AND k.participant = %(who)s), 0)
                   LIMIT 1""",
                {"id": room_id, "who": member.participant},
            )
            if waiting and await once_in(connection, f"chat-told:{room_id}:{id_}", AT_MOST, now=now):
                await publish(connection, subscriptions, Event("chat.unread", room_id, now, {"person_id": id_}))
