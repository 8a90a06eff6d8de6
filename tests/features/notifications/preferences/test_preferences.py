"""How people are told: what they wish, the number they prove, and addresses that lead nowhere."""

import re
from datetime import timedelta
from email import message_from_string
from typing import Any
from uuid import uuid4

import pytest

from openvisit.features.notifications.preferences.addresses import delivery, mark_dead
from openvisit.features.notifications.preferences.jobs import code_message
from openvisit.features.notifications.preferences.unsubscribing import headers
from openvisit.features.notifications.reminders.planning import replan
from openvisit.platform.db import execute, fetch_all, fetch_one
from tests.support.cast import Person, Scene

pytestmark = pytest.mark.anyio

WISHES = {
    "channels": ["sms", "email"],
    "offsets": [60, 2880, 60],
    "quiet": {"from": "22:30", "until": "07:00"},
    "custom_message": "Bring the insulin",
    "language": "es",
    "opted_out": ["voice"],
}
PATH = "/api/me/notification-preferences"


async def code_for(scene: Scene, person: Person, purpose: str) -> str:
    """The code that the worker sends."""
    parts = scene.app.parts
    message = await code_message(parts.db, parts.vault, person.id, purpose, parts.clock)
    assert message is not None
    found = re.search(r"\d{6}", message.text)
    assert found is not None
    return found[0]


async def test_wishes_are_kept_and_what_is_left_out_is_the_clinics(scene: Scene) -> None:
    before = (await scene.patient.client.get(PATH)).json()
    assert (before["channels"], before["offsets"], before["version"]) == (None, None, 0)
    assert before["usual"]["offsets"] == [1440, 120, 30, 15]
    assert before["email"] == {
        "address": scene.patient.email,
        "proved": True,
        "dead": False,
        "dead_since": None,
        "because": "",
    }
    answer = await scene.patient.client.put(PATH, json=WISHES)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert {name: told[name] for name in WISHES} == {**WISHES, "offsets": [2880, 60]}
    assert answer.headers["ETag"] == f'"{told["version"]}"'
    stale = await scene.patient.client.put(PATH, json=WISHES, headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    assert (await scene.patient.client.put(PATH, json={})).json()["channels"] is None
    assert (await scene.other_patient.client.get(PATH)).json()["version"] == 0


async def test_own_words_are_sealed(scene: Scene) -> None:
    await scene.patient.client.put(PATH, json=WISHES)
    async with scene.app.parts.db.connection(as_system="test") as connection:
        (row,) = await fetch_all(connection, "SELECT * FROM notification_preference", {})
    assert (await scene.patient.client.get(PATH)).json()["custom_message"] == "Bring the insulin"
    assert b"insulin" not in bytes(row["custom_message"])  # with the person's own key


@pytest.mark.parametrize(
    "wrong",
    [
        {"channels": ["fax"]},
        {"channels": ["sms", "sms"]},
        {"offsets": [1]},
        {"offsets": [10] * 11},
        {"quiet": {"from": "25:00", "until": "07:00"}},
        {"quiet": {"from": "22:00"}},
        {"language": "de"},
        {"custom_message": "x" * 301},
    ],
)
async def test_what_is_no_wish(scene: Scene, wrong: dict[str, Any]) -> None:
    assert (await scene.patient.client.put(PATH, json=wrong)).status_code == 422


async def test_a_number_is_proved_by_a_code_before_anything_is_sent_to_it(scene: Scene) -> None:
    client = scene.patient.client
    assert (await client.post("/api/me/phone/code")).json()["code"] == "no_phone"
    assert (await client.put("/api/me/phone", json={"phone": "600 111 222"})).status_code == 422
    given = (await client.put("/api/me/phone", json={"phone": "+34 600 111 222"})).json()["phone"]
    assert (given["address"], given["proved"]) == ("+34600111222", False)
    code = await code_for(scene, scene.patient, "phone")
    wrong = "000000" if code != "000000" else "111111"
    assert (await client.post("/api/me/phone/confirm", json={"code": wrong})).status_code == 401
    assert (await scene.other_patient.client.post("/api/me/phone/confirm", json={"code": code})).status_code == 401
    proved = await client.post("/api/me/phone/confirm", json={"code": code})
    assert proved.json()["phone"]["proved"] is True
    assert (await client.post("/api/me/phone/confirm", json={"code": code})).status_code == 401  # good once
    assert (await client.delete("/api/me/phone")).json()["phone"] is None


async def test_the_code_of_one_number_does_not_prove_the_next(scene: Scene) -> None:
    client = scene.patient.client
    await client.put("/api/me/phone", json={"phone": "+34600111222"})
    code = await code_for(scene, scene.patient, "phone")
    await client.put("/api/me/phone", json={"phone": "+34600999888"})
    assert (await client.post("/api/me/phone/confirm", json={"code": code})).status_code == 401
    assert (await client.get(PATH)).json()["phone"]["proved"] is False


async def test_neither_a_person_nor_a_number_gets_many_codes(scene: Scene) -> None:
    """Each costs, and each wakes somebody."""
    number = {"phone": "+34600111222"}
    own = [await scene.patient.client.put("/api/me/phone", json=number) for _ in range(3)]
    others = [await scene.other_patient.client.put("/api/me/phone", json=number) for _ in range(3)]
    assert [answer.status_code for answer in own + others] == [200] * 5 + [429]
    mailbox = [await scene.patient.client.post("/api/me/mailbox/code") for _ in range(6)]
    assert [answer.status_code for answer in mailbox] == [202] * 5 + [429]


async def test_unsubscribing_by_one_click_without_signing_in(scene: Scene) -> None:
    """RFC 8058: the mailbox provider posts the address of the header; following it changes nothing."""
    parts = scene.app.parts
    made = headers(parts.vault.blind_index, scene.patient.id, "https://visits.example", parts.clock())
    mail = message_from_string("".join(f"{name}: {value}\n" for name, value in made.items()) + "\n")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail["List-Unsubscribe"].strip("<>").removeprefix("https://visits.example")
    page = await scene.app.client.get(address, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/unsubscribe#" + address.rpartition("/")[2])
    assert (await scene.patient.client.get(PATH)).json()["opted_out"] == []
    for _ in range(2):
        done = await scene.app.client.post(address, data={"List-Unsubscribe": "One-Click"})
        assert done.is_success, done.text
    told = (await scene.patient.client.get(PATH)).json()
    assert told["opted_out"] == ["email"]
    for wrong in (address[:-1] + ("A" if address[-1] != "A" else "B"), "/api/unsubscribe/x"):
        assert (await scene.app.client.post(wrong)).status_code == 404
    async with parts.db.connection(as_system="test") as connection:
        rows = await fetch_all(connection, "SELECT data FROM audit WHERE action = 'notification-preference:edit'", {})
    assert [row["data"]["what"] for row in rows] == ["opt-out-link"]


async def test_a_mail_that_came_back_marks_the_address_until_it_is_proved_again(scene: Scene) -> None:
    """Shown to the person, and to those who see the patient; nobody else learns of it."""
    parts = scene.app.parts
    message_id = f"<{uuid4()}@visits.example>"
    async with parts.db.transaction(as_system="test") as connection:
        await execute(
            connection,
            """INSERT INTO scheduled_reminder
                   (id, type, kind, event_id, patient_id, person_id, clinic_id, provider_id, starts_at, minutes, due_at,
                    until, status, channels, channel, next_at, vendor, vendor_message_id, created_at, updated_at)
               VALUES (%(id)s, 'news', 'waitlist_offer', %(id)s, %(id)s, %(person)s, %(id)s, %(id)s, now(), 0, now(),
                       now(), 'sent', '{email}', 'email', now(), 'smtp', %(message_id)s, now(), now())""",
            {"id": uuid4(), "person": scene.patient.id, "message_id": message_id},
        )
        told = {"vendor": "smtp", "message_id": message_id, "status": "bounced", "reason": "5.1.1"}
        await delivery(connection, {**told, "address_is_dead": False}, parts.clock())  # a full mailbox, say
        alive = await fetch_one(connection, "SELECT email_dead_at FROM notification_preference", {})
        assert alive is None
        for _ in range(2):
            await delivery(connection, {**told, "address_is_dead": True}, parts.clock())
        await delivery(connection, {**told, "address_is_dead": True, "message_id": "unknown"}, parts.clock())
    email = (await scene.patient.client.get(PATH)).json()["email"]
    assert (email["dead"], email["because"]) == (True, "5.1.1")
    seen = await scene.staff.client.get(f"/api/patients/{scene.patient.patient_id}/reachability")
    assert seen.json()["email"] == "dead"
    assert scene.patient.email not in seen.text
    outsider = await scene.outsider.client.get(f"/api/patients/{scene.patient.patient_id}/reachability")
    assert outsider.status_code == 404
    await scene.patient.client.post("/api/me/mailbox/code")
    code = await code_for(scene, scene.patient, "mailbox")
    proved = await scene.patient.client.post("/api/me/mailbox/confirm", json={"code": code})
    assert proved.json()["email"]["dead"] is False


async def test_a_complaint_marks_the_address_too_and_a_phone_by_itself(scene: Scene) -> None:
    parts = scene.app.parts
    async with parts.db.transaction(as_system="test") as connection:
        await mark_dead(connection, scene.patient.id, "phone", "unreachable", parts.clock())
    told = (await scene.patient.client.get(PATH)).json()
    assert told["email"]["dead"] is False
    seen = (await scene.staff.client.get(f"/api/patients/{scene.patient.patient_id}/reachability")).json()
    assert (seen["email"], seen["phone"]) == ("good", "none")


RULES = {
    "channels": ["sms"],
    "allowed": ["email", "sms"],
    "offsets": [60, 1440],
    "longest_offset": 4320,
    "most": 2,
    "quiet": None,
    "join_link": None,
    "follow_up": 60,
    "custom_messages": False,
}


async def test_a_clinics_rules(scene: Scene) -> None:
    path = f"/api/clinics/{scene.clinic.id}/reminder-rules"
    usual = (await scene.admin.client.get(path)).json()
    assert (usual["version"], usual["quiet"]) == (0, {"from": "21:00", "until": "08:00"})
    changed = await scene.admin.client.put(path, json=RULES, headers={"If-Match": '"0"'})
    assert changed.json() == {**RULES, "offsets": [1440, 60], "version": 1}
    assert (await scene.admin.client.put(path, json=RULES, headers={"If-Match": '"0"'})).status_code == 412
    unallowed = await scene.admin.client.put(path, json={**RULES, "channels": ["voice"]})
    assert unallowed.json()["errors"][0]["path"] == "body.channels"
    async with scene.app.parts.db.connection(as_system="test") as connection:
        jobs = await fetch_all(
            connection, "SELECT task_name, args FROM procrastinate_jobs WHERE task_name = 'reminders:plan_clinic'", {}
        )
    assert [job["args"]["subject"] for job in jobs] == [str(scene.clinic.id)]


async def test_the_front_desk_marks_an_address_good_again(scene: Scene) -> None:
    """Written into the audit, planned anew, and shown in the ledger until then."""
    parts, path = scene.app.parts, f"/api/patients/{scene.patient.patient_id}/reachability"
    start = parts.clock().replace(hour=15, minute=0) + timedelta(days=1)
    booked = await scene.patient.client.post("/api/appointments", json=scene.slot(start))
    assert booked.status_code == 201, booked.text
    async with parts.db.transaction(as_system="test") as connection:
        await replan(connection, [(scene.patient.patient_id, scene.clinic.id)], parts.clock())  # type: ignore[list-item]
        await mark_dead(connection, scene.patient.id, "email", "5.1.1", parts.clock())
        await execute(connection, "DELETE FROM procrastinate_jobs")
    ledger = (await scene.staff.client.get(f"/api/reminders?clinic_id={scene.clinic.id}")).json()["items"]
    assert {tuple(dead.items()) for line in ledger for dead in line["dead"]} == {
        (("address", "email"), ("because", "5.1.1"))
    }
    assert (await scene.outsider.client.post(f"{path}/restore", json={"address": "email"})).status_code == 404
    for who in (scene.patient, scene.provider):
        assert (await who.client.post(f"{path}/restore", json={"address": "email"})).status_code == 403
    for _ in range(2):
        good = await scene.staff.client.post(f"{path}/restore", json={"address": "email"})
        assert (good.status_code, good.json()["email"], good.json()["email_because"]) == (200, "good", "")
    async with parts.db.connection(as_system="test") as connection:
        (row,) = await fetch_all(connection, "SELECT * FROM audit WHERE action = 'address:restore'")
        jobs = await fetch_all(connection, "SELECT task_name FROM procrastinate_jobs")
    assert (row["actor_id"], row["patient_id"], row["data"]) == (
        scene.staff.id,
        scene.patient.patient_id,
        {"address": "email"},
    )
    assert [job["task_name"] for job in jobs] == ["reminders:plan_patient"]
