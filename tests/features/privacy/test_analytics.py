"""De-identified data: nothing of the eighteen identifiers, nobody in too small a group, nobody who objects."""

import csv
import io
import zipfile
from typing import Any

import httpx

from openvisit.core.ids import new_id
from openvisit.platform.db import execute, fetch_all
from tests.features.privacy.conftest import Office
from tests.support.cast import Person

PLANTED = "Planted: fits since 14 March"


async def crowd(office: Office, number: int) -> list[Person]:
    """So many patients with a visit each that is over; everything that could tell of them is planted."""
    people = [await office.scene.cast.person(f"Quill Planted{n}", patient=True) for n in range(number)]
    parts = office.scene.app.parts
    booked = await office.visit(people[0], -40, status="completed", reason=PLANTED)
    async with parts.db.transaction() as connection:
        (columns,) = await fetch_all(
            connection,
            """SELECT string_agg(column_name, ', ') AS names FROM information_schema.columns
               WHERE table_name = 'appointment' AND column_name NOT IN ('id', 'patient_id')""",
        )
        for person in people[1:]:
            await execute(
                connection,
                f"""INSERT INTO appointment (id, patient_id, {columns["names"]})
                    SELECT %(id)s, %(patient_id)s, {columns["names"]} FROM appointment WHERE id = %(one)s::uuid""",
                {"id": new_id(), "patient_id": person.patient_id, "one": booked},
            )
        await execute(connection, "UPDATE patient SET born_on = '1986-04-12'")
        await execute(connection, "UPDATE person SET language = 'en'")
    return people


async def export(office: Office, years: tuple[int, int] = (2026, 2027)) -> httpx.Response:
    path = f"/api/clinics/{office.scene.clinic.id}/analytics-export"
    return await office.scene.admin.client.post(path, json={"from_year": years[0], "to_year": years[1]})


def unpacked(answer: httpx.Response) -> tuple[list[dict[str, Any]], str]:
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert sorted(texts) == ["about.txt", "dictionary.csv", "visits.csv"]
    return list(csv.DictReader(io.StringIO(texts["visits.csv"]))), "\n".join(texts.values())


async def test_nothing_that_tells_who_it_is_comes_out(office: Office) -> None:
    people = await crowd(office, 13)
    rows, everything = unpacked(await export(office))
    assert len(rows) == 13
    (visit, *_) = [await fetch_visit(office, person) for person in people[:1]]
    planted = [PLANTED, "Planted", "Quill", "1986-04-12", "1986", "cast.test", "Ada Moreno", "River Street", "Albany"]
    planted += [str(person.id) for person in people] + [str(person.patient_id) for person in people]
    planted += [visit["id"], visit["starts_at"][:10], visit["starts_at"][11:16]]
    for identifier in planted:
        assert identifier not in everything
    assert {row["year"] for row in rows} <= {"2026", "2027"}
    assert {row["age"] for row in rows} == {"40-44"}


async def fetch_visit(office: Office, person: Person) -> dict[str, str]:
    async with office.scene.app.parts.db.connection() as connection:
        (row,) = await fetch_all(
            connection,
            "SELECT id::text, starts_at FROM appointment WHERE patient_id = %(id)s",
            {"id": person.patient_id},
        )
    return {"id": row["id"], "starts_at": row["starts_at"].isoformat()}


async def test_too_few_are_refused_in_words(office: Office) -> None:
    await crowd(office, 10)
    refused = await export(office)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_few_people")
    assert (refused.json()["smallest_group"], refused.json()["people"]) == (11, None)


async def test_who_objects_pauses_or_never_agreed_is_left_out(office: Office) -> None:
    people = await crowd(office, 14)
    clinic = str(office.scene.clinic.id)
    await office.asked(people[0], "object")
    await office.asked(people[1], "restrict")
    body = {"clinic_id": clinic, "kind": "data-use"}
    assert (await people[2].client.post("/api/consents/withdraw", json=body)).is_success
    rows, _ = unpacked(await export(office))
    assert len(rows) == 11
    await office.asked(people[3], "object")
    assert (await export(office)).json()["code"] == "too_few_people"
    await office.asked(people[0], "allow")
    assert (await export(office)).status_code == 200


async def test_other_years_other_clinics_and_other_people_are_not_asked(office: Office) -> None:
    await crowd(office, 12)
    assert (await export(office, (2020, 2021))).json()["code"] == "too_few_people"
    assert (await export(office, (2027, 2026))).status_code == 422
    path = f"/api/clinics/{office.scene.clinic.id}/analytics-export"
    body = {"from_year": 2026, "to_year": 2027}
    for other in (office.scene.outsider, office.scene.staff, office.scene.provider):
        assert (await other.client.post(path, json=body)).status_code == 403


async def test_the_clinics_k_counts_and_each_export_is_audited(office: Office) -> None:
    await crowd(office, 6)
    rules = {"medical_years": 9, "billing_years": 9, "audit_years": 9, "message_months": 9, "smallest_group": 5}
    await office.scene.admin.client.put(f"/api/clinics/{office.scene.clinic.id}/privacy", json=rules)
    rows, _ = unpacked(await export(office))
    assert len(rows) == 6
    async with office.scene.app.parts.db.connection() as connection:
        (entry,) = await fetch_all(connection, "SELECT data FROM audit WHERE action = 'analytics:export'")
    assert (entry["data"]["k"], entry["data"]["people"]) == (5, 6)
