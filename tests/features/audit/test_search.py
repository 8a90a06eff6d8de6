"""The privacy officer searches the clinic's audit, sees its state and takes it along."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from openvisit.features.audit import checkpoints, signing
from openvisit.features.audit.checking import check_all
from openvisit.features.audit.links import digest
from openvisit.platform.db import fetch_all
from tests.features.audit.trail import Trail
from tests.support.cast import Scene

START = datetime(2027, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
async def visit(scene: Scene) -> str:
    """A visit that its provider and the front desk looked at."""
    answer = await scene.patient.client.post("/api/appointments", json=scene.slot(START))
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    for person in (scene.provider, scene.staff):
        await person.client.get(f"/api/appointments/{id_}")
        scene.app.clock.advance(minutes=1)
    return id_


async def found(scene: Scene, **params: Any) -> list[dict[str, Any]]:
    params = {"clinic_id": str(scene.clinic.id), **params}
    answer = await scene.admin.client.get("/api/audit", params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_the_trail_is_searched_by_who_whom_what_and_when(scene: Scene, visit: str) -> None:
    entries = await found(scene)
    assert [(entry["actor"]["name"], entry["action"]) for entry in entries] == [
        ("Sam Staff", "appointment:read"),
        ("Ada Moreno", "appointment:read"),
        ("Pat Rivera", "appointment:book"),
    ]
    assert {entry["patient"]["name"] for entry in entries} == {"Pat Rivera"}
    assert {entry["thing_id"] for entry in entries} == {visit}
    by_sam = [entries[0]["id"]]
    for narrowed in (
        {"by": "sAM"},
        {"by_id": str(scene.staff.id)},
        {"by": "staff", "patient": "pat", "kind": "looks", "action": "appointment:read"},
        {"by": "Sam", "patient_id": str(scene.patient.patient_id), "from": "2027-03-01", "to": "2027-03-01"},
    ):
        assert [entry["id"] for entry in await found(scene, **narrowed)] == by_sam, narrowed
    for nothing in (
        {"by": "Nobody"},
        {"by": "%"},
        {"patient": "Olu"},
        {"from": "2027-03-02"},
        {"to": "2027-02-28"},
        {"patient_id": str(scene.other_patient.patient_id)},
    ):
        assert await found(scene, **nothing) == [], nothing
    (booking,) = await found(scene, kind="changes", action="appointment:book")
    assert booking["data"]["status"] == "scheduled"


async def test_a_search_is_an_entry_itself(scene: Scene) -> None:
    await found(scene, patient_id=str(scene.patient.patient_id), by="Sam")
    (entry,) = await found(scene, action="audit:search")
    assert (entry["actor"]["id"], entry["acting_as"], entry["reason"]) == (str(scene.admin.id), "privacy", "oversight")
    assert entry["patient"]["name"] == "Pat Rivera"
    assert entry["data"] == {"patient_id": str(scene.patient.patient_id), "actor": "name"}


async def test_who_does_not_guard_the_clinic_sees_nothing(scene: Scene, visit: str) -> None:
    for path in ("", "/state", "/export"):
        for person in (scene.patient, scene.provider, scene.staff, scene.outsider):
            answer = await person.client.get(f"/api/audit{path}", params={"clinic_id": str(scene.clinic.id)})
            assert answer.status_code == 403
    for wrong in ({"from": "yesterday"}, {"kind": "x"}, {"action": "A;"}, {"cursor": "x"}, {"limit": 0}, {"by": "\0"}):
        answer = await scene.admin.client.get("/api/audit", params={"clinic_id": str(scene.clinic.id), **wrong})
        assert answer.status_code == 422, wrong


async def test_the_state_tells_what_was_checked_signed_and_found(scene: Scene, visit: str) -> None:
    async def state() -> dict[str, Any]:
        answer = await scene.admin.client.get("/api/audit/state", params={"clinic_id": str(scene.clinic.id)})
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    parts, clock = scene.app.parts, scene.app.clock
    before = await state()
    assert (before["checked_at"], before["checkpoint"], before["findings"]) == (None, None, [])
    assert before["entries"] == before["unsigned"] > 0
    for recent in (False, True):
        clock.advance(minutes=1)
        assert [report async for report in check_all(parts.db, parts.vault, clock(), recent=recent)]
    good = await state()
    assert (good["findings"], good["checkpoint"], good["unsigned"]) == ([], 1, 0)
    assert datetime.fromisoformat(good["checked_at"]) == clock()
    assert datetime.fromisoformat(good["whole_checked_at"]) == clock() - timedelta(minutes=1)
    trail = Trail(scene.app, scene.clinic.id)
    with trail.tampering() as connection:
        connection.execute("UPDATE audit SET actor_id = NULL WHERE action = 'appointment:read'")
    async for _ in check_all(parts.db, parts.vault, clock(), recent=False):
        pass
    bad = await state()
    assert [finding["kind"] for finding in bad["findings"]] == ["changed", "changed"]
    assert bad["checkpoint"] == 1


@pytest.mark.parametrize("form", ["jsonl", "csv"])
async def test_an_export_can_be_proved_by_whoever_has_it(scene: Scene, visit: str, form: str) -> None:
    parts = scene.app.parts
    async for _ in check_all(parts.db, parts.vault, scene.app.clock(), recent=False):
        pass
    params = {"clinic_id": str(scene.clinic.id), "format": form}
    answer = await scene.admin.client.get("/api/audit/export", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="audit-2027-03-01.{form}"'
    if form == "csv":
        lines = list(csv.DictReader(io.StringIO(answer.text)))
    else:
        lines = [json.loads(line) for line in answer.text.splitlines()]
    *entries, signature = lines
    assert {line["kind"] for line in entries} == {"entry"}
    assert entries[0]["action"] == "audit:export"  # newest first, and taking it is in it
    assert signature["kind"] == "checkpoint"
    jws = signature["data"] if form == "csv" else signature["jws"]
    async with parts.db.connection() as connection:
        known = await signing.keys(connection, parts.vault)
        data = {str(row["id"]): row for row in await fetch_all(connection, "SELECT *, data::text AS data FROM audit")}
        links = await fetch_all(connection, "SELECT * FROM audit_link")
    signed = checkpoints.read(jws, known).chains
    previous = {(row["chain_id"], row["seq"]): bytes(row["previous"]) for row in links}
    proved = set()
    for line in entries:
        chain, seq, hash_ = (line[k] for k in ("chain", "seq", "hash")) if form == "csv" else line["link"].values()
        at = UUID(chain), int(seq)
        assert digest(previous[at], *at, data[str(line["id"])]).hex() == hash_
        if signed.get(chain) == checkpoints.Head(int(seq), hash_):
            proved.add(chain)
    assert proved == signed.keys()


async def test_long_exports_come_in_batches_and_names_are_no_formulas(scene: Scene) -> None:
    person = await scene.cast.person("Mal Lory", roles={scene.clinic.id: ["staff"]})
    rows = 2500
    with Trail(scene.app, scene.clinic.id).tampering() as connection:
        connection.execute("SET session_replication_role = origin")
        connection.execute("UPDATE person SET full_name = '=HYPERLINK(1)' WHERE id = %s", (person.id,))
        connection.execute(
            """INSERT INTO audit (at, clinic_id, actor_id, action, thing, thing_id, data)
               SELECT %s, %s, %s, 'patient:read', 'patient', gen_random_uuid(), '{}' FROM generate_series(1, %s)""",
            (scene.app.clock(), scene.clinic.id, person.id, rows),
        )
    params = {"clinic_id": str(scene.clinic.id), "format": "csv", "by_id": str(person.id)}
    answer = await scene.admin.client.get("/api/audit/export", params=params)
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert len({line["id"] for line in lines}) == len(lines) == rows
    assert {line["actor"] for line in lines} == {"'=HYPERLINK(1)"}
