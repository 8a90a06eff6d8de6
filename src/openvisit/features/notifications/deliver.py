"""Telling patient and provider what happened to their visit."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from openvisit.features.notifications import letters, outbox
from openvisit.features.notifications.templates import queries as templates
from openvisit.features.notifications.visits import Recipient, read_visit, recipients, still_true
from openvisit.platform import log
from openvisit.platform.channels import CalendarFile, Doubtful, Message, Refused, Sender
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import SealBroken, Vault
from openvisit.platform.db import Database, Row
from openvisit.platform.ics import calendar
from openvisit.platform.mail.compose import mail
from openvisit.platform.mail.mime import message_id

_logger = log.get("notifications")


class TryAgain(Exception):
    """A message was not taken and is worth another try."""


@dataclass(frozen=True, slots=True)
class Happened:
    """The event to tell of. `was`: the start before a move, `minutes`: how late somebody is, where it says so."""

    event_id: UUID
    type: str
    appointment_id: UUID
    was: datetime | None = None
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Post:
    """What letters are sent with."""

    db: Database
    vault: Vault
    clock: Clock
    mailer: Sender
    public_url: str


async def tell(post: Post, happened: Happened) -> None:
    """Mail everybody concerned who has not been told yet. Safe to run again.

    Errors: TryAgain, outbox.StillSending.
    """
    now = post.clock()
    async with post.db.transaction() as connection:
        visit = await read_visit(connection, happened.appointment_id)
        if visit is None:
            return
        concerned = [one for one in recipients(visit) if letters.concerns(happened.type, one)]
        outdated = not still_true(happened.type, visit["status"])
        news = [_news(post, happened, recipient) for recipient in concerned]
        await outbox.enlist(connection, news, outdated=outdated, now=now)
    again: Exception | None = None
    for recipient in concerned:
        try:
            letter = partial(_letter, post, happened, visit, recipient)
            await send_once(post, happened.event_id, recipient.person_id, letter)
        except (TryAgain, outbox.StillSending) as error:
            again = error  # the other one is told all the same
    if again is not None:
        raise again


async def send_once(post: Post, event_id: UUID, person_id: UUID, letter: Callable[[], Awaitable[Message]]) -> None:
    """Send the person the letter about the event, unless that was done or is not to be done any more.

    Errors: TryAgain, outbox.StillSending.
    """
    async with post.db.connection() as connection:
        message = await outbox.begin(connection, event_id, person_id, post.clock())
    if message is None:
        return
    try:
        await post.mailer.send(await letter())
    except Doubtful as error:
        # It may have arrived: like one whose process was killed, it waits out its lease and is sent once more.
        _logger.warning("mail in doubt", message=str(message.id), attempts=message.attempts, error=error.reason)
        raise TryAgain from error
    except Exception as error:  # whatever it was, the message's row shows it
        if await _not_sent(post, message, error):
            raise TryAgain from error
    else:
        async with post.db.connection() as connection:
            await outbox.sent(connection, message, post.clock())


async def _not_sent(post: Post, message: outbox.Message, error: Exception) -> bool:
    # An address that is none, or cannot be opened, will be no better in an hour.
    permanent = error.permanent if isinstance(error, Refused) else isinstance(error, (SealBroken, ValueError))
    words = error.reason if isinstance(error, Refused) else type(error).__name__
    async with post.db.connection() as connection:
        again = await outbox.not_sent(connection, message, words, permanent=permanent)
    _logger.warning("mail not sent", message=str(message.id), attempts=message.attempts, error=words, again=again)
    return again


async def _letter(post: Post, happened: Happened, visit: Row, recipient: Recipient) -> Message:
    keys = post.vault.of(recipient.person_id, recipient.data_key)
    address = keys.open(recipient.email, "person.email", recipient.person_id)
    now = post.clock()
    kind = letters.kind(happened.type, recipient)
    values = letters.values(visit, recipient, post.public_url, happened.was) | {"minutes": str(happened.minutes)}
    async with post.db.connection() as connection:
        words = await templates.words(connection, visit["clinic_id"], kind, "email", recipient.language, values)
    return mail(
        words,
        recipient.language,
        to=address,
        to_name=recipient.name,
        key=_key(happened, recipient),
        now=now,
        calendar=_calendar_file(post, happened, visit, recipient, address)
        if letters.has_calendar(happened.type)
        else None,
    )


def _calendar_file(post: Post, happened: Happened, visit: Row, recipient: Recipient, address: str) -> CalendarFile:
    method = letters.method(happened.type)
    facts = letters.facts(visit, recipient, address, post.mailer.origin, post.public_url)
    return CalendarFile(calendar(facts, method, post.clock()).decode(), method)


def _news(post: Post, happened: Happened, recipient: Recipient) -> outbox.News:
    return outbox.News(
        happened.event_id,
        happened.appointment_id,
        recipient.person_id,
        letters.kind(happened.type, recipient),
        message_id(_key(happened, recipient), post.mailer.origin),
    )


def _key(happened: Happened, recipient: Recipient) -> str:
    return f"{happened.event_id}.{recipient.person_id}"
