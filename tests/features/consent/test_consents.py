"""Consents: read under one wording, given, withdrawn, renewed, and asked for wherever processing needs one."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from openvisit.core.consent import NEEDS, Kind, Purpose
from openvisit.features.consent.errors import ConsentNeeded, ProcessingRestricted
from openvisit.features.consent.queries import permits, require
from openvisit.features.consent.texts import bundled
from openvisit.platform.db import execute, fetch_all
from tests.support.cast import Person, Scene

BOOK = "/api/appointments"


@pytest.fixture
async def newcomer(scene: Scene) -> Person:
    """A patient who has agreed to nothing yet."""
    return await scene.cast.person("Nia Newcomer", patient=True, consents=False)


def agreement(scene: Scene, *kinds: str, **more: Any) -> dict[str, Any]:
    agreed = [{"kind": kind, "text": bundled()[kind].hash.hex()} for kind in kinds]
    return {"clinic_id": str(scene.clinic.id), "agreed": agreed, **more}


def withdrawal(scene: Scene, kind: str, **more: Any) -> dict[str, Any]:
    return {"clinic_id": str(scene.clinic.id), "kind": kind, **more}


def at(scene: Scene, hour: int = 15, days: int = 1) -> Any:
    return scene.app.clock().replace(hour=hour, minute=0) + timedelta(days=days)


async def test_a_first_visit_is_refused_until_what_it_needs_was_agreed_to(scene: Scene, newcomer: Person) -> None:
    body = scene.slot(at(scene))
    refused = await newcomer.client.post(BOOK, json=body)
    assert refused.status_code == 409
    assert refused.json()["code"] == "consent_needed"
    assert refused.json()["kinds"] == ["treatment", "telehealth"]
    assert refused.json()["clinic_id"] == str(scene.clinic.id)

    assert (await newcomer.client.post("/api/consents", json=agreement(scene, "treatment"))).is_success
    again = await newcomer.client.post(BOOK, json=body)
    assert again.json()["kinds"] == ["telehealth"]
    assert (await newcomer.client.post(BOOK, json={**body, "mode": "in-person"})).status_code == 201

    assert (await newcomer.client.post("/api/consents", json=agreement(scene, "telehealth"))).is_success
    assert (await newcomer.client.post(BOOK, json=scene.slot(at(scene, 16)))).status_code == 201


async def test_a_refused_booking_leaves_nothing_behind(scene: Scene, newcomer: Person) -> None:
    assert (await newcomer.client.post(BOOK, json=scene.slot(at(scene)))).status_code == 409
    async with scene.app.parts.db.connection() as connection:
        for table in ("appointment", "claim", "event"):
            assert await fetch_all(connection, f"SELECT FROM {table}") == []
    assert (await scene.patient.client.post(BOOK, json=scene.slot(at(scene)))).status_code == 201


async def test_withdrawing_counts_from_then_on(scene: Scene) -> None:
    client = scene.patient.client
    booked = (await client.post(BOOK, json=scene.slot(at(scene)))).json()
    answer = await client.post("/api/consents/withdraw", json=withdrawal(scene, "telehealth"))
    states = {s["kind"]: s["state"] for s in answer.json()["items"][0]["states"]}
    assert states["telehealth"] == "withdrawn"
    assert states["treatment"] == "given"

    assert (await client.post(BOOK, json=scene.slot(at(scene, 17)))).json()["kinds"] == ["telehealth"]
    assert (await client.get(f"{BOOK}/{booked['id']}")).json()["status"] == "scheduled"
    moved = {"start": at(scene, 18).isoformat()}
    assert (await client.put(f"{BOOK}/{booked['id']}/reschedule", json=moved)).json()["code"] == "consent_needed"
    in_person = await client.put(f"{BOOK}/{booked['id']}/reschedule", json={**moved, "mode": "in-person"})
    assert in_person.status_code == 200, in_person.text


async def test_a_video_visit_does_not_start_without_consent(scene: Scene) -> None:
    start = at(scene)
    booked = (await scene.patient.client.post(BOOK, json=scene.slot(start))).json()
    assert (await scene.patient.client.post("/api/consents/withdraw", json=withdrawal(scene, "telehealth"))).is_success
    refused = await scene.provider.client.post(f"{BOOK}/{booked['id']}/start")
    assert (refused.status_code, refused.json()["code"]) == (409, "consent_needed")
    assert (await scene.patient.client.post("/api/consents", json=agreement(scene, "telehealth"))).is_success
    assert (await scene.provider.client.post(f"{BOOK}/{booked['id']}/start")).json()["status"] == "in-progress"


async def test_a_booking_repeated_under_its_key_is_replayed_after_a_withdrawal(scene: Scene) -> None:
    headers = {"Idempotency-Key": "once"}
    body = scene.slot(at(scene))
    first = await scene.patient.client.post(BOOK, json=body, headers=headers)
    assert (await scene.patient.client.post("/api/consents/withdraw", json=withdrawal(scene, "treatment"))).is_success
    again = await scene.patient.client.post(BOOK, json=body, headers=headers)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])


async def test_the_history_tells_wording_channel_and_who_wrote_it(scene: Scene, newcomer: Person) -> None:
    await scene.cast.known(scene.clinic, newcomer)
    body = agreement(scene, "treatment", patient_id=str(newcomer.patient_id), channel="phone")
    assert (await scene.staff.client.post("/api/consents", json={**body, "channel": "online"})).status_code == 422
    assert (await scene.staff.client.post("/api/consents", json=body)).is_success
    scene.app.clock.advance(minutes=5)
    assert (await newcomer.client.post("/api/consents/withdraw", json=withdrawal(scene, "treatment"))).is_success
    (clinic,) = (await newcomer.client.get("/api/consents")).json()["items"]
    told = [(e["act"], e["channel"], e["by_role"], e["by_name"], e["version"]) for e in clinic["history"]]
    assert told == [("withdrawn", "online", "patient", None, 1), ("given", "phone", "clinic", "Sam Staff", 1)]
    text = await scene.app.client.get(f"/api/consent-texts/{clinic['history'][1]['text']}")
    assert text.json()["words"]["es"]["title"] == "Tratamiento por esta clínica"


async def test_giving_twice_notes_it_once(scene: Scene, newcomer: Person) -> None:
    for _ in range(2):
        assert (await newcomer.client.post("/api/consents", json=agreement(scene, "messaging"))).is_success
    (clinic,) = (await newcomer.client.get("/api/consents")).json()["items"]
    assert len(clinic["history"]) == 1


async def test_a_new_wording_has_to_be_read_and_may_have_to_be_agreed_to_again(scene: Scene) -> None:
    path = f"/api/clinics/{scene.clinic.id}/consent-texts"
    words = {"title": "Video", "text": "We may now also use holograms."}
    new = {"kind": "telehealth", "en": words, "es": words}
    published = (await scene.admin.client.post(path, json=new)).json()
    assert published["version"] == 2
    assert (await scene.patient.client.post(BOOK, json=scene.slot(at(scene)))).status_code == 201

    outdated = await scene.patient.client.post("/api/consents", json=agreement(scene, "telehealth"))
    assert (outdated.status_code, outdated.json()["code"]) == (409, "consent_text_changed")

    latest = (await scene.admin.client.post(path, json={**new, "renew": True})).json()
    assert latest["version"] == 3
    refused = await scene.patient.client.post(BOOK, json=scene.slot(at(scene, 16)))
    assert refused.json()["kinds"] == ["telehealth"]
    body = {"clinic_id": str(scene.clinic.id), "agreed": [{"kind": "telehealth", "text": latest["id"]}]}
    assert (await scene.patient.client.post("/api/consents", json=body)).is_success
    assert (await scene.patient.client.post(BOOK, json=scene.slot(at(scene, 16)))).status_code == 201
    acts = [e["act"] for e in (await scene.patient.client.get("/api/consents")).json()["items"][0]["history"]]
    assert acts[:2] == ["given", "lapsed"]


@pytest.mark.parametrize("table", ["consent_text", "consent_event"])
async def test_wordings_and_proofs_cannot_be_changed_or_removed(scene: Scene, table: str) -> None:
    async with scene.app.parts.db.connection() as connection:
        for statement in (f"UPDATE {table} SET kind = kind", f"DELETE FROM {table}"):
            with pytest.raises(psycopg.DatabaseError):
                await execute(connection, statement)


@pytest.mark.parametrize("purpose", Purpose)
async def test_processing_needs_each_of_its_consents(scene: Scene, newcomer: Person, purpose: Purpose) -> None:
    assert newcomer.patient_id is not None
    async with scene.app.parts.db.connection() as connection:
        for kind in Kind:
            if kind not in NEEDS[purpose]:
                await newcomer.client.post("/api/consents", json=agreement(scene, kind))
        with pytest.raises(ConsentNeeded) as refused:
            await require(connection, purpose, newcomer.patient_id, scene.clinic.id)
        assert set(refused.value.data["kinds"]) == NEEDS[purpose]
        for kind in NEEDS[purpose]:
            assert not await permits(connection, purpose, newcomer.patient_id, scene.clinic.id)
            await newcomer.client.post("/api/consents", json=agreement(scene, kind))
        assert await permits(connection, purpose, newcomer.patient_id, scene.clinic.id)


async def test_a_restriction_pauses_what_is_not_care_and_new_bookings(scene: Scene) -> None:
    assert scene.patient.patient_id is not None
    async with scene.app.parts.db.connection() as connection:
        await execute(
            connection,
            "UPDATE patient SET restricted_at = now() WHERE id = %(id)s",
            {"id": scene.patient.patient_id},
        )
        with pytest.raises(ProcessingRestricted):
            await require(connection, Purpose.REMIND, scene.patient.patient_id, scene.clinic.id)
        assert await permits(connection, Purpose.VIDEO_VISIT, scene.patient.patient_id, scene.clinic.id)
    refused = await scene.patient.client.post(BOOK, json=scene.slot(at(scene)))
    assert (refused.status_code, refused.json()["code"]) == (409, "processing_restricted")
    seen = await scene.staff.client.get(f"/api/patients/{scene.patient.patient_id}")
    assert seen.json()["restricted"] is True


async def test_a_clinic_sees_its_own_consents_alone_and_each_look_is_audited(scene: Scene) -> None:
    other = await scene.cast.clinic("Other Practice")
    stranger = await scene.cast.person("Sue Stranger", roles={other.id: ["staff"]})
    seen = (await stranger.client.get(f"/api/consents?patient_id={scene.patient.patient_id}")).json()["items"]
    assert [clinic["clinic_name"] for clinic in seen] == ["Other Practice"]
    async with scene.app.parts.db.connection() as connection:
        rows = await fetch_all(connection, "SELECT actor_id, clinic_id FROM audit WHERE action = 'consent:read'")
    assert [(row["actor_id"], row["clinic_id"]) for row in rows] == [(stranger.id, other.id)]


async def test_what_staff_write_down_is_in_the_trail_of_the_patient(scene: Scene) -> None:
    clinic, patient_id = str(scene.clinic.id), str(scene.patient.patient_id)
    about = {"clinic_id": clinic, "patient_id": patient_id, "channel": "phone", "kind": "third-party-sharing"}
    assert (await scene.staff.client.post("/api/consents/withdraw", json=about)).is_success
    (entry,) = (await scene.patient.client.get("/api/me/record-access")).json()["items"]
    assert (entry["action"], entry["reason"]) == ("consent:withdraw", "operations")
    assert (entry["by"]["name"], entry["by"]["role"]) == ("Sam Staff", "staff")
