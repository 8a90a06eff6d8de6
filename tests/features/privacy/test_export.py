"""Exports: everything, for the person alone, for a week."""

import io
import json
import zipfile
from typing import Any

from openvisit.features.privacy.gather import gather
from openvisit.features.privacy.sources import SOURCES
from openvisit.platform.db import execute, fetch_all, fetch_one
from tests.features.privacy.conftest import REQUESTS, Office


def opened(content: bytes) -> tuple[dict[str, Any], str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sorted(archive.namelist()) == ["data.json", "record.html"]
        return json.loads(archive.read("data.json")), archive.read("record.html").decode()


async def test_everything_about_a_person_comes_in_a_zip(office: Office) -> None:
    patient = office.scene.patient
    await office.visit(patient, 2, reason="A rash <b>behind</b> the knee")
    await patient.client.patch("/api/me/details", json={"phone": "+1 555 0199", "born_on": "1986-04-12"})
    asked = await office.asked(patient, "export")
    assert (asked["status"], asked["progress"]) == ("open", 0)
    await office.exported(asked["id"])
    (done,) = (await patient.client.get(REQUESTS)).json()["items"]
    assert (done["status"], done["progress"]) == ("done", 100)

    answer = await patient.client.get(f"{REQUESTS}/{asked['id']}/file")
    assert answer.headers["content-type"] == "application/zip"
    data, page = opened(answer.content)
    assert data["tables"].keys() == {source.table for source in SOURCES}
    (person,) = data["tables"]["person"]
    assert (person["email"], person["phone"]) == (patient.email, "+1 555 0199")
    assert "password_hash" not in person
    (visit,) = data["tables"]["appointment"]
    assert visit["reason"] == "A rash <b>behind</b> the knee"
    assert visit["provider"] == "Ada Moreno"
    assert "A rash &lt;b&gt;behind&lt;/b&gt; the knee" in page
    assert "<script" not in page
    mails = await office.told()
    assert [mail["Subject"] for mail in mails] == ["Your data are ready to download"]
    assert "rash" not in mails[0].as_string()


async def test_an_export_is_sealed_at_rest_and_for_its_person_alone(office: Office) -> None:
    patient = office.scene.patient
    asked = await office.asked(patient, "export")
    await office.exported(asked["id"])
    async with office.scene.app.parts.db.connection() as connection:
        row = await fetch_one(connection, "SELECT content FROM privacy_export")
    assert row is not None
    assert not bytes(row["content"]).startswith(b"PK")
    path = f"{REQUESTS}/{asked['id']}/file"
    for other in (office.scene.other_patient, office.scene.admin):
        assert (await other.client.get(path)).status_code == 404
    async with office.scene.app.parts.db.connection() as connection:
        await execute(connection, "UPDATE privacy_export SET expires_at = %(now)s", {"now": office.scene.app.clock()})
    gone = await patient.client.get(path)
    assert (gone.status_code, gone.json()["code"]) == (404, "privacy_export_gone")


async def test_each_download_is_audited(office: Office) -> None:
    patient = office.scene.patient
    asked = await office.asked(patient, "export")
    await office.exported(asked["id"])
    for _ in range(2):
        assert (await patient.client.get(f"{REQUESTS}/{asked['id']}/file")).is_success
    async with office.scene.app.parts.db.connection() as connection:
        rows = await fetch_all(connection, "SELECT actor_id FROM audit WHERE action = 'privacy-export:download'")
    assert [row["actor_id"] for row in rows] == [patient.id, patient.id]


async def test_one_export_at_a_time_and_a_second_run_changes_nothing(office: Office) -> None:
    patient = office.scene.patient
    asked = await office.asked(patient, "export")
    again = await patient.client.post(REQUESTS, json={"kind": "export"})
    assert (again.status_code, again.json()["code"]) == (409, "privacy_request_open")
    assert again.json()["request_id"] == asked["id"]
    await office.exported(asked["id"])
    first = (await patient.client.get(f"{REQUESTS}/{asked['id']}/file")).content
    await office.exported(asked["id"])
    assert (await patient.client.get(f"{REQUESTS}/{asked['id']}/file")).content == first
    assert (await patient.client.post(REQUESTS, json={"kind": "export"})).status_code == 201


async def test_nothing_of_anybody_else_is_in_it(office: Office) -> None:
    await office.visit(office.scene.other_patient, 2, reason="Somebody else's secret")
    asked = await office.asked(office.scene.patient, "export")
    await office.exported(asked["id"])
    content = (await office.scene.patient.client.get(f"{REQUESTS}/{asked['id']}/file")).content
    data, page = opened(content)
    written = json.dumps(data) + page
    assert "Somebody else's secret" not in written
    assert office.scene.other_patient.email not in written
    assert str(office.scene.other_patient.id) not in written


async def test_somebody_who_is_no_patient_gets_what_there_is(office: Office) -> None:
    parts, staff = office.scene.app.parts, office.scene.staff
    async with parts.db.connection() as connection:
        tables = {s.table: await gather(connection, parts.vault, s, staff.id) for s in SOURCES}
    assert [row["role"] for row in tables["role"]] == ["staff"]
    assert tables["appointment"] == []
