"""Breaking the glass: a reason, a short while to read, and everybody concerned is told."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from openvisit.platform.db import execute, fetch_all
from tests.features.identity.steps import Postbox, text_of
from tests.support.cast import Person, Scene

BORN = date(1986, 4, 12)
NOTE = "Brought in unconscious, allergies unknown"


class Ward:
    """A clinic that does not know the scene's patient, and a doctor there."""

    def __init__(self, scene: Scene, clinic_id: Any, doctor: Person, officer: Person, visit: str) -> None:
        self.scene, self.clinic_id, self.doctor, self.officer, self.visit = scene, clinic_id, doctor, officer, visit

    async def open(self, by: Person | None = None, **more: Any) -> Any:
        """Ask to break the patient's record open."""
        body = {
            "clinic_id": str(self.clinic_id),
            "reason": "unconscious",
            "note": NOTE,
            "full_name": "Pat Rivera",
            "born_on": BORN.isoformat(),
            **more,
        }
        return await (by or self.doctor).client.post("/api/emergency-access", json=body)

    async def reads(self, client: Any = None) -> tuple[int, int, int]:
        """What the doctor is answered: for the patient, for their visits, for one visit."""
        client = client or self.doctor.client
        patient = self.scene.patient.patient_id
        paths = (f"/api/patients/{patient}", f"/api/appointments/patient/{patient}", f"/api/appointments/{self.visit}")
        first, second, third = [(await client.get(path)).status_code for path in paths]
        return first, second, third


@pytest.fixture
async def ward(scene: Scene) -> Ward:
    start = scene.app.clock().replace(hour=15) + timedelta(days=3)
    booked = await scene.patient.client.post("/api/appointments", json=scene.slot(start, reason="Chest pain"))
    assert booked.status_code == 201, booked.text
    async with scene.app.parts.db.connection() as connection:
        await execute(
            connection,
            "UPDATE patient SET born_on = %(born)s WHERE id = %(id)s",
            {"born": BORN, "id": scene.patient.patient_id},
        )
    clinic = await scene.cast.clinic("Hilltop Hospital")
    provider_id = await scene.cast.provider(clinic, [], "Emil Erdmann")
    doctor = await scene.cast.person("Emil Erdmann", roles={clinic.id: ["provider"]}, provider_id=provider_id)
    officer = await scene.cast.person("Olga Officer", roles={clinic.id: ["admin"]})
    return Ward(scene, clinic.id, doctor, officer, booked.json()["id"])


async def test_a_closed_record_opens_to_read_and_closes_by_itself(ward: Ward) -> None:
    assert await ward.reads() == (404, 404, 404)
    opened = await ward.open()
    assert opened.status_code == 201, opened.text
    assert opened.json()["open"] is True
    assert await ward.reads() == (200, 200, 200)
    listed = await ward.doctor.client.get(f"/api/appointments/patient/{ward.scene.patient.patient_id}")
    (visit,) = listed.json()["items"]
    assert visit["reason"] == "Chest pain"
    assert visit["moves"] == []
    gone = await ward.doctor.client.request("DELETE", f"/api/appointments/{visit['id']}", json={})
    assert gone.status_code == 403, "it is to read"
    mine = await ward.doctor.client.get("/api/appointments")
    assert mine.json()["items"] == [], "the schedule is not mixed with it"
    ward.scene.app.clock.advance(minutes=61)
    later = ward.scene.app.signed(await ward.scene.cast.token(ward.doctor))
    assert await ward.reads(later) == (404, 404, 404)


async def test_it_is_closed_by_whoever_opened_it(ward: Ward) -> None:
    opened = (await ward.open()).json()
    again = (await ward.open()).json()
    assert again["id"] == opened["id"], "what is open stays as it is"
    address = f"/api/emergency-access/{opened['id']}"
    assert (await ward.scene.staff.client.post(f"{address}/end")).status_code == 404
    assert (await ward.doctor.client.post(f"{address}/end")).status_code == 204
    assert await ward.reads() == (404, 404, 404)


async def test_everybody_concerned_is_told(ward: Ward) -> None:
    postbox = Postbox(ward.scene.app)
    watcher = await ward.scene.cast.person("Priya Watcher", roles={ward.clinic_id: ["staff"]})
    desk = await ward.scene.cast.person("Dora Desk", roles={ward.clinic_id: ["staff"]})
    async with ward.scene.app.parts.db.connection() as connection:
        await execute(connection, "UPDATE role SET scopes = '{privacy}' WHERE person_id = %(id)s", {"id": watcher.id})
    await ward.open()
    told = {str(mail["To"]): text_of(mail) for mail in await postbox.deliver()}
    to = " ".join(told)
    assert ward.scene.patient.email in to
    assert ward.officer.email in to
    assert watcher.email in to, "a privacy officer, who is no admin"
    assert desk.email not in to
    assert ward.scene.admin.email not in to, "the other clinic's people are not concerned"
    assert all("Emil Erdmann" in text for text in told.values())
    assert not any(NOTE in text or "Chest pain" in text or "unconscious" in text for text in told.values())


async def test_it_is_in_the_patients_trail(ward: Ward) -> None:
    await ward.open()
    await ward.reads()
    async with ward.scene.app.parts.db.connection() as connection:
        rows = await fetch_all(
            connection,
            """SELECT DISTINCT action, reason FROM audit
               WHERE patient_id = %(id)s AND actor_id = %(doctor)s ORDER BY action""",
            {"id": ward.scene.patient.patient_id, "doctor": ward.doctor.id},
        )
    assert [(row["action"], row["reason"]) for row in rows] == [
        ("appointment:read", "emergency"),
        ("emergency:open", "emergency"),
        ("patient-history:read", "emergency"),
        ("patient:read", "emergency"),
    ]


async def test_who_may_not(ward: Ward) -> None:
    assert (await ward.open(ward.scene.patient)).status_code == 403
    assert (await ward.open(ward.scene.provider)).status_code == 403, "a provider, but of another clinic"
    for told in ({"note": "short"}, {"reason": "curious"}, {"full_name": None}, {"born_on": None}):
        assert (await ward.open(**told)).status_code == 422
    for told in ({"full_name": "Pat"}, {"born_on": "1986-04-13"}, {"email": "nobody@example.org"}):
        answer = await ward.open(**told)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_record")
    assert (await ward.open(email=ward.scene.patient.email)).status_code == 201


async def test_a_day_has_a_limit_also_for_those_who_ask_at_once(ward: Ward) -> None:
    scene = ward.scene
    people = [await scene.cast.person(f"Somebody {n}", patient=True) for n in range(8)]
    answers = await asyncio.gather(*(ward.open(email=person.email) for person in people))
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [403] * 3


async def test_a_privacy_officer_reviews(ward: Ward) -> None:
    opened = (await ward.open()).json()
    listed = await ward.officer.client.get("/api/emergency-access", params={"clinic_id": str(ward.clinic_id)})
    (case,) = listed.json()["items"]
    assert (case["note"], case["patient_name"], case["verdict"]) == (NOTE, "Pat Rivera", None)
    seen = (await ward.scene.patient.client.get("/api/me/record-access")).json()["items"]
    assert ("emergency:list", "oversight", "privacy") in [(s["action"], s["reason"], s["by"]["role"]) for s in seen]
    address = f"/api/emergency-access/{opened['id']}/review"
    verdict = {"verdict": "not-justified", "note": "No emergency that day"}
    assert (await ward.doctor.client.post(address, json=verdict)).status_code == 404
    assert (await ward.scene.admin.client.post(address, json=verdict)).status_code == 404
    reviewed = await ward.officer.client.post(address, json=verdict)
    assert reviewed.status_code == 200, reviewed.text
    assert reviewed.json()["review_note"] == "No emergency that day"
    assert await ward.reads() == (404, 404, 404), "what was not justified is closed"
    own = (await ward.doctor.client.get("/api/emergency-access")).json()["items"][0]
    assert (own["verdict"], own["note"]) == ("not-justified", None)
    others = await ward.doctor.client.get("/api/emergency-access", params={"clinic_id": str(ward.clinic_id)})
    assert others.status_code == 403
