"""Where races are run: several real web servers over one database, and a crowd that calls them all at once."""

import asyncio
import itertools
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx

from openvisit.platform.db import Database
from openvisit.platform.trusted import authorities
from openvisit.settings import Settings
from tests.support.application import running
from tests.support.cast import NEW_YORK, Cast, Clinic, Person
from tests.support.clock import StandingClock
from tests.support.servers import WebServer, web_servers
from tests.support.soundness import broken_rules, deadlocks

BOOK = "/api/appointments"
HOLD = "/api/holds"
_together = itertools.count()
logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for each of thousands of requests tells nobody anything


@dataclass(frozen=True, slots=True)
class Call:
    """One request by somebody."""

    who: Person
    method: str
    path: str
    json: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Arena:
    """The servers and a clinic; people come as they are needed."""

    cast: Cast
    clinic: Clinic
    staff: Person
    servers: Sequence[WebServer]
    client: httpx.AsyncClient

    @property
    def db(self) -> Database:
        """The database behind the servers."""
        return self.cast.app.parts.db

    async def call(self, call: Call) -> httpx.Response:
        """Make one request, at the next of the servers."""
        server = self.servers[next(_together) % len(self.servers)]
        headers = {"Authorization": f"Bearer {call.who.token}", **call.headers}
        return await self.client.request(call.method, server.url + call.path, json=call.json, headers=headers)

    async def race(self, calls: Iterable[Call]) -> list[httpx.Response]:
        """Make all the requests at once; the answers in the order of the calls. None may be a fault of ours."""
        answers = await asyncio.gather(*map(self.call, calls))
        assert not [a.text for a in answers if a.status_code >= 500]
        return answers

    async def crowd(self, number: int) -> list[Person]:
        """So many patients who have no visit yet."""
        return await asyncio.gather(*(self.cast.person(f"Patient {n}", patient=True) for n in range(number)))

    async def provider(self, *visit_types: UUID, name: str = "Ada Moreno") -> UUID:
        """A provider who works every day from nine to five."""
        provider_id = await self.cast.provider(self.clinic, visit_types, name)
        await self.cast.hours(provider_id)
        return provider_id

    async def sound(self) -> None:
        """Everything that must hold in the database does."""
        async with self.db.connection() as connection:
            assert await broken_rules(connection) == {}


@asynccontextmanager
async def arena(settings: Settings) -> AsyncIterator[Arena]:
    """Set up servers and people on the settings' database. At the end: not one deadlock."""
    clock = StandingClock(datetime.now(UTC))
    # A connection a call: httpx may close an idle one for its age at the moment another task is given it.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with (
        running(settings, clock) as app,
        httpx.AsyncClient(verify=authorities(), limits=limits, timeout=30.0) as client,
    ):
        cast = Cast(app)
        clinic = await cast.clinic()
        staff = await cast.person("Sam Staff", roles={clinic.id: ["staff"]})
        async with web_servers(settings) as servers:
            yield Arena(cast, clinic, staff, servers, client)
        async with app.parts.db.connection() as connection:
            assert await deadlocks(connection) == 0


def at(days: int, hour: int, minute: int = 0) -> datetime:
    """That time of day in New York, so many days from today."""
    day = datetime.now(ZoneInfo(NEW_YORK)).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(NEW_YORK))


def slot(
    provider_id: UUID, visit_type_id: UUID, start: datetime, mode: str = "telehealth", **more: Any
) -> dict[str, Any]:
    """The body of a booking or a hold."""
    return {
        "provider_id": str(provider_id),
        "visit_type_id": str(visit_type_id),
        "start": start.isoformat(),
        "mode": mode,
        **more,
    }


def told(answers: Iterable[httpx.Response]) -> Counter[str]:
    """How often each answer was given: the status of a success, the code of a problem."""
    return Counter(str(a.status_code) if a.is_success else f"{a.status_code} {a.json()['code']}" for a in answers)


def won(answers: Iterable[httpx.Response]) -> list[dict[str, Any]]:
    """The bodies of the successes."""
    return [answer.json() for answer in answers if answer.is_success]
