"""Strings that trouble software come back as they were told, or are refused in words; never as a fault of ours."""

import json
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.cast import Scene

pytestmark = pytest.mark.shared

MORE = [
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "\u202eabc",
    "Zoë " * 25,
    "x" * 100_000,
    "\n",
    "\r\nBcc: a@b.c",
    "Null",
]
REFUSED = (400, 422)


@pytest.fixture(scope="module")
def strings(shared: Path) -> list[str]:
    """The corpus of naughty strings and a few of our own."""
    corpus: list[str] = json.loads((shared / "corpora" / "naughty-strings" / "blns.json").read_text(encoding="utf-8"))
    return list(dict.fromkeys([*corpus, *MORE]))


async def send(client: httpx.AsyncClient, method: str, path: str, body: Any) -> httpx.Response:
    """A request with a body of JSON in plain ASCII, so that half of a surrogate pair can be sent too."""
    return await client.request(method, path, content=json.dumps(body), headers={"Content-Type": "application/json"})


def fate(answer: httpx.Response, name: str, told: str) -> str:
    """What became of the string: `kept` as it was but for blanks around it, `refused`, or what is wrong."""
    if answer.status_code in REFUSED:
        return "refused" if answer.json()["detail"] else "refused without a word"
    if not answer.is_success:
        return f"{answer.status_code}"
    kept = answer.json()[name]
    return "kept" if kept in (told, told.strip()) else f"changed to {kept!r}"


def assert_fates(fates: dict[str, str], most_refused: int) -> None:
    """Each is kept or refused, and not many are refused."""
    assert {text: found for text, found in fates.items() if found not in ("kept", "refused")} == {}
    assert list(fates.values()).count("refused") <= most_refused


async def test_a_persons_name(shared_scene: Scene, strings: list[str]) -> None:
    client, fates = shared_scene.patient.client, {}
    for text in strings:
        changed = await send(client, "PATCH", "/api/me", {"full_name": text})
        fates[text] = fate(changed, "full_name", text)
        if changed.is_success:
            assert (await client.get("/api/me")).json() == changed.json()
    assert_fates(fates, 60)
    assert fates["Null"] == "kept"


async def test_the_name_of_a_visit_type(shared_scene: Scene, strings: list[str]) -> None:
    address, fates = f"/api/visit-types/{shared_scene.visit_type_id}", {}
    for text in strings:
        changed = await send(shared_scene.staff.client, "PATCH", address, {"name": text})
        fates[text] = fate(changed, "name", text)
        if changed.is_success:
            assert (await shared_scene.app.client.get(address)).json()["name"] == changed.json()["name"]
    assert_fates(fates, 60)


async def test_the_reason_of_an_absence(shared_scene: Scene, strings: list[str]) -> None:
    address = f"/api/providers/{shared_scene.provider_id}"
    start = shared_scene.app.clock() + timedelta(days=200)
    fates, expected = {}, {}
    for number, text in enumerate(strings):
        when = start + timedelta(hours=number)
        body = {"start": when.isoformat(), "end": (when + timedelta(hours=1)).isoformat(), "reason": text}
        added = await send(shared_scene.provider.client, "POST", f"{address}/absences", body)
        fates[text] = fate(added, "reason", text)
        if added.is_success:
            expected[added.json()["id"]] = added.json()["reason"]
    assert_fates(fates, 15)
    schedule = (await shared_scene.provider.client.get(f"{address}/schedule")).json()
    assert {absence["id"]: absence["reason"] for absence in schedule["absences"]} == expected


async def test_the_reason_of_a_visit_and_of_its_cancellation(shared_scene: Scene, strings: list[str]) -> None:
    client, fates = shared_scene.patient.client, {}
    start = shared_scene.app.clock().replace(hour=15) + timedelta(days=3)
    for text in strings:
        booked = await send(client, "POST", "/api/appointments", shared_scene.slot(start, reason=text))
        fates[text] = fate(booked, "reason", text)
        if booked.is_success:
            address = f"/api/appointments/{booked.json()['id']}"
            assert (await client.get(address)).json()["reason"] == booked.json()["reason"]
            gone = await send(client, "DELETE", address, {"reason": text[:500]})
            assert fate(gone, "closed_reason", text[:500]) == "kept", text
    assert_fates(fates, 10)


async def test_a_search(shared_scene: Scene, strings: list[str]) -> None:
    paths = cycle(("/api/providers", "/api/appointments", "/api/patients", "/dev/mail"))
    for text, path in zip(strings, paths, strict=False):
        query = {"q": text[:5_000].encode("utf-8", "replace").decode(), "to": text[:5_000].encode("utf-8", "replace")}
        answer = await shared_scene.staff.client.get(path, params=query)
        assert answer.status_code in (200, *REFUSED), f"{path}: {text!r}: {answer.text}"
