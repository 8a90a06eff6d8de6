"""Admins deal with what consumers could not take."""

from typing import Any

import pytest

from openvisit.core.ids import new_id
from openvisit.platform.db import execute, fetch_all, fetch_one
from openvisit.platform.events import Event
from openvisit.platform.pipeline import dead_letters
from openvisit.platform.pipeline.cloud_events import LARGEST, encode
from openvisit.platform.pipeline.ports import Dead
from tests.support.cast import Scene

pytestmark = pytest.mark.anyio
URL = "/api/dead-letters"


async def kept(scene: Scene, body: bytes = b"no event", reason: str = "not_json") -> None:
    parts = scene.app.parts
    async with parts.db.transaction() as connection:
        await dead_letters.keep(connection, parts.vault, Dead("notifications", reason, body), scene.app.clock())


async def listed(scene: Scene, **query: Any) -> dict[str, Any]:
    answer = await scene.admin.client.get(URL, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def only(scene: Scene) -> dict[str, Any]:
    (letter,) = (await listed(scene))["items"]
    return dict(letter)


async def test_it_waits_with_what_could_be_read_of_it(scene: Scene) -> None:
    event = Event("appointment.booked", new_id(), scene.app.clock(), {"status": "scheduled"})
    await kept(scene, encode(event, "https://elsewhere.test"), "not_taken")
    letter = await only(scene)
    assert letter["consumer"] == "notifications"
    assert letter["reason"] == "not_taken"
    assert letter["event_id"] == str(event.id)
    assert letter["type"] == "appointment.booked"
    assert letter["subject"] == str(event.subject)
    assert letter["state"] == "waiting"


async def test_the_same_message_waits_once(scene: Scene) -> None:
    """A consumer that was killed before it acknowledged sets it aside again."""
    await kept(scene)
    await kept(scene)
    assert (await listed(scene))["waiting"] == 1


async def test_the_database_holds_it_sealed_and_reading_it_is_audited(scene: Scene) -> None:
    await kept(scene, "Ana Flores, migräne\x00\xff".encode("latin-1"))
    letter = await only(scene)
    async with scene.app.parts.db.connection() as connection:
        row = await fetch_one(connection, "SELECT body FROM dead_letter")
        assert row is not None
        assert b"Ana" not in bytes(row["body"])
    answer = await scene.admin.client.get(f"{URL}/{letter['id']}/body")
    assert answer.json() == {"id": letter["id"], "body": "Ana Flores, migr\ufffdne\ufffd\ufffd"}
    assert await audited(scene) == ["dead-letter:read"]


async def test_a_replay_goes_by_the_outbox_behind_what_is_told_of_the_same_visit(scene: Scene) -> None:
    event = Event("appointment.booked", new_id(), scene.app.clock())
    await kept(scene, encode(event, "https://elsewhere.test"), "not_taken")
    letter = await only(scene)
    answer = await scene.admin.client.post(f"{URL}/{letter['id']}/replay")
    assert (answer.status_code, answer.json()["state"]) == (200, "replayed")
    assert (await listed(scene))["waiting"] == 0
    async with scene.app.parts.db.connection() as connection:
        jobs = await fetch_all(
            connection, "SELECT task_name, queue_name, lock, args FROM procrastinate_jobs WHERE task_name ~ 'pipeline'"
        )
    assert [dict(job) for job in jobs] == [
        {
            "task_name": "pipeline:replay",
            "queue_name": "pipeline",
            "lock": f"pipeline:publish:{event.subject}",
            "args": {"dead_letter_id": letter["id"]},
        }
    ]
    assert await audited(scene) == ["dead-letter:replay"]


async def test_one_that_comes_back_is_another(scene: Scene) -> None:
    await kept(scene)
    await scene.admin.client.post(f"{URL}/{(await only(scene))['id']}/replay")
    await kept(scene)
    assert [letter["state"] for letter in (await listed(scene))["items"]] == ["waiting", "replayed"]
    assert len((await listed(scene, state="replayed"))["items"]) == 1


async def test_it_is_dealt_with_once(scene: Scene) -> None:
    await kept(scene)
    id_ = (await only(scene))["id"]
    assert (await scene.admin.client.post(f"{URL}/{id_}/dismiss")).json()["state"] == "dismissed"
    for act in ("replay", "dismiss"):
        answer = await scene.admin.client.post(f"{URL}/{id_}/{act}")
        assert (answer.status_code, answer.json()["code"]) == (409, "dead_letter_closed")
    assert await audited(scene) == ["dead-letter:dismiss"]


async def test_what_was_too_large_cannot_be_sent_again(scene: Scene) -> None:
    await kept(scene, b"x" * (LARGEST + 1), "too_large")
    letter = await only(scene)
    assert (letter["size"], letter["whole"]) == (LARGEST + 1, False)
    answer = await scene.admin.client.post(f"{URL}/{letter['id']}/replay")
    assert (answer.status_code, answer.json()["code"]) == (409, "dead_letter_cut")


async def test_a_page_follows_the_other(scene: Scene) -> None:
    for n in range(3):
        await kept(scene, b"%d" % n)
    first = await listed(scene, limit=2)
    rest = await listed(scene, limit=2, after=first["next"])
    assert (len(first["items"]), len(rest["items"]), rest["next"], first["waiting"]) == (2, 1, None, 3)


async def test_one_about_another_clinics_visit_is_not_there(scene: Scene) -> None:
    """By the table of permissions, and by row-level security behind it."""
    await kept(scene)
    id_ = (await only(scene))["id"]
    async with scene.app.parts.db.connection() as connection:
        await execute(connection, "UPDATE dead_letter SET clinic_id = %(id)s", {"id": scene.clinic.id})
    assert (await scene.outsider.client.get(URL)).json()["items"] == []
    assert (await scene.outsider.client.get(f"{URL}/{id_}/body")).status_code == 404
    assert (await scene.admin.client.get(f"{URL}/{id_}/body")).status_code == 200


async def test_how_many_wait_is_a_metric(scene: Scene) -> None:
    await kept(scene)
    assert "openvisit_dead_letters_waiting 1.0" in (await scene.app.client.get("/metrics")).text


async def audited(scene: Scene) -> list[str]:
    async with scene.app.parts.db.connection() as connection:
        rows = await fetch_all(connection, "SELECT action FROM audit WHERE thing = 'dead-letter' ORDER BY id")
    return [row["action"] for row in rows]
