"""Reminders: planned and sent per second by one worker, against what a bare loop in SQL does on the same rows."""

import asyncio
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg

from bench import world
from openvisit.features.notifications.reminders.dispatch import PAUSE_SECONDS, Dispatcher, rush
from openvisit.features.notifications.reminders.planning import replan
from openvisit.features.notifications.reminders.writing import TemplateWriter
from openvisit.main import build
from openvisit.main.parts import Parts
from openvisit.platform.channels import Message, Taken
from openvisit.platform.clock import system_clock
from openvisit.platform.db import execute, fetch_all, fetch_one
from openvisit.platform.principal import SYSTEM, become
from tests.support.due import fill

MANY = 20_000
A_MINUTE = 10_000

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
    """Takes every message, tells one sent twice, and keeps nothing."""

    vendor = "bench"
    takes_idempotency_key = True
    origin = ""

    def __init__(self, channel: str) -> None:
        self.channel = channel

    async def send(self, message: Message) -> Taken:
        """Forget it."""
        return Taken(self.vendor, message.key)


async def run(url: str, folder: Path, say: Callable[[str], None]) -> list[str]:
    """Measure; the answer is the lines of the report."""
    become(SYSTEM)
    parts = build(world.settings(url, folder))
    await parts.db.open()
    await parts.vault.start()
    try:
        await _reachable(parts)
        planned = await _planning(parts)
        say(f"{planned:,.0f} planned a second")
        limits = [await _bare(url, parts)]
        rates = {}
        for channel in ("sms", "email"):
            rates[channel] = await _sending(parts, channel)
            say(f"{rates[channel]:,.0f} sent a second by {channel}")
        limits.append(await _bare(url, parts))
        say(f"{min(limits):,.0f} and {max(limits):,.0f} a second by the bare loop")
        delays = await _minute(parts)
    finally:
        await parts.db.close()
    limit = statistics.mean(limits)
    return [
        "| reminders, one worker | a second | of the bare loop |",
        "|---|---|---|",
        f"| bare loop: claim 100, mark them sent, in SQL | {limit:,.0f} | 1.00 |",
        f"| planned (a clinic's patients anew) | {planned:,.0f} | {planned / limit:.2f} |",
        *(f"| sent by {name}, null vendor | {rate:,.0f} | {rate / limit:.2f} |" for name, rate in rates.items()),
        "",
        f"{A_MINUTE:,} due within one minute: sent {statistics.median(delays):.2f} s after they were due at the median,"
        f" {sorted(delays)[int(len(delays) * 0.99)]:.2f} s at the 99th percentile, {max(delays):.2f} s at most.",
    ]


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


async def _sending(parts: Parts, channel: str) -> float:
    await _again(parts, channel, MANY)
    dispatcher = _dispatcher(parts, channel)
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


def _dispatcher(parts: Parts, channel: str) -> Dispatcher:
    writer = TemplateWriter(parts.vault, "https://visits.example")
    return Dispatcher(parts.db, system_clock, {channel: NullVendor(channel)}, writer)  # type: ignore[dict-item]
