"""A provider is away: what is proposed to whom, the answers, and who has not answered."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from openvisit.features.waitlist.away import taking_off
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
    body = {"choice": None if choice is None else proposal["choices"][choice]["id"]}
    return await who.client.post(f"/api/away-proposals/{proposal['id']}/answer", json=body)


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


async def _held(room: Room, proposal: dict[str, Any]) -> int:
    """How many times are held for the proposal."""
    (row,) = await room.rows("SELECT count(*) AS n FROM hold WHERE person_id = %(id)s", id=proposal["id"])
    return int(row["n"])


async def test_proposed_times_are_kept_until_they_run_out(room: Room) -> None:
    scene = room.scene
    await room.book(scene.patient, room.at(15, days=3))
    body = {"start": room.at(5, days=3).isoformat(), "end": room.at(5, days=4).isoformat()}
    assert (await scene.staff.client.post(f"/api/providers/{scene.provider_id}/away", json=body)).status_code == 201
    (proposal,) = await _mine(scene.patient)
    number = _of(proposal, "later")
    wanted = scene.slot(datetime.fromisoformat(proposal["choices"][number]["start"]))
    refused = await scene.other_patient.client.post("/api/appointments", json=wanted)
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")
    assert proposal["kept_until"] == (room.now + timedelta(hours=24)).isoformat().replace("+00:00", "Z")
    scene.app.clock.advance(hours=24, seconds=1)  # nobody sweeps: the holds are over all the same
    assert (await scene.other_patient.client.post("/api/appointments", json=wanted)).status_code == 201
    lost = await _answer(scene.patient, proposal, number)
    assert (lost.status_code, lost.json()["code"]) == (409, "slot_taken")
    assert lost.json()["alternatives"]
    (still,) = await _mine(scene.patient)
    assert still["status"] == "open"
    unknown = {"choice": still["id"]}
    answer = await scene.patient.client.post(f"/api/away-proposals/{still['id']}/answer", json=unknown)
    assert (answer.status_code, answer.json()["code"]) == (409, "proposal_changed")
    other = next(n for n, each in enumerate(still["choices"]) if each["kind"] == "later" and n != number)
    assert (await _answer(scene.patient, still, other)).status_code in (200, 201)  # it was still free


@pytest.mark.parametrize("ends", ["accept", "decline", "cancel", "back"])
async def test_nothing_stays_kept_once_it_is_settled(room: Room, ends: str) -> None:
    scene = room.scene
    await _colleague(room)
    visit = await room.book(scene.patient, room.at(15))
    await _away(room)
    (proposal,) = await _mine(scene.patient)
    assert await _held(room, proposal) == len(proposal["choices"]) == 4
    match ends:
        case "accept":
            assert (await _answer(scene.patient, proposal, _of(proposal, "colleague"))).status_code in (200, 201)
        case "decline":
            assert (await _answer(scene.patient, proposal, None)).status_code in (200, 201)
        case "cancel":
            await room.cancel(scene.patient, visit)
            await room.work()
        case "back":
            provider = f"/api/providers/{scene.provider_id}"
            (absence,) = (await scene.staff.client.get(f"{provider}/schedule")).json()["absences"]
            assert (await scene.staff.client.delete(f"{provider}/absences/{absence['id']}")).status_code == 204
            await room.catch_up()
            assert await _mine(scene.patient) == []
            late = await _answer(scene.patient, proposal, 0)
            assert (late.status_code, late.json()["proposal_status"]) == (409, "withdrawn")
    assert await _held(room, proposal) == 0
    assert (await room.rows("SELECT count(*) AS n FROM claim WHERE kind = 'hold'"))[0]["n"] == 0


async def test_who_does_not_answer_is_asked_again_and_rung(room: Room) -> None:
    scene = room.scene
    await room.book(scene.patient, room.at(15, days=6))
    body = {"start": room.at(5, days=6).isoformat(), "end": room.at(5, days=7).isoformat()}
    made = await scene.provider.client.post(f"/api/providers/{scene.provider_id}/away", json=body)
    (proposal,) = made.json()["proposals"]
    assert len([m for m in await room.work() if "choose another time" in m["Subject"]]) == 1
    path = f"/api/away-proposals/{proposal['id']}"
    early = await scene.staff.client.post(f"{path}/remind")
    assert (early.status_code, early.json()["code"]) == (409, "reminded_lately")
    scene.app.clock.advance(hours=30)
    await room.catch_up()
    again = await scene.provider.client.post(f"{path}/remind")
    assert again.status_code in (200, 201), again.text
    assert again.json()["reminders"] == 1
    assert again.json()["kept_until"] > proposal["kept_until"]
    assert await _held(room, proposal) == len(again.json()["choices"]) > 0
    assert len([m for m in await room.work() if "choose another time" in m["Subject"]]) == 1
    called = await scene.staff.client.put(f"{path}/call", json={"called": True})
    assert called.status_code == 200, called.text
    listed = await scene.staff.client.get(f"/api/clinics/{scene.clinic.id}/away")
    (shown,) = listed.json()["items"][0]["proposals"]
    assert shown["called_at"] is not None
    assert (await scene.staff.client.put(f"{path}/call", json={"called": False})).json()["called_at"] is None
    for who in (scene.patient, scene.other_patient):
        assert (await who.client.post(f"{path}/remind")).status_code in (403, 404)
    old = {"choice": proposal["choices"][0]["id"]}  # of the first mail's page, left open
    stale = await scene.patient.client.post(f"{path}/answer", json=old)
    assert (stale.status_code, stale.json()["code"]) == (409, "proposal_changed")
    assert (await _answer(scene.patient, again.json(), 0)).status_code in (200, 201)
    over = await scene.staff.client.post(f"{path}/remind")
    assert (over.status_code, over.json()["proposal_status"]) == (409, "accepted")


async def test_whom_a_process_that_died_did_not_ask_the_worker_asks(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = room.scene
    await room.book(scene.patient, room.at(15))

    async def die(*_: object) -> None:
        raise SystemError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(taking_off, "propose_all", die)
        body = {"start": room.at(5).isoformat(), "end": room.at(5, days=2).isoformat()}
        assert (await scene.staff.client.post(f"/api/providers/{scene.provider_id}/away", json=body)).status_code == 500
    assert await _mine(scene.patient) == []
    mails = await room.work()
    assert len([m for m in mails if "choose another time" in m["Subject"]]) == 1
    (proposal,) = await _mine(scene.patient)
    assert await _held(room, proposal) == len(proposal["choices"]) > 0


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
    choice = seen.json()["choices"][0]["id"]
    done = await nobody.post("/api/away-proposals/link/answer", json={"token": token, "choice": choice})
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


async def test_a_booking_that_crossed_with_the_absence_is_found(room: Room) -> None:
    """Neither saw the other: the visit is there, and nobody was asked. What is booked later is there on purpose."""
    scene = room.scene
    await room.book(scene.patient, room.at(15))
    await _away(room)
    await room.rows("DELETE FROM away_proposal RETURNING id")
    await room.catch_up()
    (proposal,) = await _mine(scene.patient)
    assert await _held(room, proposal) == len(proposal["choices"]) > 0
    scene.app.clock.advance(minutes=2)
    whom = {"patient_id": str(scene.patient.patient_id)}
    anyway = scene.slot(room.at(16), overbook=True, overbook_reason="a colleague covers", **whom)
    made = await scene.staff.client.post("/api/appointments", json=anyway)
    assert made.status_code == 201, made.text
    await room.catch_up()
    assert [one["id"] for one in await _mine(scene.patient)] == [proposal["id"]]
