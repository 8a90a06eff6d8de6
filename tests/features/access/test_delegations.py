"""Acting for a patient: invited, scoped, ended at once; never more than was given."""

import asyncio
from datetime import date
from typing import Any

import pytest

from openvisit.platform.db import execute, fetch_all
from tests.features.access.conftest import Family, Invite, joined
from tests.features.identity.steps import Postbox
from tests.support.cast import Scene

BORN_OF_AGE, BORN_CHILD, BORN_TEEN = date(1986, 4, 12), date(2019, 5, 4), date(2012, 5, 4)


async def born(scene: Scene, patient_id: Any, day: date) -> None:
    """Set a patient's date of birth."""
    async with scene.app.parts.db.connection() as connection:
        await execute(
            connection, "UPDATE patient SET born_on = %(day)s WHERE id = %(id)s", {"day": day, "id": patient_id}
        )


async def policy(scene: Scene, **columns: Any) -> None:
    """Set the clinic's policy."""
    answer = await scene.admin.client.put(f"/api/clinics/{scene.clinic.id}/policy", json=columns)
    assert answer.status_code == 200, answer.text


async def seen(family: Family) -> list[str]:
    """The ids of the visits the delegate is shown."""
    listed = await family.delegate.client.get("/api/appointments")
    by_patient = await family.delegate.client.get(f"/api/appointments/patient/{family.patient.patient_id}")
    ids = [item["id"] for item in listed.json()["items"]]
    assert sorted(item["id"] for item in by_patient.json()["items"]) == sorted(ids)
    return ids


async def test_a_delegate_books_sees_moves_and_cancels(family: Family) -> None:
    booked = await family.book(family.delegate)
    assert booked["patient"]["id"] == str(family.patient.patient_id)
    assert await seen(family) == [booked["id"]]
    address = f"/api/appointments/{booked['id']}"
    assert "cancel" in (await family.delegate.client.get(address)).json()["moves"]
    start = family.slot(17)["start"]
    moved = await family.delegate.client.put(f"{address}/reschedule", json={"start": start})
    assert moved.status_code == 200, moved.text
    gone = await family.delegate.client.request("DELETE", address, json={"reason": "Better"})
    assert gone.status_code == 200, gone.text
    history = (await family.patient.client.get(f"{address}/history")).json()["items"]
    assert {entry["by"] for entry in history} == {"Cara Carer"}


@pytest.mark.parametrize(
    ("scopes", "reads", "books"),
    [(["visits"], False, False), (["visits", "book"], False, True), (["visits", "health"], True, False)],
)
async def test_nobody_may_more_than_was_given(
    scene: Scene, invite: Invite, scopes: list[str], reads: bool, books: bool
) -> None:
    family = await joined(scene, invite, scopes=scopes)
    booked = await family.book(family.patient, reason="A delicate thing", accommodations={"notes": "Quiet please"})
    found = (await family.delegate.client.get(f"/api/appointments/{booked['id']}")).json()
    assert (found["reason"], found["accommodations"]) == (
        ("A delicate thing", {"notes": "Quiet please"}) if reads else ("", {})
    )
    answer = await family.delegate.client.post("/api/appointments", json=family.slot(17))
    assert answer.status_code == (201 if books else 404), answer.text
    gone = await family.delegate.client.request("DELETE", f"/api/appointments/{booked['id']}", json={})
    assert gone.status_code == (200 if books else 403), gone.text
    hidden = await family.delegate.client.put(f"/api/appointments/{booked['id']}/privacy", json={"private": True})
    assert hidden.status_code == 403


async def test_strangers_and_the_uninvited_see_nothing(family: Family) -> None:
    booked = await family.book(family.patient)
    stranger = await family.scene.cast.person("Sara Stranger", patient=True)
    assert (await stranger.client.get(f"/api/appointments/{booked['id']}")).status_code == 404
    assert (await stranger.client.get(f"/api/patients/{family.patient.patient_id}")).status_code == 404
    assert (await stranger.client.post("/api/appointments", json=family.slot(16))).status_code == 404
    # It is no two-way street.
    own = await family.delegate.client.get(f"/api/appointments/patient/{family.delegate.patient_id}")
    assert own.status_code == 200
    other_way = await family.patient.client.get(f"/api/appointments/patient/{family.delegate.patient_id}")
    assert other_way.status_code == 404


async def test_it_ends_at_once_by_either_of_them(family: Family, postbox: Postbox) -> None:
    booked = await family.book(family.patient)
    assert await seen(family) == [booked["id"]]
    assert (await family.patient.client.delete(f"/api/delegations/{family.delegation_id}")).status_code == 204
    assert (await family.delegate.client.get("/api/appointments")).json()["items"] == []
    assert (await family.delegate.client.get(f"/api/appointments/{booked['id']}")).status_code == 404
    told = await postbox.deliver()
    assert {family.patient.email, family.delegate.email} <= {str(m["To"]).rpartition("<")[2].rstrip(">") for m in told}
    assert (await family.patient.client.delete(f"/api/delegations/{family.delegation_id}")).status_code == 204
    assert not await postbox.deliver(), "ending twice tells once"


async def test_it_ends_by_its_day(family: Family) -> None:
    booked = await family.book(family.patient)
    changed = await family.patient.client.patch(
        f"/api/delegations/{family.delegation_id}", json={"expires_on": "2027-03-02"}
    )
    assert changed.status_code == 200, changed.text
    assert await seen(family) == [booked["id"]]
    family.scene.app.clock.advance(days=2)
    family.scene.app.parts.tokens.forget(family.delegate.id)  # it is remembered for half a minute
    fresh = await family.scene.cast.token(family.delegate)
    listed = await family.scene.app.signed(fresh).get("/api/appointments")
    assert listed.json()["items"] == []


async def test_a_delegate_cannot_give_themselves_more(family: Family) -> None:
    answer = await family.delegate.client.patch(
        f"/api/delegations/{family.delegation_id}", json={"scopes": ["visits", "book", "health"]}
    )
    assert answer.status_code == 404


async def test_an_invitation_is_for_its_address_once(scene: Scene, invite: Invite) -> None:
    delegate, thief = [await scene.cast.person(name, patient=True) for name in ("Cara Carer", "Theo Thief")]
    code = await invite(scene.patient, delegate)
    assert (await thief.client.post("/api/me/delegations/accept", json={"code": code})).status_code == 404
    both = await asyncio.gather(
        *(delegate.client.post("/api/me/delegations/accept", json={"code": code}) for _ in range(5))
    )
    assert sorted(answer.status_code for answer in both) == [200, 404, 404, 404, 404]


async def test_an_invitation_runs_out_and_can_be_taken_back(scene: Scene, invite: Invite) -> None:
    delegate = await scene.cast.person("Cara Carer", patient=True)
    code = await invite(scene.patient, delegate)
    (open_one,) = (await scene.patient.client.get("/api/me/delegations")).json()["given"]
    assert (open_one["status"], open_one["delegate"]) == ("invited", delegate.email)
    assert (await scene.patient.client.delete(f"/api/delegations/{open_one['id']}")).status_code == 204
    assert (await delegate.client.post("/api/me/delegations/accept", json={"code": code})).status_code == 404
    code = await invite(scene.patient, delegate)
    scene.app.clock.advance(days=15)
    fresh = scene.app.signed(await scene.cast.token(delegate))
    assert (await fresh.post("/api/me/delegations/accept", json={"code": code})).status_code == 404


async def test_the_answer_tells_nothing_of_the_address(scene: Scene, postbox: Postbox) -> None:
    body = {"kind": "carer", "scopes": ["visits"], "expires_on": "2027-12-31"}
    for email in (scene.other_patient.email, "nobody.at.all@example.org"):
        answer = await scene.patient.client.post("/api/me/delegations", json={**body, "email": email})
        assert (answer.status_code, answer.content) == (202, b"null")
        assert len(await postbox.deliver()) == 1
    own = await scene.patient.client.post("/api/me/delegations", json={**body, "email": scene.patient.email})
    assert own.status_code == 422


async def test_strangers_are_not_mailed_without_end(scene: Scene) -> None:
    body = {"kind": "carer", "scopes": ["visits"], "expires_on": "2027-12-31"}
    told = [
        (
            await scene.patient.client.post("/api/me/delegations", json={**body, "email": f"somebody{n}@example.org"})
        ).status_code
        for n in range(12)
    ]
    assert told == [202] * 10 + [409] * 2


async def test_a_child_without_an_address(scene: Scene) -> None:
    parent = await scene.cast.person("Pia Parent", patient=True)
    child = {"full_name": "Mia Parent", "born_on": BORN_CHILD.isoformat(), "time_zone": "America/New_York"}
    added = await parent.client.post("/api/me/dependents", json=child)
    assert added.status_code == 201, added.text
    delegation = added.json()
    assert delegation["expires_at"].startswith("2037-05-04")
    patient_id = delegation["patient_id"]
    found = (await parent.client.get(f"/api/patients/{patient_id}")).json()
    assert (found["full_name"], found["email"]) == ("Mia Parent", None)
    texts = (await parent.client.get(f"/api/clinics/{scene.clinic.id}/consent-texts")).json()
    start = scene.app.clock().replace(hour=15)
    slot = scene.slot(start.replace(day=start.day + 3), patient_id=patient_id)
    refused = await parent.client.post("/api/appointments", json=slot)
    assert refused.json()["code"] == "consent_needed", refused.text
    kinds = ("treatment", "telehealth")
    agreed = [{"kind": t["kind"], "text": t["id"]} for t in texts["items"] if t["kind"] in kinds]
    given = await parent.client.post(
        "/api/consents",
        json={"clinic_id": str(scene.clinic.id), "patient_id": patient_id, "agreed": agreed, "language": "en"},
    )
    assert given.status_code in (200, 201), given.text
    booked = await parent.client.post("/api/appointments", json=slot)
    assert booked.status_code == 201, booked.text
    of_age = await parent.client.post("/api/me/dependents", json={**child, "born_on": BORN_OF_AGE.isoformat()})
    assert of_age.status_code == 422


async def test_a_clinic_enters_a_parent_with_proof(scene: Scene, postbox: Postbox) -> None:
    await scene.patient.client.post(
        "/api/appointments",
        json=scene.slot(scene.app.clock().replace(hour=15, day=scene.app.clock().day + 3)),
    )
    parent = await scene.cast.person("Pia Parent", patient=True)
    body = {"email": parent.email, "kind": "parent", "scopes": ["visits", "book"], "expires_on": "2027-12-31"}
    address = f"/api/patients/{scene.patient.patient_id}/delegations"
    assert (await scene.outsider.client.post(address, json=body)).status_code == 404
    assert (await scene.staff.client.post(address, json=body)).status_code == 422
    told = await scene.staff.client.post(address, json={**body, "proof": "birth-certificate"})
    assert told.status_code == 202, told.text
    (invited,) = (await scene.staff.client.get(address)).json()["items"]
    assert invited["by_clinic"] == "Riverside Clinic"
    (shown,) = (await scene.patient.client.get("/api/me/delegations")).json()["given"]
    assert shown["id"] == invited["id"], "the patient sees what the clinic did"
    assert (await scene.patient.client.delete(f"/api/delegations/{shown['id']}")).status_code == 204


# What is private


async def test_what_the_patient_keeps_private_is_hidden_and_still_takes_the_time(family: Family) -> None:
    open_one = await family.book(family.patient, 14)
    private = await family.book(family.patient, 15, private=True, reason="Mine alone")
    assert await seen(family) == [open_one["id"]]
    await assert_hidden(family, private["id"])
    clash = await family.delegate.client.post("/api/appointments", json=family.slot(15))
    assert clash.status_code == 409
    assert private["id"] not in clash.text
    shown = await family.patient.client.put(f"/api/appointments/{private['id']}/privacy", json={"private": False})
    assert shown.json()["private"] is False
    assert await seen(family) == [open_one["id"], private["id"]]


async def test_a_delegate_cannot_book_what_is_hidden_from_them(family: Family) -> None:
    answer = await family.delegate.client.post("/api/appointments", json=family.slot(15, private=True))
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("proxies_see", "born_on", "hidden"),
    [
        ("not-private", BORN_TEEN, {"private"}),
        ("nothing", BORN_TEEN, {"private", "open"}),
        ("all", BORN_TEEN, set()),
        ("nothing", BORN_CHILD, {"private"}),
        ("all", BORN_OF_AGE, {"private"}),
    ],
)
async def test_the_clinics_policy_decides_about_adolescents(
    scene: Scene, invite: Invite, proxies_see: str, born_on: date, hidden: set[str]
) -> None:
    family = await joined(scene, invite)
    await born(scene, scene.patient.patient_id, born_on)
    await policy(scene, proxies_see=proxies_see)
    visits = {
        "open": (await family.book(family.patient, 14))["id"],
        "private": (await family.book(family.patient, 15, private=True))["id"],
    }
    shown = await seen(family)
    assert {name for name, id_ in visits.items() if id_ not in shown} == hidden
    for name in hidden:
        await assert_hidden(family, visits[name])


async def assert_hidden(family: Family, visit: str) -> None:
    """No route tells the delegate that the visit is there."""
    client = family.delegate.client
    address = f"/api/appointments/{visit}"
    answers = [
        await client.get(address),
        await client.get(f"{address}/history"),
        await client.get(f"{address}/calendar.ics"),
        await client.request("DELETE", address, json={}),
        await client.put(f"{address}/reschedule", json={"start": family.slot(18)["start"]}),
        await client.put(f"{address}/privacy", json={"private": False}),
        await client.post(f"{address}/confirm"),
        await client.post(f"{address}/check-in"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    for path in ("/api/appointments", f"/api/appointments/patient/{family.patient.patient_id}"):
        assert visit not in (await client.get(path, params={"limit": 200})).text


async def test_revoking_and_booking_at_once_is_one_or_the_other(family: Family) -> None:
    answers = await asyncio.gather(
        family.patient.client.delete(f"/api/delegations/{family.delegation_id}"),
        *(family.delegate.client.post("/api/appointments", json=family.slot(hour)) for hour in (14, 15, 16)),
    )
    assert answers[0].status_code == 204
    assert {answer.status_code for answer in answers[1:]} <= {201, 404}
    after = await family.delegate.client.post("/api/appointments", json=family.slot(18))
    assert after.status_code == 404


async def test_everything_is_in_the_trail_of_the_patient(family: Family) -> None:
    booked = await family.book(family.delegate)
    await family.delegate.client.get(f"/api/appointments/{booked['id']}")
    await family.patient.client.delete(f"/api/delegations/{family.delegation_id}")
    async with family.scene.app.parts.db.connection() as connection:
        rows = await fetch_all(
            connection,
            "SELECT action, acting_as, reason FROM audit WHERE patient_id = %(id)s ORDER BY id",
            {"id": family.patient.patient_id},
        )
    assert [(row["action"], row["acting_as"]) for row in rows] == [
        ("delegation:invite", "patient"),
        ("delegation:accept", "delegate"),
        ("appointment:book", "delegate"),
        ("appointment:read", "delegate"),
        ("delegation:end", "patient"),
    ]
