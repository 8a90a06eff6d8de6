"""The live socket of real servers: who hears what, how soon, and what it does with nonsense."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import websockets

from openvisit.core.permissions import Actor
from openvisit.features.booking.topics import gate
from openvisit.features.identity.oauth.access import Authenticator
from openvisit.platform.web.live import MOST_MESSAGE_BYTES, MOST_TOPICS, POLICY_VIOLATION, LiveSocket
from openvisit.settings import Settings
from tests.support.application import running
from tests.support.cast import Person, Scene, usual_scene
from tests.support.clock import StandingClock
from tests.support.servers import WebServer, web_servers

SOON = 1.0
"""Seconds within which a change is shown to everybody who looks."""


@dataclass
class Ear:
    """One browser's socket."""

    socket: websockets.ClientConnection

    async def say(self, *messages: Any) -> None:
        """Send messages; text and bytes as they are."""
        for message in messages:
            await self.socket.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(SOON):
            message: dict[str, Any] = json.loads(await self.socket.recv())
            return message

    async def ask(self, message: Any) -> dict[str, Any]:
        """Send one message and hear the next."""
        await self.say(message)
        return await self.hear()

    async def silent(self) -> None:
        """Nothing was told before the answer to a ping."""
        assert await self.ask({"type": "ping"}) == {"type": "pong"}


@dataclass
class Theatre:
    """Two web servers over one database, and people."""

    scene: Scene
    servers: list[WebServer]
    client: httpx.AsyncClient
    days: int = 1

    @asynccontextmanager
    async def ear(self, server: int = 0, person: Person | None = None, *topics: str) -> AsyncIterator[Ear]:
        """A socket to one of the servers, signed in and listening to the topics."""
        url = self.servers[server].url.replace("http", "ws") + "/api/live"
        async with websockets.connect(url, proxy=None, max_size=None) as socket:
            ear = Ear(socket)
            assert await ear.hear() == {"type": "ready"}
            if person:
                assert await ear.ask({"type": "auth", "token": person.token}) == {"type": "authenticated"}
            if topics:
                told = await ear.ask({"type": "subscribe", "topics": topics})
                assert told == {"type": "subscribed", "topics": list(topics)}
            yield ear

    async def book(self, server: int = 0) -> None:
        """The patient books a visit of a day of its own, through one of the servers."""
        self.days += 1
        start = datetime.now(UTC).replace(hour=15, minute=0, second=0, microsecond=0) + timedelta(days=self.days)
        answer = await self.client.post(
            f"{self.servers[server].url}/api/appointments",
            json=self.scene.slot(start),
            headers={"Authorization": f"Bearer {self.scene.patient.token}"},
        )
        assert answer.status_code == 201, answer.text

    @property
    def slots(self) -> str:
        """The topic of the provider's free times."""
        return f"slots:{self.scene.provider_id}"

    @property
    def agenda(self) -> str:
        """The topic of the provider's visits."""
        return f"agenda:{self.scene.provider_id}"


@pytest.fixture(scope="module")
async def theatre(module_settings: Settings) -> AsyncIterator[Theatre]:
    settings = replace(module_settings, database_pool_size=4)
    async with running(settings, StandingClock(datetime.now(UTC))) as app, httpx.AsyncClient(timeout=30) as client:
        scene = await usual_scene(app)
        async with web_servers(settings, 2) as servers:
            yield Theatre(scene, servers, client)


async def test_an_open_slot_picker_hears_of_somebody_elses_booking(theatre: Theatre) -> None:
    async with theatre.ear(0, None, theatre.slots) as visitor:
        await theatre.book()
        assert await visitor.hear() == {"type": "changed", "topic": theatre.slots}


async def test_two_processes_hear_each_other(theatre: Theatre) -> None:
    async with theatre.ear(0, None, theatre.slots) as here, theatre.ear(1, None, theatre.slots) as there:
        for server in (0, 1):
            await theatre.book(server)
            for ear in (here, there):
                assert await ear.hear() == {"type": "changed", "topic": theatre.slots}


async def test_the_agenda_is_the_providers_and_the_clinics(theatre: Theatre) -> None:
    scene = theatre.scene
    async with (
        theatre.ear(0, scene.provider, theatre.agenda) as provider,
        theatre.ear(1, scene.staff, theatre.agenda) as desk,
    ):
        await theatre.book()
        for ear in (provider, desk):
            assert await ear.hear() == {"type": "changed", "topic": theatre.agenda}


async def test_an_agenda_is_not_for_others(theatre: Theatre) -> None:
    scene = theatre.scene
    for person in (None, scene.patient, scene.outsider):
        async with theatre.ear(0, person) as ear:
            for topic in (
                theatre.agenda,
                f"clinic:{scene.clinic.id}",
                f"agenda:{uuid4()}",
                f"person:{scene.patient.id}",
            ):
                refused = await ear.ask({"type": "subscribe", "topics": [topic]})
                assert refused == {"type": "error", "code": "not_allowed", "topic": topic}
                assert await ear.hear() == {"type": "subscribed", "topics": []}
            await theatre.book()
            await ear.silent()


async def test_me_is_for_the_person_alone(theatre: Theatre) -> None:
    async with (
        theatre.ear(0, theatre.scene.patient, "me") as patient,
        theatre.ear(0, theatre.scene.other_patient, "me", theatre.slots) as other,
        theatre.ear(1) as nobody,
    ):
        assert (await nobody.ask({"type": "subscribe", "topics": ["me"]}))["code"] == "not_allowed"
        await theatre.book()
        assert await patient.hear() == {"type": "changed", "topic": "me"}
        assert await other.hear() == {"type": "changed", "topic": theatre.slots}
        await other.silent()


async def test_what_is_no_longer_shown_is_no_longer_told(theatre: Theatre) -> None:
    async with theatre.ear(0, None, theatre.slots) as leaving, theatre.ear(0, None, theatre.slots) as staying:
        await leaving.say({"type": "unsubscribe", "topics": [theatre.slots]})
        await leaving.silent()
        await theatre.book()
        assert (await staying.hear())["type"] == "changed"
        await leaving.silent()


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("", "bad_message"),
        ("not json", "bad_message"),
        ("null", "bad_message"),
        ("[]", "bad_message"),
        ('{"type": 1}', "bad_message"),
        ('{"topics": ["me"]}', "bad_message"),
        ('{"type": "subscribe", "topics": "me"}', "bad_message"),
        ('{"type": "subscribe", "topics": [null]}', "bad_message"),
        ('{"type": "ping", "token": "\\ud800"}', "bad_message"),
        ('{"type":"ping","token":' + "[" * 5_000, "bad_message"),
        ('{"type": "ping", "token": "' + "a" * MOST_MESSAGE_BYTES + '"}', "bad_message"),
        (b"\xff\xfe", "bad_message"),
        (b'{"type": "\xff"}', "bad_message"),
        ({"type": "shout"}, "unknown_type"),
        ({"type": "auth"}, "not_signed_in"),
        ({"type": "auth", "token": "a.b.c"}, "not_signed_in"),
        ({"type": "subscribe", "topics": ["\x00"]}, "not_allowed"),
        ({"type": "subscribe", "topics": ["slots:nobody"]}, "not_allowed"),
        ({"type": "subscribe", "topics": ["*"]}, "not_allowed"),
        ({"type": "subscribe", "topics": ["me:1"]}, "not_allowed"),
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_nonsense_is_answered_and_the_socket_stays_open(theatre: Theatre, message: Any, code: str) -> None:
    async with theatre.ear() as ear:
        told = await ear.ask(message)
        assert (told["type"], told["code"]) == ("error", code)
        if code == "not_allowed":
            assert await ear.hear() == {"type": "subscribed", "topics": []}
        await ear.silent()


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_pages_of_other_sites_get_no_socket(theatre: Theatre, origin: str) -> None:
    server = theatre.servers[0].url
    address = server.replace("http", "ws") + "/api/live"
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(address, proxy=None, additional_headers={"Origin": origin})
    assert refused.value.response.status_code == 403
    async with websockets.connect(address, proxy=None, additional_headers={"Origin": server}) as socket:
        assert json.loads(await socket.recv()) == {"type": "ready"}


async def test_a_session_that_ends_elsewhere_is_told_nothing_more(theatre: Theatre) -> None:
    """Ended at one server, heard at the other; what another session of the person shows goes on."""
    person = theatre.scene.staff
    token = await theatre.scene.cast.token(person)
    leaving = replace(person, token=token)
    topics = (theatre.agenda, f"clinic:{theatre.scene.clinic.id}", theatre.slots)
    async with theatre.ear(1, leaving, *topics) as ended, theatre.ear(1, person, theatre.agenda) as kept:
        signed_out = await theatre.client.post(
            f"{theatre.servers[0].url}/api/auth/logout", headers={"Authorization": f"Bearer {token}"}
        )
        assert signed_out.status_code == 204
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await ended.hear()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == POLICY_VIOLATION
        await theatre.book()
        assert await kept.hear() == {"type": "changed", "topic": theatre.agenda}


async def test_an_account_that_is_switched_off_is_told_nothing_more(theatre: Theatre) -> None:
    scene = theatre.scene
    person = await scene.cast.person("Sid Spare", roles={scene.clinic.id: ["staff"]})
    async with theatre.ear(1, person, theatre.agenda) as ear:
        off = await theatre.client.put(
            f"{theatre.servers[0].url}/api/people/{person.id}/account",
            json={"clinic_id": str(scene.clinic.id), "active": False},
            headers={"Authorization": f"Bearer {scene.admin.token}"},
        )
        assert off.status_code == 200, off.text
        with pytest.raises(websockets.ConnectionClosed):
            await ear.hear()


async def test_a_role_that_is_taken_takes_its_topics(theatre: Theatre) -> None:
    scene = theatre.scene
    person = await scene.cast.person("Sid Spare", roles={scene.clinic.id: ["staff"]})
    async with theatre.ear(1, person, theatre.agenda, "me", theatre.slots) as ear:
        none = await theatre.client.put(
            f"{theatre.servers[0].url}/api/people/{person.id}/roles",
            json={"clinic_id": str(scene.clinic.id), "roles": []},
            headers={"Authorization": f"Bearer {scene.admin.token}"},
        )
        assert none.status_code == 200, none.text
        async with asyncio.timeout(10 * SOON):
            while (await ear.ask({"type": "subscribe", "topics": [theatre.agenda]}))["type"] != "error":
                pass  # not heard yet at the other server
            assert await ear.hear() == {"type": "subscribed", "topics": []}
        await theatre.book()
        assert await ear.hear() == {"type": "changed", "topic": theatre.slots}
        await ear.silent()


class Wire:
    """The server's end of a socket whose browser only listens."""

    def __init__(self, actor: Actor) -> None:
        self.scope = {"actor": actor}
        self.closed_with: int | None = None

    async def accept(self) -> None: ...

    async def send_data(self, data: str, mode: str) -> None: ...

    async def receive_data(self, mode: str) -> str:
        await asyncio.Event().wait()
        raise AssertionError("the browser says nothing")

    async def close(self, code: int, reason: str) -> None:
        self.closed_with = code


class Counting(Authenticator):
    """Says how often it was asked again."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene.app.parts.tokens, scene.app.parts.oauth.tokens)
        self.thrice = asyncio.Event()
        self._asked = 0

    async def again(self, actor: Actor) -> Actor:
        found = await super().again(actor)
        self._asked += 1
        if self._asked == 3:
            self.thrice.set()
        return found


async def test_a_session_that_runs_out_is_noticed_and_an_open_socket_is_no_use_of_it(scene: Scene) -> None:
    """A time-out is announced by nobody, and a page that is left open must not put it off."""
    parts, counting = scene.app.parts, Counting(scene)
    wire = Wire(await parts.tokens.actor(scene.staff.token))
    await parts.tokens.note_seen()
    socket = LiveSocket(wire, parts.live, counting, gate(parts.db), asked_again=0.01)  # type: ignore[arg-type]
    scene.app.clock.advance(hours=11)
    running = asyncio.create_task(socket.run())
    async with asyncio.timeout(10 * SOON):
        await counting.thrice.wait()
        assert wire.closed_with is None
        await parts.tokens.note_seen()
        scene.app.clock.advance(hours=1, seconds=1)
        await running
    assert wire.closed_with == POLICY_VIOLATION


async def test_a_token_that_is_refused_leaves_who_was_signed_in(theatre: Theatre) -> None:
    async with theatre.ear(0, theatre.scene.patient) as ear:
        assert (await ear.ask({"type": "auth", "token": "a.b.c"}))["code"] == "not_signed_in"
        assert await ear.ask({"type": "subscribe", "topics": ["me"]}) == {"type": "subscribed", "topics": ["me"]}


async def test_one_socket_has_only_so_many_topics(theatre: Theatre) -> None:
    async with theatre.ear() as ear:
        topics = [f"slots:{uuid4()}" for _ in range(MOST_TOPICS + 2)]
        await ear.say({"type": "subscribe", "topics": topics})
        for topic in topics[MOST_TOPICS:]:
            assert await ear.hear() == {"type": "error", "code": "not_allowed", "topic": topic}
        assert (await ear.hear())["topics"] == topics[:MOST_TOPICS]
        again = await ear.ask({"type": "subscribe", "topics": topics[:1]})
        assert again == {"type": "subscribed", "topics": topics[:1]}
        await ear.say({"type": "unsubscribe", "topics": topics[:1]})
        assert (await ear.ask({"type": "subscribe", "topics": topics[-1:]}))["type"] == "subscribed"


async def test_open_sockets_are_counted(theatre: Theatre) -> None:
    async def counted(sockets: int) -> None:
        """Return when the server counts so many; those that were closed just now may still be counted."""
        async with asyncio.timeout(10 * SOON):
            while True:
                if f"openvisit_live_sockets {sockets}.0\n" in (await theatre.client.get(metrics)).text:
                    return
                await asyncio.sleep(0.01)

    metrics = f"{theatre.servers[0].url}/metrics"
    async with theatre.ear(), theatre.ear():
        await counted(2)
    await counted(0)
