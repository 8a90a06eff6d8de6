"""People who write in a conversation as their browsers would."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from tests.support import e2e
from tests.support.cast import Person, Scene
from tests.support.e2e import Keys


@dataclass
class Writer:
    """Somebody with keys, in one room."""

    client: httpx.AsyncClient
    participant: str
    room: str
    keys: Keys = field(default_factory=e2e.make_keys)
    headers: dict[str, str] = field(default_factory=dict)
    contents: dict[int, bytes] = field(default_factory=dict)
    sent: int = 0

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Call the conversation's API."""
        path = f"/api/telehealth/rooms/{self.room}/{path}"
        return await self.client.request(method, path, headers=self.headers, **more)

    async def chat(self) -> Any:
        """The conversation's state."""
        answer = await self.ask("GET", "chat")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def make_keys(self) -> None:
        """Keep the keys, sealed under a phrase."""
        answer = await self.client.post("/api/me/keys", json=e2e.new_keys(self.keys))
        assert answer.status_code == 201, answer.text

    async def start_epoch(self, state: Any = None, **changes: Any) -> httpx.Response:
        """Begin the next epoch for everybody who has a key."""
        state = state or await self.chat()
        readers = {one["participant"]: one["public_key"] for one in state["members"] if one["public_key"]}
        if state["escrow_key"]:
            readers[state["escrow_key"]["participant"]] = state["escrow_key"]["public_key"]
        number = (state["epochs"][-1]["number"] if state["epochs"] else 0) + 1
        body, raw = e2e.make_epoch(self.keys, self.participant, self.room, number, readers)
        answer = await self.ask("POST", "epochs", json={**body, **changes})
        if answer.status_code == 201:
            self.contents[number] = raw
        return answer

    async def content_key(self, number: int) -> bytes:
        """The content key of an epoch, out of one's own wrap."""
        if number not in self.contents:
            (epoch,) = [one for one in (await self.chat())["epochs"] if one["number"] == number]
            (wrap,) = [one for one in epoch["wraps"] if one["key_id"] == self.keys.id]
            place = e2e.context("content-key", self.room, number, self.participant)
            self.contents[number] = e2e.open_sealed(self.keys, wrap["wrapped"], place)
        return self.contents[number]

    async def message(self, content: Any, **changes: Any) -> dict[str, Any]:
        """The body of a message under the last epoch."""
        state = await self.chat()
        number = state["epochs"][-1]["number"]
        place = {
            "id": str(uuid4()),
            "room": self.room,
            "epoch": number,
            "sender": self.participant,
            "key_id": self.keys.id,
            "sequence": state["next_sequence"],
        }
        sealed = e2e.seal_message(self.keys, await self.content_key(number), place, content)
        told = {name: place[name] for name in ("id", "epoch", "key_id", "sequence")}
        return {**told, **sealed, **changes}

    async def say(self, text: str, **changes: Any) -> httpx.Response:
        """Send a message, in a new epoch where one is needed."""
        state = await self.chat()
        if not state["epochs"]:
            assert (await self.start_epoch(state)).status_code == 201
        return await self.ask("POST", "messages", json=await self.message({"text": text}, **changes))

    async def read(self) -> list[str]:
        """What was said, as far as these keys open it."""
        state = await self.chat()
        known = {one["key_id"]: one["public_key"] for one in state["keys"]}
        found = []
        for one in (await self.ask("GET", "messages", params={"after": 0})).json()["items"]:
            place = {**{n: one[n] for n in ("id", "epoch", "sender", "key_id", "sequence")}, "room": self.room}
            key = await self.content_key(one["epoch"])
            found.append(e2e.open_message(known[one["key_id"]], key, place, one)["text"])
        return found


async def visit_of(scene: Scene, days: int = 1) -> str:
    """A visit by video, booked just now."""
    start = scene.app.clock().replace(hour=15) + timedelta(days=days)
    answer = await scene.patient.client.post("/api/appointments", json=scene.slot(start))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def writer(person: Person, room: str) -> Writer:
    """A person of the cast at a conversation."""
    return Writer(person.client, f"person:{person.id}", room)


async def both(scene: Scene) -> tuple[Writer, Writer]:
    """Patient and provider of a visit, both with keys."""
    room = await visit_of(scene)
    patient, provider = writer(scene.patient, room), writer(scene.provider, room)
    await patient.make_keys()
    await provider.make_keys()
    return patient, provider
