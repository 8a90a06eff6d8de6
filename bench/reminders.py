"""Reminders: planned and sent per second by one worker, against what a bare loop in SQL does on the same rows."""

import asyncio
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg

from bench import world
from openvisit.features.notifications.reminders.dispatch import PAUSE_SECONDS, Dispatcher, rush
from openvisit.features.notifications.reminders.planning import replan
from openvisit.features.notifications.reminders.writing import TemplateWriter
from openvisit.main.parts import Parts, build
from openvisit.platform.channels import Channel, Message, Taken
from openvisit.platform.clock import system_clock
from openvisit.platform.db import execute, fetch_all, fetch_one
from openvisit.platform.principal import SYSTEM, become
from tests.support.due import fill

MANY = 20_000
A_MINUTE = 10_000
ROUNDS = 3
BEGIN = "## (g) Reminders"

Aim = tuple[str, str, str, bool]
"""What is wanted, how much of it, what was found, and whether that is enough."""

_WHAT: tuple[tuple[str, Channel | None, bool], ...] = (
    ("planned", None, True),
    ("sms", "sms", True),
    ("email", "email", True),
    ("forgets", "email", False),
)
_SAID = {
    "planned": "planned (a clinic's patients anew)",
    "sms": "sent by SMS, null vendor",
    "email": "sent by mail, null vendor",
    "forgets": "sent by mail, a vendor that cannot tell one sent twice",
}

_BARE_CLAIM = """
UPDATE scheduled_reminder s
SET status = 'sending', lease = gen_random_uuid(), leased_until = now() + interval '2 minutes'
FROM (SELECT id FROM scheduled_reminder WHERE status = 'pending' AND next_at <= now() ORDER BY next_at LIMIT 100
      FOR UPDATE SKIP LOCKED) due
WHERE s.id = due.id RETURNING s.id"""
_BARE_FINISH = """
UPDATE scheduled_reminder SET status = 'sent', lease = NULL, leased_until = NULL, sent_at = now(), attempts = 1
WHERE id = ANY(%s)"""


class NullVendor:
    """Takes every message and keeps nothing."""

    vendor = "bench"
    origin = ""

    def __init__(self, channel: Channel, *, takes_idempotency_key: bool = True) -> None:
        self.channel = channel
        self.takes_idempotency_key = takes_idempotency_key

    async def send(self, message: Message) -> Taken:
        """Forget it."""
        return Taken(self.vendor, message.key)

    async def close(self) -> None:
        """Nothing is kept."""


@dataclass(frozen=True)
class Reminders:
    """What was found: a second each. `shares` are of the bare loop's, whose runs came right before and after."""

    bare: list[float]
    planned: list[float]
    sent: dict[str, list[float]]
    shares: dict[str, list[float]]
    delays: list[float]

    def share(self, what: str) -> float:
        """Of the bare loop, at the median."""
        return statistics.median(self.shares[what])

    def lines(self) -> list[str]:
        """The section of the report."""
        rates = {"planned": self.planned} | self.sent
        ordered = sorted(self.delays)
        return [
            BEGIN,
            "",
            "| one worker | a second | of the bare loop |",
            "|---|---|---|",
            f"| bare loop: claim 100, mark them sent, in SQL | {statistics.median(self.bare):,.0f} | 1.00 |",
            *(
                f"| {_SAID[what]} | {statistics.median(rate):,.0f} | {self.share(what):.2f} |"
                for what, rate in rates.items()
            ),
            "",
            f"{A_MINUTE:,} due within one minute: sent {statistics.median(ordered):.2f} s after they were due at the"
            f" median, {ordered[int(len(ordered) * 0.99)]:.2f} s at the 99th percentile, {ordered[-1]:.2f} s at most."
            f" {MANY:,} reminders of {MANY // 10:,} visits each time, in {ROUNDS} rounds, each beside two runs of the"
            " bare loop; medians. The null vendor takes everything at once and tells one sent twice; the other cannot,"
            " so that it is written down that each message goes out before it does, as for SMTP. Load average at the"
            f" end: {os.getloadavg()[0]:.1f}.",
        ]

    def aims(self) -> list[Aim]:
        """What is wanted of planning and sending."""
        return [
            (f"(g) {_SAID[what]}, of the bare loop", "0.50", f"{self.share(what):.2f}", self.share(what) >= 0.5)
            for what in ("planned", "sms", "email")
        ]


async def run(url: str, folder: Path, say: Callable[[str], None]) -> Reminders:
    """Measure, in turn."""
    become(SYSTEM)
    parts = build(world.settings(url, folder))
    await parts.db.open()
    await parts.vault.start()
    try:
        await _reachable(parts)
        found = Reminders([await _bare(url, parts)], [], {}, {}, [])
        for turn in range(ROUNDS):
            for what, channel, knows in _WHAT:
                rate = await (_sending(parts, channel, knows=knows) if channel else _planning(parts))
                found.bare.append(await _bare(url, parts))
                share = rate / statistics.mean(found.bare[-2:])
                (found.sent.setdefault(what, []) if channel else found.planned).append(rate)
                found.shares.setdefault(what, []).append(share)
                say(f"(g) round {turn + 1}: {_SAID[what]}, {rate:,.0f} a second, {share:.2f} of the bare loop")
        found.delays.extend(await _minute(parts))
    finally:
        await parts.db.close()
    return found


async def _reachable(parts: Parts) -> None:
    """Every patient has a proved phone and consents to messages."""
    async with parts.db.transaction() as connection:
        people = await fetch_all(
            connection,
            """SELECT p.person_id, k.wrapped FROM patient p JOIN keyring.data_key k ON k.owner = p.person_id
               WHERE NOT EXISTS (SELECT FROM notification_preference n WHERE n.person_id = p.person_id)""",
        )
        for row in people:
            keys = parts.vault.of(row["person_id"], row["wrapped"])
            phone = keys.seal("+15185550100", "notification_preference.phone", row["person_id"])
            await execute(
                connection,
                """INSERT INTO notification_preference (person_id, phone, phone_index, phone_verified_at, updated_at)
                   VALUES (%(id)s, %(phone)s, ''::bytea, now(), now())""",
                {"id": row["person_id"], "phone": phone},
            )
        await execute(
            connection,
            """INSERT INTO consent (patient_id, clinic_id, kind, given, text_hash, at)
               SELECT p.id, c.id, 'messaging', true, ''::bytea, now() FROM patient p CROSS JOIN clinic c
               ON CONFLICT (patient_id, clinic_id, kind) DO UPDATE SET given = true""",
        )


async def _planning(parts: Parts) -> float:
    now = system_clock()
    async with parts.db.connection() as connection:
        pairs = [
            (row["patient_id"], row["clinic_id"])
            for row in await fetch_all(
                connection,
                "SELECT DISTINCT patient_id, clinic_id FROM appointment WHERE starts_at > now() LIMIT 5000",
            )
        ]
        begun, written = time.perf_counter(), 0
        for begin in range(0, len(pairs), 200):
            async with connection.transaction():
                written += await replan(connection, pairs[begin : begin + 200], now)
        return written / (time.perf_counter() - begun)


async def _again(parts: Parts, channel: str, count: int, over: timedelta = timedelta(0)) -> None:
    """Nothing but so many reminders that are due, or fall due from now on."""
    now = system_clock()
    async with parts.db.connection() as connection:
        await execute(connection, "DELETE FROM scheduled_reminder")
        await fill(connection, now, reminders=count, due=now, over=over, channel=channel)
    with psycopg.connect(parts.settings.database_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE scheduled_reminder")


async def _sending(parts: Parts, channel: Channel, *, knows: bool) -> float:
    await _again(parts, channel, MANY)
    dispatcher = _dispatcher(parts, channel, knows=knows)
    begun, sent = time.perf_counter(), 0
    while taken := await rush(dispatcher):
        sent += taken
    seconds = time.perf_counter() - begun
    async with parts.db.connection() as connection:
        row = await fetch_one(connection, "SELECT count(*) AS n FROM scheduled_reminder WHERE status = 'sent'")
    assert row is not None
    assert row["n"] == sent == MANY, f"{row['n']} of {sent} were sent"
    return sent / seconds


async def _minute(parts: Parts) -> list[float]:
    await _again(parts, "sms", A_MINUTE, timedelta(minutes=1))
    dispatcher = _dispatcher(parts, "sms")
    sent = 0
    while sent < A_MINUTE:
        taken = await rush(dispatcher)
        sent += taken
        if not taken:
            await asyncio.sleep(PAUSE_SECONDS)
    async with parts.db.connection() as connection:
        rows = await fetch_all(
            connection, "SELECT extract(epoch FROM sent_at - due_at)::float8 AS delay FROM scheduled_reminder"
        )
    return [row["delay"] for row in rows]


async def _bare(url: str, parts: Parts) -> float:
    await _again(parts, "sms", MANY)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, prepare_threshold=0) as connection:
        await connection.execute("SELECT set_config('openvisit.principal', 'system', false)")
        begun, marked = time.perf_counter(), 0
        while True:
            found = await (await connection.execute(_BARE_CLAIM)).fetchall()
            if not found:
                return marked / (time.perf_counter() - begun)
            ids = [row[0] for row in found]
            await connection.execute(_BARE_FINISH, (ids,))
            marked += len(ids)


def _dispatcher(parts: Parts, channel: Channel, *, knows: bool = True) -> Dispatcher:
    writer = TemplateWriter(parts.vault, "https://visits.example")
    vendor = NullVendor(channel, takes_idempotency_key=knows)
    return Dispatcher(parts.db, system_clock, {channel: vendor}, writer)
