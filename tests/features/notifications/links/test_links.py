"""One-tap links: each does one thing, with one visit, for one person, as long as all three are as they were."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from openvisit.features.notifications.links import of_visit
from openvisit.main.work import worker
from openvisit.platform.db import execute, fetch_all
from openvisit.platform.links import Link, Purpose, read, token
from openvisit.platform.mail_catcher import MailCatcher
from openvisit.settings import Settings
from tests.support.cast import Person, Scene
from tests.support.clock import StandingClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def tomorrow(scene: Scene) -> datetime:
    return scene.app.clock().replace(hour=15, minute=0) + timedelta(days=1)


@pytest.fixture
async def visit(scene: Scene, tomorrow: datetime) -> dict[str, Any]:
    """A video visit of the patient, tomorrow."""
    answer = await scene.patient.client.post("/api/appointments", json=scene.slot(tomorrow, reason="a migraine"))
    assert answer.status_code == 201, answer.text
    booked: dict[str, Any] = answer.json()
    return booked


def link(scene: Scene, visit: dict[str, Any], purpose: Purpose, person: Person | None = None) -> str:
    """The API address of a link given now."""
    keyed = scene.app.parts.vault.blind_index
    whose = (person or scene.patient).id
    return f"/api/links/{token(keyed, Link(purpose, UUID(visit['id']), whose, scene.app.clock()))}"


async def here(scene: Scene, person: Person) -> AsyncClient:
    """The person, signed in now."""
    return scene.app.signed(await scene.cast.token(person))


async def status(scene: Scene, visit: dict[str, Any]) -> str:
    async with scene.app.parts.db.connection(as_system="test") as connection:
        (row,) = await fetch_all(
            connection, "SELECT status FROM appointment WHERE id = %(id)s", {"id": UUID(visit["id"])}
        )
    return str(row["status"])


async def test_looking_changes_nothing_and_tells_what_the_mail_told(scene: Scene, visit: dict[str, Any]) -> None:
    """Mail scanners follow links, as often as they like."""
    for purpose in ("confirm", "cancel", "late", "reschedule"):
        answer = await scene.app.client.get(link(scene, visit, purpose))
        assert answer.status_code == 200, answer.text
        assert answer.json()["purpose"] == purpose
        assert answer.json()["with_whom"] == "Ada Moreno"
        for private in ("migraine", "Consultation", scene.patient.email, "Pat Rivera", str(scene.visit_type_id)):
            assert private not in answer.text
    assert await status(scene, visit) == "scheduled"
    async with scene.app.parts.db.connection(as_system="test") as connection:
        rows = await fetch_all(
            connection, "SELECT action FROM audit WHERE thing_id = %(id)s", {"id": UUID(visit["id"])}
        )
    assert [row["action"] for row in rows] == ["appointment:book"]


async def test_confirming_by_link_without_signing_in(scene: Scene, visit: dict[str, Any]) -> None:
    """Twice is once; the trail says that it was by a link, and by whom."""
    where = link(scene, visit, "confirm")
    for _ in range(2):
        answer = await scene.app.client.post(where, json={})
        assert (answer.status_code, answer.json()["status"]) == (200, "confirmed"), answer.text
    assert (await scene.app.client.get(where)).json()["done"] is True
    async with scene.app.parts.db.connection(as_system="test") as connection:
        rows = await fetch_all(connection, "SELECT * FROM audit WHERE action = 'appointment:confirm'", {})
    assert [(row["actor_id"], row["acting_as"], row["data"]["via"]) for row in rows] == [
        (scene.patient.id, "patient", "link")
    ]


async def test_cancelling_works_once_and_ends_every_link(scene: Scene, visit: dict[str, Any]) -> None:
    every = [link(scene, visit, purpose) for purpose in ("confirm", "reschedule", "cancel", "late")]
    answer = await scene.app.client.post(every[2], json={"reason": "I am away"})
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled"), answer.text
    for where in every:
        for gone in (await scene.app.client.get(where), await scene.app.client.post(where, json={"minutes": 10})):
            assert (gone.status_code, gone.json()["code"]) == (404, "link_over")


async def test_moving_by_link_and_the_links_of_the_old_time(
    scene: Scene, visit: dict[str, Any], clock: StandingClock
) -> None:
    """The page offers times; the link works once, and the old time's other links end with it."""
    where, other = link(scene, visit, "reschedule"), link(scene, visit, "cancel")
    times = (await scene.app.client.get(where)).json()["times"]
    assert times == sorted(times)
    assert visit["start"] not in times
    missing = await scene.app.client.post(where, json={})
    assert missing.json()["errors"][0]["path"] == "body.start"
    taken = await scene.app.client.post(where, json={"start": "2027-03-02T03:00:00Z"})
    assert taken.status_code == 409  # nobody works at night; the link is as good as before
    clock.advance(seconds=1)
    moved = await scene.app.client.post(where, json={"start": times[0]})
    assert (moved.status_code, moved.json()["status"]) == (200, "rescheduled"), moved.text
    for old in (where, other):
        assert (await scene.app.client.get(old)).status_code == 404
    back = link(scene, visit, "reschedule")
    clock.advance(seconds=1)
    assert (await scene.app.client.post(back, json={"start": visit["start"]})).status_code == 200
    assert (await scene.app.client.get(other)).status_code == 404, "back at the old time, the old links stay dead"
    assert (await scene.app.client.get(link(scene, visit, "cancel"))).status_code == 200


async def test_one_of_many_presses_moves_the_visit(scene: Scene, visit: dict[str, Any]) -> None:
    where = link(scene, visit, "reschedule")
    times = (await scene.app.client.get(where)).json()["times"][:5]
    answers = await asyncio.gather(*(scene.app.client.post(where, json={"start": start}) for start in times))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404, 404]
    (won,) = (answer.json() for answer in answers if answer.status_code == 200)
    assert (await scene.patient.client.get(f"/api/appointments/{visit['id']}")).json()["start"][:16] == won["start"][
        :16
    ]


async def test_a_link_ends_with_its_visit(scene: Scene, visit: dict[str, Any], clock: StandingClock) -> None:
    confirm, late = link(scene, visit, "confirm"), link(scene, visit, "late")
    start = datetime.fromisoformat(visit["start"])
    clock.advance(seconds=(start - clock()).total_seconds() - 1)
    assert (await scene.app.client.get(confirm)).status_code == 200
    clock.advance(seconds=1)
    assert (await scene.app.client.get(confirm)).status_code == 404
    assert (await scene.app.client.get(late)).status_code == 200  # until it is over
    clock.advance(minutes=30)
    assert (await scene.app.client.get(late)).status_code == 404


async def test_a_patient_who_is_late_tells_it(
    scene: Scene, visit: dict[str, Any], clock: StandingClock, settings: Settings, tmp_path: Path
) -> None:
    """The provider gets a mail; days ahead nobody is late."""
    where = link(scene, visit, "late")
    assert (await scene.app.client.post(where, json={"minutes": 10})).status_code == 409
    start = datetime.fromisoformat(visit["start"])
    clock.advance(seconds=(start - clock()).total_seconds() - 1200)
    told = await scene.app.client.post(where, json={"minutes": 10})
    assert told.status_code == 200, told.text
    for wrong in ({}, {"minutes": 0}, {"minutes": 1000}, {"minutes": "ten"}):
        assert (await scene.app.client.post(where, json=wrong)).status_code == 422
    with MailCatcher(tmp_path / "mail") as catcher:
        async with worker(replace(settings, smtp_url=catcher.url), clock) as app:
            await app.run_worker_async(wait=False, queues=["events"], install_signal_handlers=False)
        mails = (await scene.app.client.get("/api/dev/mail", params={"to": scene.provider.email})).json()["items"]
        to_patient = (await scene.app.client.get("/api/dev/mail", params={"to": scene.patient.email})).json()["items"]
    (late,) = (mail for mail in mails if mail["subject"].startswith("Running late"))
    assert "Pat Rivera expects to be about 10 minutes late." in " ".join(late["text"].split())
    assert late["attachments"] == []
    assert not any("late" in mail["subject"] for mail in to_patient)


async def test_the_clinic_sees_who_comes_late_until_they_come_or_the_visit_is_moved(
    scene: Scene, visit: dict[str, Any], clock: StandingClock
) -> None:
    """In the agenda, at the front desk and in the visit, and live; the last word counts."""
    where = link(scene, visit, "late")
    start = datetime.fromisoformat(visit["start"])
    clock.advance(seconds=(start - clock()).total_seconds() - 1200)
    provider, staff, patient = [await here(scene, who) for who in (scene.provider, scene.staff, scene.patient)]

    async def seen(client: AsyncClient, **whose: str) -> Any:
        listed = (await client.get("/api/appointments", params=whose)).json()["items"]
        (late,) = [item["patient_late"] for item in listed if item["id"] == visit["id"]]
        assert (await client.get(f"/api/appointments/{visit['id']}")).json()["patient_late"] == late
        return late

    async def to_all() -> Any:
        agenda = await seen(provider, provider_id=visit["provider"]["id"])
        assert await seen(staff, clinic_id=visit["clinic"]["id"]) == agenda == await seen(patient)
        return agenda

    assert await to_all() is None
    live, heard = scene.app.parts.live, asyncio.Queue[str]()
    await live.listening.wait()
    topics = {f"agenda:{visit['provider']['id']}", f"clinic:{visit['clinic']['id']}"}
    for topic in topics:
        live.subscribe(topic, heard)
    for minutes in (10, 25):
        clock.advance(seconds=30)
        assert (await scene.app.client.post(where, json={"minutes": minutes})).status_code == 200
    async with asyncio.timeout(30):
        while topics:
            topics.discard(await heard.get())
    late = await to_all()
    assert (late["minutes"], datetime.fromisoformat(late["said_at"])) == (25, clock())

    checked_in = await staff.post(f"/api/appointments/{visit['id']}/check-in")
    assert (checked_in.status_code, checked_in.json()["patient_late"]) == (200, None), checked_in.text
    assert await to_all() is None


async def test_who_was_late_for_the_old_time_is_not_late_for_the_new_one(
    scene: Scene, visit: dict[str, Any], clock: StandingClock
) -> None:
    start = datetime.fromisoformat(visit["start"])
    clock.advance(seconds=(start - clock()).total_seconds() - 1200)
    assert (await scene.app.client.post(link(scene, visit, "late"), json={"minutes": 45})).status_code == 200
    path = f"/api/appointments/{visit['id']}"
    staff = await here(scene, scene.staff)
    confirmed = await staff.post(f"{path}/confirm")
    assert confirmed.json()["patient_late"]["minutes"] == 45
    clock.advance(seconds=1)
    later = (start + timedelta(hours=2)).isoformat()
    moved = await staff.put(f"{path}/reschedule", json={"start": later})
    assert (moved.status_code, moved.json()["patient_late"]) == (200, None), moved.text
    assert (await staff.get(path)).json()["patient_late"] is None


@pytest.mark.parametrize("place", [0, 5, 20, 34, 39, 41, 55])
async def test_no_letter_of_a_link_can_be_another(scene: Scene, visit: dict[str, Any], place: int) -> None:
    text = link(scene, visit, "confirm").rpartition("/")[2]
    other = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    assert read(scene.app.parts.vault.blind_index, other) is None
    answer = await scene.app.client.post(f"/api/links/{other}", json={})
    assert (answer.status_code, answer.json()["code"]) == (404, "link_over")
    assert await status(scene, visit) == "scheduled"


@pytest.mark.parametrize("text", ["", "a", "A" * 75, "A" * 121, "%00", "..%2f..", "é", "A" * 74 + "="])
async def test_what_is_no_link_is_not_found(scene: Scene, text: str) -> None:
    for answer in (await scene.app.client.get(f"/api/links/{text}"), await scene.app.client.post(f"/api/links/{text}")):
        assert answer.status_code in (404, 405, 422), answer.text


async def test_a_link_is_good_for_its_own_person_alone(scene: Scene, visit: dict[str, Any]) -> None:
    """Somebody else's id in a link of ours opens nothing, whatever they may do when signed in."""
    for person in (scene.other_patient, scene.admin, scene.provider):
        assert (await scene.app.client.get(link(scene, visit, "confirm", person))).status_code == 404
    async with scene.app.parts.db.connection(as_system="test") as connection:
        await execute(connection, "UPDATE person SET active = false WHERE id = %(id)s", {"id": scene.patient.id})
    assert (await scene.app.client.get(link(scene, visit, "confirm"))).status_code == 404


async def test_a_link_made_for_another_thing_does_nothing_here_and_says_where_it_does(
    scene: Scene, visit: dict[str, Any]
) -> None:
    pages = {
        "unsubscribe": "unsubscribe",
        "accept": "waitlist/offer",
        "decline": "waitlist/offer",
        "answer": "waitlist/proposal",
        "rate": "rate",
    }
    for purpose, page in pages.items():
        where = link(scene, visit, purpose)
        answer = await scene.app.client.get(where)
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/{page}#{where.rpartition('/')[2]}"
        assert answer.json() == {"purpose": purpose, "page": answer.headers["Location"]}
        assert (await scene.app.client.post(where, json={})).status_code == 404


async def test_the_clinics_rules_count_for_links_too(scene: Scene, visit: dict[str, Any], clock: StandingClock) -> None:
    """After the notice a visit is not moved, and a reason is asked for where the clinic does."""
    async with scene.app.parts.db.connection(as_system="test") as connection:
        await execute(connection, "UPDATE clinic SET cancellation_reason_required = true", {})
    where = link(scene, visit, "cancel")
    assert (await scene.app.client.get(where)).json()["reason_required"] is True
    refused = await scene.app.client.post(where, json={})
    assert (refused.status_code, refused.json()["code"]) == (422, "reason_required")
    start = datetime.fromisoformat(visit["start"])
    clock.advance(seconds=(start - clock()).total_seconds() - 600)
    late = await scene.app.client.post(where, json={"reason": "away"})
    assert (late.status_code, late.json()["code"]) == (409, "late_cancellation")
    assert await status(scene, visit) == "scheduled"


async def test_looks_are_limited(scene: Scene, visit: dict[str, Any]) -> None:
    where = link(scene, visit, "confirm")
    answers = [await scene.app.client.get(where) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]


async def test_guesses_are_limited_by_address(scene: Scene) -> None:
    answers = [await scene.app.client.get("/api/links/nobody-made-it") for _ in range(121)]
    assert {answer.status_code for answer in answers[:120]} == {404}
    assert answers[120].status_code == 429


async def test_the_links_of_a_message_fit_an_sms(scene: Scene) -> None:
    named = {"confirm_link", "reschedule_link", "cancel_link", "late_link", "rate_link"}
    keyed, now = scene.app.parts.vault.blind_index, scene.app.clock()
    made = of_visit(keyed, uuid4(), uuid4(), "https://visits.example/", now, named | {"when"})
    assert set(made) == named
    assert set(of_visit(keyed, uuid4(), uuid4(), "https://visits.example/", now, {"late_link"})) == {"late_link"}
    pages = {name: one.partition("#")[0].rpartition("/")[2] for name, one in made.items()}
    assert pages == dict.fromkeys(made, "answer") | {"rate_link": "rate"}
    assert all(one.startswith("https://visits.example/") and len(one) < 110 for one in made.values())
