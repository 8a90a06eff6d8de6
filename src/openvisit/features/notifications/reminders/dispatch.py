"""Sending what is due: a turn takes up to a hundred, hands them to their vendors, and writes how that ended."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from psycopg.errors import DeadlockDetected

from openvisit.core.errors import Unavailable
from openvisit.core.reminders.planner import Why
from openvisit.features.notifications.devices.commands import forget
from openvisit.features.notifications.handing import Addressed, hand
from openvisit.features.notifications.preferences.addresses import address_kind, mark_dead
from openvisit.features.notifications.reminders import arrivals, claiming, judging
from openvisit.features.notifications.reminders.claiming import Result, Turn
from openvisit.features.notifications.reminders.reading import rules_of_many
from openvisit.features.notifications.reminders.together import Together
from openvisit.features.notifications.reminders.writing import Due, Written
from openvisit.platform import log
from openvisit.platform.background import alongside
from openvisit.platform.channels import NULL, Channel, Doubtful, Refused, Sender, Senders, Taken
from openvisit.platform.clock import Clock
from openvisit.platform.db import Connection, Database, Row

AT_ONCE = 20
"""How many messages of a turn are with their vendors at one time."""

TURNS_AT_ONCE = 2
"""How many turns a worker has under way while much is due: one is taken while the other is written and sent."""

LONGEST_SEND = timedelta(seconds=60)
"""A vendor that has not answered by then has not answered. Shorter than a lease."""

PAUSE_SECONDS = 1.0
"""How long a worker that found nothing due waits before it looks again."""

_logger = log.get("reminders")


class Writer(Protocol):
    """Writes the messages that due reminders are."""

    async def write(self, connection: Connection, due: Sequence[Due], now: datetime) -> Sequence[Written]:
        """What each comes to, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """What reminders are sent with."""

    db: Database
    clock: Clock
    senders: Senders
    writer: Writer

    @property
    def working(self) -> frozenset[str]:
        """The channels by which something leaves: not those whose vendor is the null twin."""
        return frozenset(channel for channel, sender in self.senders.items() if sender.vendor != NULL)


@dataclass(frozen=True, slots=True)
class _Ready:
    row: Row
    channel: Channel
    copies: Sequence[Addressed]


@asynccontextmanager
async def dispatching(dispatcher: Dispatcher) -> AsyncIterator[None]:
    """Send what falls due while the context is open. As many workers as one likes may do so."""
    async with alongside(_dispatch(dispatcher)):
        yield


async def _dispatch(dispatcher: Dispatcher) -> None:
    while True:
        taken = 0
        try:
            taken = await rush(dispatcher)
        except Unavailable:
            _logger.warning("database away, reminders wait")
        except Exception:  # a fault in one turn must not end all of them; the lease gives its reminders back
            _logger.exception("a turn of reminders failed")
        if not taken:
            await asyncio.sleep(PAUSE_SECONDS)


async def rush(dispatcher: Dispatcher) -> int:
    """Send what is due, turn by turn, until nothing is; the answer is how many were taken."""
    taken = await turn(dispatcher)
    if taken < claiming.BATCH:
        return taken
    ends = await asyncio.gather(*(_turns(dispatcher) for _ in range(TURNS_AT_ONCE)), return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):  # once the others have ended: what they had sent is written down
            raise end
        taken += end
    return taken


async def _turns(dispatcher: Dispatcher) -> int:
    total = 0
    while taken := await turn(dispatcher):
        total += taken
    return total


async def turn(dispatcher: Dispatcher) -> int:
    """Send up to a hundred that are due; the answer is how many were taken."""
    async with dispatcher.db.connection() as connection:
        now = dispatcher.clock()
        await claiming.recover(connection, now)
        taken = await claiming.claim(connection, now)
    await carry_out(dispatcher, taken)
    return len(taken.rows)


async def carry_out(dispatcher: Dispatcher, taken: Turn) -> None:
    """Write, hand over and write down how it ended, for what a turn has taken."""
    if not taken.rows:
        return
    async with dispatcher.db.connection() as connection:
        ready = await _ready(dispatcher, connection, taken, dispatcher.clock())
    waiting = iter(ready)
    results: list[Result] = []
    line = _Line(dispatcher, taken)
    await asyncio.gather(*(line.send_all(waiting, results) for _ in range(min(AT_ONCE, len(ready)))))
    await _finish(dispatcher, taken, results)
    await _tell_led(dispatcher, taken, ready)


async def _ready(dispatcher: Dispatcher, connection: Connection, taken: Turn, now: datetime) -> list[_Ready]:
    """The messages of a turn; those that are not to be sent, or not now, are put aside."""
    rules = await rules_of_many(connection, {row["clinic_id"] for row in taken.rows})
    aside: list[Result] = []
    working = dispatcher.working
    due: list[Due] = []
    for row in taken.rows:
        if (result := judging.not_now(row, rules, now)) is not None:
            aside.append(result)
        elif (channel := judging.channel_of(row, working)) is None:
            aside.append(judging.aside(row, "failed" if row["attempts"] else "skipped", Why.NO_CHANNEL, now))
        else:
            due.append(Due(row, channel))
    ready: list[_Ready] = []
    for one, written in zip(due, await dispatcher.writer.write(connection, due, now), strict=True):
        if isinstance(written, Exception):
            error = Refused(type(written).__name__, permanent=True)
            aside.append(judging.refused(one.row, one.channel, error, now))
        else:
            ready.append(_Ready(one.row, one.channel, written))
    await claiming.finish(connection, taken, aside, now)
    return ready


class _Line:
    """Where the messages of a turn stand to be sent, several at a time.

    For a vendor that cannot tell one sent twice it is written down that a message is handed over before it is, and how
    that ended at once afterwards: for all that come to it together in one statement.
    """

    def __init__(self, dispatcher: Dispatcher, taken: Turn) -> None:
        self._dispatcher = dispatcher
        self._taken = taken
        self._handing = Together(self._hand)
        self._finishing = Together(self._finish)

    async def send_all(self, waiting: Iterator[_Ready], results: list[Result]) -> None:
        """Send what is waiting, one after the other, beside others that do the same."""
        for one in waiting:
            sender = self._dispatcher.senders[one.channel]
            result = await self._send(one, sender)
            if result is not None and sender.takes_idempotency_key:
                results.append(result)
            elif result is not None:
                await self._finishing(result)

    async def _send(self, one: _Ready, sender: Sender) -> Result | None:
        """Hand one message to its vendor; None when it is not this turn's any more."""
        row, now = one.row, self._dispatcher.clock()
        if self._taken.until - now < LONGEST_SEND:  # the lease might run out meanwhile
            return Result(row["id"], "pending", row["channel"], row["tries"], row["attempts"], now)
        if not sender.takes_idempotency_key and not await self._handing((row["id"], one.channel)):
            return None
        handed = await hand(sender, one.copies, LONGEST_SEND)
        if handed.gone:
            async with self._dispatcher.db.connection() as connection:
                await forget(connection, handed.gone)
        return await _outcome(self._dispatcher, one, sender, handed.outcome)

    async def _hand(self, going: Sequence[tuple[UUID, Channel]]) -> Sequence[bool]:
        async with self._dispatcher.db.connection() as connection:
            ours = await claiming.handed(connection, self._taken, going, self._dispatcher.clock())
        return [id_ in ours for id_, _ in going]

    async def _finish(self, results: Sequence[Result]) -> Sequence[None]:
        await _finish(self._dispatcher, self._taken, results)
        return [None] * len(results)


async def _outcome(dispatcher: Dispatcher, one: _Ready, sender: Sender, outcome: Taken | Refused | Doubtful) -> Result:
    row, channel = one.row, one.channel
    if isinstance(outcome, Taken):
        return judging.sent(row, channel, outcome, dispatcher.clock())
    if isinstance(outcome, Refused):
        if outcome.address_is_dead and channel != "push":
            await _dead(dispatcher, row, channel, outcome.reason)
        return _said(judging.refused(row, channel, outcome, dispatcher.clock()), sender)
    known = sender.takes_idempotency_key
    return _said(judging.doubtful(row, channel, outcome.reason, dispatcher.clock(), known=known), sender)


async def _dead(dispatcher: Dispatcher, row: Row, channel: Channel, reason: str) -> None:
    """The vendor says at once what others report later: nothing sent to this address arrives."""
    async with dispatcher.db.transaction() as connection:
        await mark_dead(connection, row["person_id"], address_kind(channel), reason, dispatcher.clock())


def _said(result: Result, sender: Sender) -> Result:
    _logger.warning(
        "reminder not sent",
        reminder=str(result.id),
        vendor=sender.vendor,
        attempts=result.attempts,
        error=result.error,
        again=result.status == "pending",
    )
    return result


async def _finish(dispatcher: Dispatcher, taken: Turn, results: Sequence[Result]) -> None:
    if not results:
        return
    async with dispatcher.db.connection() as connection:
        try:
            await claiming.finish(connection, taken, results, dispatcher.clock())
        except DeadlockDetected:  # with a plan that is being written; the other one has gone on
            await claiming.finish(connection, taken, results, dispatcher.clock())
        if known := [one.vendor_message_id for one in results if one.vendor_message_id is not None]:
            await arrivals.catch_up(connection, known, dispatcher.clock())


async def _tell_led(dispatcher: Dispatcher, taken: Turn, ready: Sequence[_Ready]) -> None:
    leaders = [one.row["id"] for one in ready if one.row["led"]]
    if leaders:
        async with dispatcher.db.connection() as connection:
            await claiming.tell_led(connection, leaders, dispatcher.clock())
