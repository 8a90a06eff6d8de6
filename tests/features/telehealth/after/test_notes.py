"""Notes are drafts until they are finished, and nobody's but those who treat the patient."""

import pytest

from tests.features.telehealth.after.conftest import Past

pytestmark = pytest.mark.anyio


async def test_a_draft_is_kept_as_it_is_typed_and_a_conflict_is_told(past: Past) -> None:
    client = past.scene.provider.client
    empty = await client.get(past.path("notes"))
    assert (empty.json()["version"], empty.headers["etag"]) == (0, '"0"')
    first = await past.written("Aura")
    assert (first.status_code, first.json()["version"]) == (200, 1)
    second = await past.written("Aura, twice", tag=first.headers["etag"])
    assert second.json()["notes"] == "Aura, twice"
    # Another tab still has the first version in front of it: what it wrote does not overwrite what it has not seen.
    late = await past.written("From the other tab", tag=first.headers["etag"])
    assert (late.status_code, late.json()["code"]) == (412, "version_mismatch")
    assert (await client.put(past.path("notes"), json={"notes": "x", "summary": ""})).status_code == 428
    now = (await client.get(past.path("notes"))).json()
    assert (now["notes"], now["written_by"], now["may_write"]) == ("Aura, twice", "Ada Moreno", True)


async def test_what_is_written_is_sealed_with_the_patients_key(past: Past) -> None:
    await past.finished()
    await past.scene.provider.client.post(past.path("notes/addenda"), json={"part": "notes", "text": "Aura thrice"})
    (note,) = await past.rows("SELECT * FROM visit_note")
    (added,) = await past.rows("SELECT * FROM visit_addendum")
    for column in (note["notes"], note["summary"], added["text"]):
        for word in (b"Aura", b"diary", b"thrice"):
            assert word not in bytes(column)
    parts = past.scene.app.parts
    async with parts.db.connection() as connection:
        keys = await parts.vault.keys(connection, past.scene.patient.id)
    assert keys.open(bytes(note["notes"]), "visit_note.notes", note["id"]) == "Aura, twice"


async def test_finished_notes_stay_and_are_added_to(past: Past) -> None:
    client = past.scene.provider.client
    early = await client.post(past.path("notes/addenda"), json={"part": "notes", "text": "x"})
    assert early.json()["code"] == "notes_open"
    await past.finished()
    again = await past.written(tag="*")
    assert (again.status_code, again.json()["code"]) == (409, "notes_finished")
    twice = await client.post(past.path("notes/finish"), headers={"If-Match": "*"})
    assert twice.json()["code"] == "notes_finished"
    for part in ("summary", "notes"):
        added = await client.post(past.path("notes/addenda"), json={"part": part, "text": f" about the {part} "})
        assert added.status_code == 201, added.text
    assert [each["text"] for each in added.json()["addenda"]] == ["about the summary", "about the notes"]
    assert (await client.post(past.path("notes/addenda"), json={"part": "notes", "text": " "})).status_code == 422


async def test_notes_are_finished_when_the_visit_took_place(past: Past) -> None:
    saved = await past.written()
    await past.set(status="scheduled")
    tag = {"If-Match": saved.headers["etag"]}
    answer = await past.scene.provider.client.post(past.path("notes/finish"), headers=tag)
    assert answer.json()["code"] == "visit_not_begun"


async def test_the_patient_reads_the_finished_summary_and_never_the_notes(past: Past) -> None:
    patient = past.scene.patient.client
    await past.written()
    draft = (await patient.get(past.path("summary"))).json()
    assert draft == {"summary": "", "finished_at": None, "by": None, "addenda": []}
    assert (await patient.get(past.path("notes"))).status_code == 404
    tag = {"If-Match": '"1"'}
    assert (await past.scene.provider.client.post(past.path("notes/finish"), headers=tag)).status_code == 200
    for part in ("summary", "notes"):
        await past.scene.provider.client.post(past.path("notes/addenda"), json={"part": part, "text": f"on {part}"})
    answer = await patient.get(past.path("summary"))
    told = answer.json()
    assert (told["summary"], told["by"]) == ("Keep the diary", "Ada Moreno")
    assert [each["text"] for each in told["addenda"]] == ["on summary"]
    assert "Aura" not in answer.text
    assert "on notes" not in answer.text
    for stranger in (past.scene.other_patient, past.scene.outsider):
        assert (await stranger.client.get(past.path("summary"))).status_code == 404


async def test_looks_are_in_the_audit_once_a_quarter_of_an_hour(past: Past) -> None:
    await past.finished()
    for _ in range(3):
        await past.scene.staff.client.get(past.path("notes"))
        await past.scene.staff.client.get(past.path("summary"))
    await past.scene.patient.client.get(past.path("summary"))  # their own: no look
    rows = await past.rows(
        f"""SELECT action, actor_id, patient_id FROM audit WHERE thing_id = '{past.id}' AND action LIKE 'visit-%%'
            ORDER BY id"""
    )
    found = [(row["action"], row["actor_id"]) for row in rows]
    provider, staff = past.scene.provider.id, past.scene.staff.id
    assert found == [
        ("visit-notes:write", provider),
        ("visit-notes:finish", provider),
        ("visit-notes:read", staff),
        ("visit-summary:read", staff),
    ]
    assert {row["patient_id"] for row in rows} == {past.scene.patient.patient_id}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"notes": 7, "summary": ""},
        {"notes": "x" * 50_001, "summary": ""},
        {"notes": "nul \x00", "summary": ""},
        {"notes": None, "summary": None},
    ],
)
async def test_malformed_notes_are_refused(past: Past, body: object) -> None:
    answer = await past.scene.provider.client.put(past.path("notes"), json=body, headers={"If-Match": "*"})
    assert answer.status_code == 422
