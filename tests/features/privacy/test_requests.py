"""Corrections: asked for, seen with their deadline, answered once, read by the person alone."""

from tests.features.privacy.conftest import REQUESTS, Office


async def test_a_correction_is_answered_once_and_told(office: Office) -> None:
    patient, scene = office.scene.patient, office.scene
    visit = await office.visit(patient, 2)
    asked = await office.asked(patient, "correct", appointment_id=visit, wish="It was by phone")
    path = f"/api/clinics/{scene.clinic.id}/privacy-requests"
    (seen,) = (await scene.admin.client.get(path)).json()["items"]
    assert (seen["person_name"], seen["wish"], seen["overdue"]) == ("Pat Rivera", "It was by phone", False)
    assert seen["due_at"][:10] == "2027-03-31"
    body = {"accepted": False, "answer": "The line was down"}
    assert (await scene.admin.client.post(f"{path}/{asked['id']}/answer", json=body)).json()["status"] == "done"
    again = await scene.admin.client.post(f"{path}/{asked['id']}/answer", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "privacy_request_over")
    (told,) = (await patient.client.get(REQUESTS)).json()["items"]
    assert (told["answer"], told["accepted"]) == ("The line was down", False)
    (mail,) = await office.told()
    assert "line was down" not in mail.as_string()
    assert (await scene.other_patient.client.get(REQUESTS)).json()["items"] == []


async def test_somebody_elses_visit_is_not_corrected(office: Office) -> None:
    visit = await office.visit(office.scene.patient, 2)
    body = {"kind": "correct", "appointment_id": visit, "wish": "X"}
    refused = await office.scene.other_patient.client.post(REQUESTS, json=body)
    assert (refused.status_code, refused.json()["code"]) == (404, "privacy_request_not_found")
