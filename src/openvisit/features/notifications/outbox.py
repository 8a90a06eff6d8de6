"""The state of each message, moved by guarded updates so that a job that runs twice does not mail twice.

How often, and how long one waits, is `core.sending`'s, as for everything that leaves by a vendor.

    pending -> sending -> sent
                       -> pending   not taken this time
                       -> failed    refused for good, or tried too often
                       -> sending   found cut off: sent once more under the same Message-ID, `doubtful_at` tells
                       -> doubtful  cut off a second time: left to people
    pending -> outdated             the news was no longer so

SMTP cannot say "at most once" and "at least once" together: a process killed after the server took the mail and
before we wrote so leaves one send in doubt. It is sent again once, because a visit nobody heard of is worse than a
mail that came twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openvisit.core.ids import new_id
from openvisit.core.sending import LEASE, MOST_TRIES
from openvisit.platform.db import Connection, execute, fetch_one


class StillSending(Exception):
    """Another job is sending this message right now, or was cut off so lately that nobody can tell."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message to be sent now."""

    id: UUID
    attempts: int


@dataclass(frozen=True, slots=True)
class News:
    """One event for one person, in the letter `kind`; `message_id` is the mail's. News of no visit yet has no
    `appointment_id`."""

    event_id: UUID
    appointment_id: UUID | None
    person_id: UUID
    kind: str
    message_id: str


async def enlist(connection: Connection, news: Sequence[News], *, outdated: bool, now: datetime) -> None:
    """Write a row for each message that has none yet; what is waiting is put aside when the news is `outdated`."""
    for one in news:
        await execute(
            connection,
            """INSERT INTO message
                   (id, event_id, appointment_id, person_id, kind, channel, status, created_at, message_id)
               VALUES (%(id)s, %(event_id)s, %(appointment_id)s, %(person_id)s, %(kind)s, 'email', 'pending', %(now)s,
                       %(message_id)s)
               ON CONFLICT (event_id, person_id, channel) DO NOTHING""",
            {
                "id": new_id(),
                "event_id": one.event_id,
                "appointment_id": one.appointment_id,
                "person_id": one.person_id,
                "kind": one.kind,
                "message_id": one.message_id,
                "now": now,
            },
        )
    if outdated and news:
        await execute(
            connection,
            "UPDATE message SET status = 'outdated' WHERE event_id = %(event_id)s AND status = 'pending'",
            {"event_id": news[0].event_id},
        )


async def begin(connection: Connection, event_id: UUID, person_id: UUID, now: datetime) -> Message | None:
    """Take a message to send it; None when there is nothing to send (any more).

    Errors: StillSending.
    """
    values = {"event_id": event_id, "person_id": person_id, "now": now, "cut_off": now - LEASE}
    row = await fetch_one(
        connection,
        """UPDATE message SET
               status = CASE WHEN status = 'sending' AND doubtful_at IS NOT NULL THEN 'doubtful' ELSE 'sending' END,
               doubtful_at = CASE WHEN status = 'sending' THEN %(now)s ELSE doubtful_at END,
               attempts = attempts + CASE WHEN status = 'sending' AND doubtful_at IS NOT NULL THEN 0 ELSE 1 END,
               sending_since = %(now)s
           WHERE event_id = %(event_id)s AND person_id = %(person_id)s AND channel = 'email'
             AND (status = 'pending' OR (status = 'sending' AND sending_since < %(cut_off)s))
           RETURNING id, status, attempts""",
        values,
    )
    if row is not None:
        return Message(row["id"], row["attempts"]) if row["status"] == "sending" else None
    busy = await fetch_one(
        connection,
        """SELECT FROM message WHERE event_id = %(event_id)s AND person_id = %(person_id)s AND channel = 'email'
           AND status = 'sending'""",
        values,
    )
    if busy is not None:
        raise StillSending
    return None


async def sent(connection: Connection, message: Message, now: datetime) -> None:
    """The server has taken it."""
    await execute(
        connection,
        """UPDATE message SET status = 'sent', sent_at = %(now)s, sending_since = NULL, error = NULL
           WHERE id = %(id)s AND status = 'sending'""",
        {"id": message.id, "now": now},
    )


async def not_sent(connection: Connection, message: Message, error: str, *, permanent: bool) -> bool:
    """The server has not taken it. The answer tells whether it will be tried again."""
    again = not permanent and message.attempts < MOST_TRIES
    await execute(
        connection,
        """UPDATE message SET status = %(status)s, sending_since = NULL, error = %(error)s
           WHERE id = %(id)s AND status = 'sending'""",
        {"id": message.id, "status": "pending" if again else "failed", "error": error},
    )
    return again
