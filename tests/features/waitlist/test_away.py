"""A provider is away: what is proposed to whom, the answers, and who has not answered."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.features.identity.steps import text_of
from tests.features.waitlist.conftest import Room
from tests.support.cast import Person


async def _away(room: Room, *, by: Person | None = None, **more: Any) -> dict[str, Any]:
    """Tomorrow, all of it."""
    body = {"start": room.at(5).isoformat(), "end": room.at(5, days=2).isoformat(), "reason": "a conference", **more}
    who = by or room.scene.staff
    answer = await who.client.post(f"/api/providers/{room.scene.provider_id}/away", json=body)
    assert answer.status_code == 201, answer.text
    away: dict[str, Any] = answer.json()
    return away


async def _mine(who: Person) -> list[dict[str, Any]]:
    answer = await who.client.get("/api/me/away-proposals")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _answer(who: Person, proposal: dict[str, Any], choice: int | None) -> Any:
    return await who.client.post(f"/api/away-proposals/{proposal['id']}/answer", json={"choice": choice})


async def _colleague(room: Room) -> str:
    scene = room.scene
    colleague = await scene.cast.provider(scene.clinic, [scene.visit_type_id], "Cora Colleague")
    await scene.cast.hours(colleague)
    return str(colleague)


def _kinds(proposal: dict[str, Any]) -> set[str]:
    return {choice["kind"] for choice in proposal["choices"]}


def _of(proposal: dict[str, Any], kind: str) -> int:
    return next(n for n, choice in enumerate(proposal["choices"]) if choice["kind"] == kind)


async def test_each_patient_is_proposed_other_times_and_no_two_the_same(room: Room) -> None:
    scene = room.scene
    colleague = await _colleague(room)
    await room.book(scene.patient, room.at(15), mode="in-person")
    await room.book(scene.other_patient, room.at(16), mode="in-person")
    await room.book(scene.patient, room.at(15, days=5))  # not concerned
    away = await _away(room, video=True)
    assert (away["unanswered"], len(away["proposals"])) == (2, 2)
    every: list[tuple[str, str]] = []
    for proposal in away["proposals"]:
        assert _kinds(proposal) == {"video", "colleague", "later"}
        for choice in proposal["choices"]:
            if choice["kind"] == "video":
                assert (choice["start"], choice["mode"]) == (proposal["was"], "telehealth")
                continue
            every.append((choice["provider"]["id"], choice["start"]))
            if choice["kind"] == "later":
                assert choice["start"] >= away["end"][:10]
            else:
                assert choice["provider"]["id"] == colleague
    assert len(every) == len(set(every))
    mails = await room.work()
    about = [m for m in mails if m["Subject"] == "Please choose another time for your visit"]
    assert len(about) == 2


@pytest.mark.parametrize("kind", ["video", "colleague", "later"])
async def test_taking_up_a_proposal_moves_the_visit(room: Room, kind: str) -> None:
    scene = room.scene
    colleague = await _colleague(room)
    visit = await room.book(scene.patient, room.at(15), mode="in-person", reason="the rash is back")
    await _away(room, video=True)
    (proposal,) = await _mine(scene.patient)
    number = _of(proposal, kind)
    done = await _answer(scene.patient, proposal, number)
    assert done.status_code == 201 or done.status_code == 200, done.text
    choice = proposal["choices"][number]
    now = (await scene.patient.client.get(f"/api/appointments/{done.json()['appointment_id']}")).json()
    assert now["start"] == choice["start"]
    assert now["mode"] == choice["mode"]
    assert now["reason"] == "the rash is back"
    assert now["provider"]["id"] == (colleague if kind == "colleague" else str(scene.provider_id))
    if kind == "colleague":
        old = (await scene.patient.client.get(f"/api/appointments/{visit['id']}")).json()
        assert old["status"] == "cancelled"
    else:
        assert now["id"] == visit["id"]
    assert await _mine(scene.patient) == []
    again = await _answer(scene.patient, proposal, number)
    assert (again.status_code, again.json()["proposal_status"]) == (409, "accepted")


async def test_the_desk_sees_who_has_not_answered(room: Room) -> None:
    scene = room.scene
    first = await room.book(scene.patient, room.at(15))
    await room.book(scene.other_patient, room.at(16))
    third = await scene.cast.person("Tia Third", patient=True)
    await room.book(third, room.at(17))
    await _away(room)
    (proposal,) = await _mine(scene.other_patient)
    assert (await _answer(scene.other_patient, proposal, None)).status_code in (200, 201)
    await room.cancel(scene.patient, first)
    listed = await scene.staff.client.get(f"/api/clinics/{scene.clinic.id}/away")
    (away,) = listed.json()["items"]
    assert away["unanswered"] == 1
    assert {p["patient"]["name"]: p["status"] for p in away["proposals"]} == {
        "Pat Rivera": "settled",
        "Olu Bello": "declined",
        "Tia Third": "open",
    }
    own = await scene.provider.client.get(f"/api/clinics/{scene.clinic.id}/away")
    assert [item["id"] for item in own.json()["items"]] == [away["id"]]
    looks = await room.rows(
        "SELECT actor_id, patient_id FROM audit WHERE thing = 'patient' AND action LIKE 'away%%' AND reason <> ''"
    )
    patients = {scene.patient.patient_id, scene.other_patient.patient_id, third.patient_id}
    for person in (scene.staff, scene.provider):
        assert {look["patient_id"] for look in looks if look["actor_id"] == person.id} == patients


async def test_the_notice_of_the_clinic_does_not_bind_its_own_proposals(room: Room) -> None:
    """The provider falls ill an hour before."""
    scene = room.scene
    await room.book(scene.patient, room.at(15))
    scene.app.clock.now = room.at(14)
    body = {"start": room.now.isoformat(), "end": (room.now + timedelta(hours=10)).isoformat()}
    ill = scene.app.signed(await scene.cast.token(scene.provider))
    answer = await ill.post(f"/api/providers/{scene.provider_id}/away", json=body)
    assert answer.status_code == 201, answer.text
    (proposal,) = await _mine(scene.patient)
    assert (await _answer(scene.patient, proposal, _of(proposal, "later"))).status_code in (200, 201)


async def test_a_proposed_time_that_somebody_else_took_leaves_it_open(room: Room) -> None:
    scene = room.scene
    await room.book(scene.patient, room.at(15))
    await _away(room)
    (proposal,) = await _mine(scene.patient)
    number = _of(proposal, "later")
    body = scene.slot(datetime.fromisoformat(proposal["choices"][number]["start"]))
    assert (await scene.other_patient.client.post("/api/appointments", json=body)).status_code == 201
    lost = await _answer(scene.patient, proposal, number)
    assert (lost.status_code, lost.json()["code"]) == (409, "slot_taken")
    assert lost.json()["alternatives"]
    (still,) = await _mine(scene.patient)
    assert still["status"] == "open"
    assert (await _answer(scene.patient, proposal, 99)).status_code == 422


async def test_the_link_in_the_mail_answers(room: Room) -> None:
    scene = room.scene
    await room.book(scene.patient, room.at(15))
    await room.work()
    await _away(room)
    (mail,) = [m for m in await room.work() if scene.patient.email in m["To"]]
    (token,) = set(re.findall(r"/waitlist/proposal#([A-Za-z0-9_-]+)", text_of(mail)))
    nobody = scene.app.client
    seen = await nobody.post("/api/away-proposals/link", json={"token": token})
    assert (seen.status_code, seen.json()["status"]) == (200, "open")
    wrong = await nobody.post("/api/away-proposals/link", json={"token": token[:-2] + "AA"})
    assert wrong.status_code == 404
    done = await nobody.post("/api/away-proposals/link/answer", json={"token": token, "choice": 0})
    assert done.status_code in (200, 201), done.text
    assert (await nobody.post("/api/away-proposals/link", json={"token": token})).json()["status"] == "accepted"


async def test_others_neither_see_nor_answer(room: Room) -> None:
    scene = room.scene
    await room.book(scene.patient, room.at(15))
    await _away(room)
    (proposal,) = await _mine(scene.patient)
    for who in (scene.other_patient, scene.outsider):
        assert await _mine(who) == []
        assert (await _answer(who, proposal, 0)).status_code == 404
    body = {"start": room.at(5, days=6).isoformat(), "end": room.at(6, days=6).isoformat()}
    refused = await scene.patient.client.post(f"/api/providers/{scene.provider_id}/away", json=body)
    assert refused.status_code == 403
