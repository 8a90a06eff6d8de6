"""Waiting rooms: idle sockets held by one process, and signals passed on under that load, beside a bare echo server."""

import asyncio
import hashlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psutil
import psycopg
import websockets

from bench import measure
from bench.report import Aim
from openvisit.platform.ports import next_free

AT_ONCE = 20
ROUNDS = 1000
PAUSE = 0.025
"""Seconds between two round trips: a room reads whoever sends more than 50 frames a second more slowly."""
AIM_KILOBYTES = 40.0
BEGIN = "## (i) Waiting rooms"


@dataclass(frozen=True)
class Held:
    """What one server held: sockets, memory a socket in KB, and the round trips of signals in milliseconds."""

    name: str
    sockets: int
    kilobytes: float
    alone: list[float]
    beside: list[float]

    def line(self) -> str:
        """The row of the report."""
        alone, beside = (sorted(one) for one in (self.alone, self.beside))
        times = " | ".join(f"{of[int(len(of) * share)]:.2f}" for of in (alone, beside) for share in (0.5, 0.99))
        return f"| {self.name} | {self.sockets:,} | {self.kilobytes:.1f} | {times} |"


@dataclass(frozen=True)
class Way:
    """A room and the token of a link into it."""

    room_id: UUID
    token: str


def prepare(url: str, count: int) -> tuple[list[Way], list[Way]]:
    """So many visits that begin in five minutes, with a link for each; and two ways into one room more."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            """INSERT INTO session (id, person_id, created_at, authenticated_at, last_seen_at, expires_at, user_agent)
               SELECT person_id, person_id, now(), now(), now(), now() + interval '1 day', 'bench' FROM patient"""
        )
        rows = connection.execute(
            """INSERT INTO appointment (id, clinic_id, provider_id, patient_id, visit_type_id, starts_at, ends_at,
                   time_zone, mode, status, reason, accommodations, booked_by, created_at, updated_at)
               SELECT gen_random_uuid(), p.clinic_id, p.id, pt.id, v.id, now() + interval '5 min',
                   now() + interval '35 min', 'UTC', 'telehealth', 'checked-in', '', '', pt.person_id, now(), now()
               FROM generate_series(1, %(count)s) AS n
               JOIN (SELECT *, row_number() OVER () AS at, count(*) OVER () AS of FROM provider) p
                   ON p.at = n %% p.of + 1
               JOIN (SELECT *, row_number() OVER () AS at, count(*) OVER () AS of FROM patient) pt
                   ON pt.at = n %% pt.of + 1
               JOIN LATERAL (SELECT visit_type_id AS id FROM provider_visit_type t WHERE t.provider_id = p.id LIMIT 1) v
                   ON true
               RETURNING id, patient_id, booked_by""",
            {"count": count + 1},
        ).fetchall()
        connection.execute(
            """INSERT INTO visit_room (id, clinic_id, provider_id, patient_id, starts_at, ends_at, made_at)
               SELECT id, clinic_id, provider_id, patient_id, starts_at, ends_at, now() FROM appointment
               WHERE id = ANY(%s)""",
            ([row[0] for row in rows],),
        )
        ways = [Way(row[0], secrets.token_urlsafe(32)) for row in rows]
        with connection.cursor() as cursor:
            cursor.executemany(
                """INSERT INTO visit_link (token_hash, room_id, revision, person_id, session_id, made_at, expires_at)
                   VALUES (%s, %s, 1, %s, %s, now(), now() + interval '2 hours')""",
                [(_hash(w.token), w.room_id, row[2], row[2]) for w, row in zip(ways, rows, strict=True)],
            )
        other = Way(ways[-1].room_id, secrets.token_urlsafe(32))
        connection.execute(
            """INSERT INTO visit_guest (id, room_id, name, role, status, invited_by, invited_at, public_key, token_hash)
               VALUES (gen_random_uuid(), %s, '', 'other', 'invited', %s, now(), 'none', %s)""",
            (other.room_id, rows[-1][2], _hash(other.token)),
        )
        connection.execute("ANALYZE")
    return ways[:-1], [ways[-1], other]


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def rooms(url: str, server: measure.Server, count: int, say: Callable[[str], None]) -> Held:
    """Hold so many waiting tabs, and pass signals between two that are in."""
    ways, pair = await asyncio.to_thread(prepare, url, count)
    base = f"ws://127.0.0.1:{server.port}/api/telehealth/rooms"
    async with AsyncExitStack() as stack:
        here, there = [await _enter(stack, base, way) for way in pair]
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("UPDATE visit_presence SET state = 'admitted', admitted_at = now()")
            connection.execute("SELECT pg_notify('openvisit_live', %s)", (f"room:{pair[0].room_id}",))
        for tab in (here, there):
            await _until(tab[0], "admitted")
        async with _answering(there[0], there[1], here[1]):
            talk = _signal(here[0], there[1])
            alone = await _round_trips(talk)
            before = _memory(server.web_pid)
            await _hold(stack, ways, lambda way: _enter(stack, base, way), say)
            kilobytes = (_memory(server.web_pid) - before) / 1024 / max(1, len(ways))
            beside = await _round_trips(talk)
    return Held("waiting room", len(ways), kilobytes, alone, beside)


async def bare(count: int, say: Callable[[str], None]) -> Held:
    """The same with a server that only echoes."""
    with _echoing() as (port, process):
        address = f"ws://127.0.0.1:{port}/echo"
        async with AsyncExitStack() as stack:
            socket = await stack.enter_async_context(websockets.connect(address, proxy=None, ping_interval=None))

            async def talk() -> None:
                await socket.send("x" * 300)
                await socket.recv()

            alone = await _round_trips(talk)
            web = max(psutil.Process(process.pid).children(), key=lambda child: child.memory_info().rss)
            before = _memory(web.pid)

            async def open_one(_: int) -> None:
                await stack.enter_async_context(websockets.connect(address, proxy=None, ping_interval=None))

            await _hold(stack, list(range(count)), open_one, say)
            kilobytes = (_memory(web.pid) - before) / 1024 / max(1, count)
            beside = await _round_trips(talk)
    return Held("bare echo", count, kilobytes, alone, beside)


def aims(held: list[Held]) -> list[Aim]:
    """Memory a socket, against what was aimed for."""
    found = held[0]
    return [
        (
            f"(i) memory of an idle socket, of {found.sockets:,}",
            f"under {AIM_KILOBYTES:.0f} KB",
            f"{found.kilobytes:.1f} KB",
            found.kilobytes < AIM_KILOBYTES,
        )
    ]


def lines(held: list[Held]) -> list[str]:
    """The section of the report."""
    head = ["| | idle sockets | KB each | p50 ms alone | p99 ms alone | p50 ms beside them | p99 ms beside them |"]
    return [
        BEGIN,
        "",
        *head,
        "|---|---|---|---|---|---|---|",
        *(one.line() for one in held),
        "",
        f"One process each, {ROUNDS:,} round trips of 300 bytes, {PAUSE * 1000:.0f} ms apart: of a waiting room from"
        " one tab to another and back, of the echo server there and back, so that two of its trips are the fair"
        " measure of one. The clients run on the same cores. A waiting room's socket takes"
        f" {held[0].kilobytes - held[1].kilobytes:.1f} KB more than one that only echoes, whose size is the server's"
        " own: a buffer of 128 KB for reading, which Granian does not let one set. Load average at the end:"
        f" {os.getloadavg()[0]:.1f}.",
    ]


async def _hold(
    stack: AsyncExitStack, each: list[Any], open_one: Callable[[Any], Awaitable[object]], say: Callable[[str], None]
) -> None:
    for first in range(0, len(each), AT_ONCE):
        await asyncio.gather(*(open_one(one) for one in each[first : first + AT_ONCE]))
        if first % 1000 == 0:
            say(f"(i) {first:,} sockets")


async def _enter(stack: AsyncExitStack, base: str, way: Way) -> tuple[websockets.ClientConnection, str]:
    socket = await stack.enter_async_context(
        websockets.connect(f"{base}/{way.room_id}/socket", proxy=None, ping_interval=None, open_timeout=60)
    )
    peer = str(uuid4())
    await socket.send(json.dumps({"type": "enter", "token": way.token, "peer": peer}))
    await _until(socket, "waiting")
    return socket, peer


async def _until(socket: websockets.ClientConnection, type_: str) -> None:
    while (found := json.loads(await socket.recv()))["type"] != type_:
        assert found["type"] != "error", found


def _signal(socket: websockets.ClientConnection, to: str) -> Callable[[], Awaitable[None]]:
    text = json.dumps({"type": "signal", "to": to, "data": "x" * 200})

    async def talk() -> None:
        await socket.send(text)
        await _until(socket, "signal")

    return talk


@asynccontextmanager
async def _answering(socket: websockets.ClientConnection, peer: str, to: str) -> AsyncIterator[None]:
    async def answer() -> None:
        while True:
            await _until(socket, "signal")
            await socket.send(json.dumps({"type": "signal", "to": to, "data": "x" * 200}))

    answering = asyncio.create_task(answer())
    try:
        yield
    finally:
        answering.cancel()


async def _round_trips(talk: Callable[[], Awaitable[None]]) -> list[float]:
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        await talk()
        found.append((time.perf_counter() - start) * 1000)
        await asyncio.sleep(PAUSE)
    return found


def _memory(pid: int) -> int:
    return int(psutil.Process(pid).memory_full_info().uss)


@contextmanager
def _echoing() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = next_free("127.0.0.1", 18400 + os.getpid() % 300)
    process = subprocess.Popen([sys.executable, "-m", "bench.echo", str(port)], cwd=Path(__file__).parents[1])
    try:
        measure._wait(port)
        yield port, process
    finally:
        process.terminate()
        process.wait(20)
