"""Erasing a person: with second thoughts, with what the law keeps, and however often the job is killed."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from openvisit.features.privacy import erase as erasing
from openvisit.features.privacy.erase import STEPS, erase
from openvisit.features.privacy.jobs import defer_due
from openvisit.features.privacy.sources import SOURCES
from openvisit.platform.db import execute, fetch_all, fetch_one
from tests.features.privacy.conftest import REQUESTS, Office

SOURCES_FOLDER = str(Path(__file__).resolve().parents[3] / "src")
SECRET = "Planted: the lump behind the ear"


async def due(office: Office, who: Any) -> UUID:
    """An erasure whose days for second thoughts are over."""
    asked = await office.asked(who, "erase")
    office.scene.app.clock.advance(days=7, minutes=1)
    return UUID(asked["id"])


async def rows(office: Office, query: str, **values: Any) -> list[dict[str, Any]]:
    async with office.scene.app.parts.db.connection() as connection:
        return await fetch_all(connection, query, values)


async def assert_erased(office: Office, person_id: UUID, patient_id: UUID) -> None:
    (person,) = await rows(office, "SELECT * FROM person WHERE id = %(id)s", id=person_id)
    assert (person["full_name"], bytes(person["email"]), person["phone"]) == ("Erased person", b"", None)
    assert (person["password_hash"], person["active"]) == (None, False)
    (patient,) = await rows(office, "SELECT * FROM patient WHERE id = %(id)s", id=patient_id)
    assert patient["born_on"] is None
    values = {"person_id": person_id, "patient_id": patient_id, "email_index": b"of an address nobody has any more"}
    for source in SOURCES:
        if source.erase.startswith("DELETE"):
            query = f"SELECT 1 FROM {source.table} t WHERE {source.mine}"
            named = {name: value for name, value in values.items() if f"%({name})s" in query}
            assert await rows(office, query, **named) == [], source.table
    for visit in await rows(office, "SELECT * FROM appointment WHERE patient_id = %(id)s", id=patient_id):
        assert bytes(visit["reason"]) == b""
    (key,) = await rows(office, "SELECT wrapped FROM keyring.data_key WHERE owner = %(id)s", id=person_id)
    assert bytes(key["wrapped"]) == b""


async def test_the_plan_says_what_goes_and_what_is_kept(office: Office) -> None:
    patient = office.scene.patient
    await office.visit(patient, -30, status="completed", reason=SECRET)
    await office.visit(patient, 2)
    plan = (await patient.client.get("/api/me/privacy/erasure")).json()
    erased = {line["what"]: line["count"] for line in plan["erased"]}
    assert (erased["visits-text"], erased["visits-upcoming"]) == (2, 1)
    medical = next(line for line in plan["kept"] if line["what"] == "medical")
    assert (medical["clinic_name"], medical["count"]) == ("Riverside Clinic", 1)
    assert medical["until"][:4] == "2037"
    assert (plan["days_to_undo"], plan["blocked"]) == (7, False)


async def test_a_week_for_second_thoughts(office: Office) -> None:
    patient = office.scene.patient
    asked = await office.asked(patient, "erase")
    assert asked["status"] == "waiting"
    await erase(office.eraser, UUID(asked["id"]))
    assert (await patient.client.get("/api/me")).is_success, "nothing happens before its time"
    mails = await office.told()
    assert [mail["Subject"] for mail in mails] == ["Your account will be erased"]
    undone = await patient.client.post(f"{REQUESTS}/{asked['id']}/undo")
    assert undone.json()["status"] == "cancelled"
    office.scene.app.clock.advance(days=8)
    await erase(office.eraser, UUID(asked["id"]))
    (person,) = await rows(office, "SELECT active, full_name FROM person WHERE id = %(id)s", id=patient.id)
    assert (person["active"], person["full_name"]) == (True, "Pat Rivera")


async def test_erasing_leaves_facts_about_nobody_and_a_certificate(office: Office) -> None:
    patient = office.scene.patient
    await patient.client.patch("/api/me/details", json={"phone": "+1 555 0199", "born_on": "1986-04-12"})
    past = await office.visit(patient, -30, status="completed", reason=SECRET)
    ahead = await office.visit(patient, 20, reason=SECRET)
    request_id = await due(office, patient)
    await erase(office.eraser, request_id)

    assert patient.patient_id is not None
    await assert_erased(office, patient.id, patient.patient_id)
    visits = await rows(office, "SELECT id, status FROM appointment ORDER BY starts_at")
    assert [(str(v["id"]), v["status"]) for v in visits] == [(past, "completed"), (ahead, "cancelled")]
    assert await rows(office, "SELECT FROM claim WHERE appointment_id = %(id)s::uuid", id=ahead) == []
    (cancelled,) = await rows(
        office, "SELECT type FROM event WHERE subject = %(id)s::uuid AND type LIKE '%%cancelled'", id=ahead
    )
    assert cancelled["type"] == "appointment.cancelled"

    (request,) = await rows(office, "SELECT * FROM privacy_request WHERE id = %(id)s", id=request_id)
    assert (request["status"], request["progress"]) == ("done", 100)
    mails = await office.told()
    last = next(mail for mail in mails if mail["Subject"] == "Your account has been erased")
    assert str(last["To"]).endswith(f"<{patient.email}>")
    text = last.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert request["facts"]["certificate"] in text
    assert "Riverside Clinic: 2037" in text
    (request,) = await rows(office, "SELECT contact FROM privacy_request WHERE id = %(id)s", id=request_id)
    assert request["contact"] is None, "the address is forgotten with the mail"
    assert await office.told() == []


async def test_the_clinic_sees_the_visit_without_whose_it_was(office: Office) -> None:
    past = await office.visit(office.scene.patient, -3, status="completed", reason=SECRET)
    await erase(office.eraser, await due(office, office.scene.patient))
    staff = await office.scene.cast.person("Late Staff", roles={office.scene.clinic.id: ["staff"]})
    seen = await staff.client.get(f"/api/appointments/{past}")
    assert seen.status_code == 200, seen.text
    assert (seen.json()["patient"]["name"], seen.json()["reason"]) == ("Erased person", "")
    listed = (await staff.client.get("/api/patients")).json()["items"]
    assert "Erased person" not in [one["full_name"] for one in listed]


async def test_what_the_law_keeps_is_set_aside_sealed_and_opened_with_a_reason_alone(office: Office) -> None:
    await office.visit(office.scene.patient, -30, status="completed", reason=SECRET)
    await erase(office.eraser, await due(office, office.scene.patient))
    admin = await office.scene.cast.person("Late Admin", roles={office.scene.clinic.id: ["admin"]})
    path = f"/api/clinics/{office.scene.clinic.id}/retained-records"
    (kept,) = (await admin.client.get(path)).json()["items"]
    assert (kept["visits"], kept["keep_until"][:4]) == (1, "2037")
    opened = await admin.client.post(f"{path}/{kept['id']}/open", json={"reason": "legal-claim"})
    assert opened.json()["content"]["name"] == "Pat Rivera"
    assert opened.json()["content"]["visits"][0]["reason"] == SECRET
    (trail,) = await rows(office, "SELECT data FROM audit WHERE action = 'retained-record:open'")
    assert trail["data"] == {"why": "legal-claim"}
    (stored,) = await rows(office, "SELECT content FROM retained_record")
    assert SECRET.encode() not in bytes(stored["content"])


async def test_nothing_is_set_aside_where_there_was_no_treatment(office: Office) -> None:
    await office.visit(office.scene.patient, 20)
    await erase(office.eraser, await due(office, office.scene.patient))
    assert await rows(office, "SELECT FROM retained_record") == []


async def test_the_only_admin_of_a_clinic_hands_over_first(office: Office) -> None:
    admin, scene = office.scene.admin, office.scene
    refused = await admin.client.post(REQUESTS, json={"kind": "erase"})
    assert (refused.status_code, refused.json()["code"]) == (409, "erasure_blocked")
    other = await scene.cast.person("Second Admin", roles={scene.clinic.id: ["admin"]})
    request_id = await due(office, admin)
    async with scene.app.parts.db.connection() as connection:
        await execute(connection, "DELETE FROM role WHERE person_id = %(id)s", {"id": other.id})
    await erase(office.eraser, request_id)
    (row,) = await rows(office, "SELECT status FROM privacy_request WHERE id = %(id)s", id=request_id)
    assert row["status"] == "waiting", "it waits until somebody else is admin"


async def test_two_jobs_at_once_erase_once(office: Office) -> None:
    await office.visit(office.scene.patient, -30, status="completed", reason=SECRET)
    request_id = await due(office, office.scene.patient)
    await asyncio.gather(*(erase(office.eraser, request_id) for _ in range(4)))
    assert len(await rows(office, "SELECT FROM retained_record")) == 1
    assert len(await rows(office, "SELECT FROM audit WHERE action = 'privacy:erase'")) == 1


@pytest.mark.parametrize("name", [name for name, _ in STEPS])
async def test_a_fault_in_any_step_loses_nothing(office: Office, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    patient = office.scene.patient
    await office.visit(patient, -30, status="completed", reason=SECRET)
    await office.visit(patient, 20)
    request_id = await due(office, patient)
    real = dict(STEPS)[name]

    async def breaks(*given: Any) -> list[str]:
        await real(*given)
        raise RuntimeError("the lights went out")

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "STEPS", tuple((n, breaks if n == name else s) for n, s in STEPS))
        with pytest.raises(RuntimeError):
            await erase(office.eraser, request_id)
    await erase(office.eraser, request_id)
    assert patient.patient_id is not None
    await assert_erased(office, patient.id, patient.patient_id)
    assert len(await rows(office, "SELECT FROM retained_record")) == 1


_KILLED = """
import asyncio, os, signal, sys
from datetime import datetime
from uuid import UUID
from openvisit.features.privacy import erase as erasing
from openvisit.main.parts import build
from openvisit.platform.principal import SYSTEM, become
from openvisit.settings import Settings

async def main():
    become(SYSTEM)
    url, secret, data, request_id, at, name = sys.argv[1:]
    settings = Settings(database_url=url, secret_key=secret, openvisit_data_dir=data)
    parts = build(settings, lambda: datetime.fromisoformat(at))
    await parts.db.open()
    await parts.vault.start()
    real = dict(erasing.STEPS)[name]
    async def dies(*given):
        await real(*given)
        os.kill(os.getpid(), signal.SIGKILL)
    erasing.STEPS = tuple((n, dies if n == name else s) for n, s in erasing.STEPS)
    eraser = erasing.Eraser(parts.db, parts.vault, parts.live, parts.subscriptions, parts.clock)
    await erasing.erase(eraser, UUID(request_id))

asyncio.run(main())
"""


@pytest.mark.parametrize("name", ["visits", "blank", "shred"])
async def test_a_killed_erasure_is_found_and_finished(office: Office, name: str) -> None:
    parts, patient = office.scene.app.parts, office.scene.patient
    await office.visit(patient, -30, status="completed", reason=SECRET)
    request_id = await due(office, patient)
    settings = parts.settings
    given = [settings.database_url, settings.secret_key, settings.openvisit_data_dir, str(request_id)]
    died = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", _KILLED, *given, parts.clock().isoformat(), name],
        env={**os.environ, "PYTHONPATH": SOURCES_FOLDER},
        capture_output=True,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    (row,) = await rows(office, "SELECT status, step FROM privacy_request WHERE id = %(id)s", id=request_id)
    order = [known for known, _ in STEPS]
    assert (row["status"], row["step"]) == ("running", order[order.index(name) - 1])

    async with parts.db.connection() as connection:  # the job died with its worker, and is nowhere any more
        await execute(connection, "DELETE FROM procrastinate_jobs WHERE lock = %(l)s", {"l": f"privacy:{request_id}"})
    await defer_due(parts.db, parts.clock)
    await defer_due(parts.db, parts.clock)
    (job,) = await rows(office, "SELECT args FROM procrastinate_jobs WHERE task_name = 'privacy:erase'")
    assert job["args"] == {"request_id": str(request_id)}
    await erase(office.eraser, request_id)
    assert patient.patient_id is not None
    await assert_erased(office, patient.id, patient.patient_id)


async def test_an_erased_person_cannot_sign_in_and_the_address_is_free_again(office: Office) -> None:
    patient = office.scene.patient
    await erase(office.eraser, await due(office, patient))
    assert (await patient.client.get("/api/me")).status_code == 401
    assert await rows(office, "SELECT FROM session WHERE person_id = %(id)s", id=patient.id) == []
    index = office.scene.app.parts.vault.address_index(patient.email)
    async with office.scene.app.parts.db.connection() as connection:
        assert await fetch_one(connection, "SELECT FROM person WHERE email_index = %(i)s", {"i": index}) is None
