"""Who works at a clinic, and the patients it knows."""

import asyncio
import base64
import re
from typing import Any
from urllib.parse import parse_qs

import httpx

from openvisit.platform.db import fetch_all
from tests.features.identity.steps import PASSWORD, Postbox, code_in, registration
from tests.support.cast import Person, Scene

SAM = "sam.reed@example.org"


def invitation(scene: Scene, *roles: str, email: str = SAM) -> dict[str, Any]:
    return {"clinic_id": str(scene.clinic.id), "email": email, "full_name": "Sam Reed", "roles": list(roles)}


def new_patient(scene: Scene, email: str, name: str = "Nora Quist", **more: Any) -> dict[str, Any]:
    return {"clinic_id": str(scene.clinic.id), "email": email, "full_name": name, **more}


async def test_an_invited_person_chooses_a_password_and_works(
    scene: Scene, postbox: Postbox, browser: httpx.AsyncClient
) -> None:
    added = await scene.admin.client.post("/api/people", json=invitation(scene, "staff", "provider"))
    assert added.status_code == 201, added.text
    assert added.json()["verified"] is False
    assert added.json()["roles"] == ["provider", "staff"]

    (mail,) = await postbox.deliver()
    body = mail.get_body(("plain",))
    assert body is not None
    link = re.search(r"/reset#(\S+)", body.get_content())
    assert link is not None
    secret = parse_qs(link[1])
    assert secret["email"] == [SAM]
    asked = {"email": SAM, "code": secret["code"][0], "password": PASSWORD}
    signed_in = await browser.post("/api/auth/verify", json=asked)
    assert signed_in.status_code == 200, signed_in.text
    user = signed_in.json()["user"]
    assert (user["roles"], user["has_password"]) == (["provider", "staff"], True)
    usual = {"provider": [], "staff": ["front-desk", "clinical"]}
    assert user["clinic_roles"] == [
        {"clinic_id": str(scene.clinic.id), "role": role, "scopes": scopes} for role, scopes in usual.items()
    ]
    assert (await browser.post("/api/auth/login", json={"email": SAM, "password": PASSWORD})).status_code == 200


async def test_an_invitation_cannot_be_taken_by_registering(
    scene: Scene, postbox: Postbox, browser: httpx.AsyncClient, other_browser: httpx.AsyncClient
) -> None:
    await scene.admin.client.post("/api/people", json=invitation(scene, "admin"))
    await postbox.deliver()
    await other_browser.post("/api/auth/register", json=registration(SAM, "the password of an attacker"))
    # The invited person uses the code of the newest mail, which is the attacker's doing.
    signed_in = await browser.post("/api/auth/verify", json={"email": SAM, "code": await postbox.code()})
    assert signed_in.json()["user"]["has_password"] is False
    attack = {"email": SAM, "password": "the password of an attacker"}
    assert (await other_browser.post("/api/auth/login", json=attack)).status_code == 401


async def test_a_person_with_an_account_just_gets_the_roles(scene: Scene, postbox: Postbox) -> None:
    newcomer = scene.other_patient
    clinic = {"clinic_id": str(scene.clinic.id)}
    assert (await newcomer.client.get("/api/people", params=clinic)).status_code == 403
    added = await scene.admin.client.post("/api/people", json=invitation(scene, "staff", email=newcomer.email))
    assert (added.json()["full_name"], added.json()["verified"]) == ("Olu Bello", True)
    assert (await newcomer.client.get("/api/people", params=clinic)).status_code == 200
    assert (await newcomer.client.get("/api/me")).json()["roles"] == ["patient", "staff"]
    (told,) = [m for m in await postbox.deliver() if newcomer.email in m["To"]]
    body = told.get_body(("plain",))
    assert body is not None
    assert "staff (front desk, clinical)" in body.get_content()


async def test_only_the_clinics_own_people_may(scene: Scene) -> None:
    clinic = {"clinic_id": str(scene.clinic.id)}
    listing = {scene.admin: 200, scene.staff: 200, scene.provider: 403, scene.patient: 403, scene.outsider: 403}
    for person, status in listing.items():
        assert (await person.client.get("/api/people", params=clinic)).status_code == status
    for person in (scene.staff, scene.provider, scene.patient, scene.outsider):
        assert (await person.client.post("/api/people", json=invitation(scene, "admin"))).status_code == 403
        roles = {**clinic, "roles": ["admin"]}
        assert (await person.client.put(f"/api/people/{person.id}/roles", json=roles)).status_code == 403
    for person in (scene.provider, scene.patient, scene.outsider):
        entered = await person.client.post("/api/patients", json=new_patient(scene, "x@example.org"))
        assert entered.status_code == 403


async def test_people_are_listed_by_name_and_found(scene: Scene) -> None:
    names = []
    params: dict[str, Any] = {"clinic_id": str(scene.clinic.id), "limit": 1}
    while True:
        page = (await scene.staff.client.get("/api/people", params=params)).json()
        names += [person["full_name"] for person in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert names == ["Ada Moreno", "Alex Admin", "Sam Staff"]
    for q in ("STAFF", scene.staff.email.upper()):
        asked = {"clinic_id": str(scene.clinic.id), "q": q}
        found = await scene.staff.client.post("/api/people/search", json=asked)
        assert [person["id"] for person in found.json()["items"]] == [str(scene.staff.id)]
    for cursor in ("abc", "!!!", "WyJhIiwiYiJd", "é", "A" * 23):
        foreign = await scene.staff.client.get(
            "/api/people", params={"clinic_id": str(scene.clinic.id), "cursor": cursor}
        )
        assert foreign.status_code == 422


async def test_roles_are_set_and_audited(scene: Scene) -> None:
    roles = {"clinic_id": str(scene.clinic.id), "roles": ["staff", "admin"]}
    answer = await scene.admin.client.put(f"/api/people/{scene.staff.id}/roles", json=roles)
    assert answer.json()["roles"] == ["admin", "staff"]
    stranger = await scene.admin.client.put(f"/api/people/{scene.outsider.id}/roles", json=roles)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "person_not_found")
    (entry,) = await _audited(scene, "person:edit")
    assert entry["actor_id"] == scene.admin.id
    assert entry["thing_id"] == scene.staff.id
    assert entry["data"] == {"before": ["staff"], "roles": ["admin", "staff"], "scopes": []}


async def test_a_clinic_keeps_its_last_admin(scene: Scene) -> None:
    none = {"clinic_id": str(scene.clinic.id), "roles": []}
    refused = await scene.admin.client.put(f"/api/people/{scene.admin.id}/roles", json=none)
    assert (refused.status_code, refused.json()["code"]) == (409, "last_admin")
    second = await scene.cast.person("Bea Admin", roles={scene.clinic.id: ["admin"]})
    first, other = await asyncio.gather(
        scene.admin.client.put(f"/api/people/{scene.admin.id}/roles", json=none),
        second.client.put(f"/api/people/{second.id}/roles", json=none),
    )
    assert sorted([first.status_code, other.status_code]) == [200, 409]


async def test_staff_enter_a_patient_who_later_registers(
    scene: Scene, postbox: Postbox, browser: httpx.AsyncClient
) -> None:
    asked = new_patient(scene, "Nora@Example.org", phone="+1 555 0100", born_on="1990-02-28")
    entered = await scene.staff.client.post("/api/patients", json=asked)
    assert entered.status_code == 201, entered.text
    patient = entered.json()
    assert (patient["email"], patient["phone"], patient["born_on"]) == ("nora@example.org", "+1 555 0100", "1990-02-28")
    assert patient["verified"] is False
    await browser.post("/api/auth/register", json=registration("nora@example.org", name="Nora Quist"))
    signed_in = await browser.post("/api/auth/verify", json={"email": "nora@example.org", "code": await postbox.code()})
    assert signed_in.json()["user"]["patient_id"] == patient["id"]


async def test_a_date_of_birth_is_one_of_the_living(scene: Scene) -> None:
    for born_on in ("1879-12-31", "2027-03-03", "0001-01-01"):
        asked = new_patient(scene, "nora@example.org", born_on=born_on)
        assert (await scene.staff.client.post("/api/patients", json=asked)).status_code == 422


async def test_a_known_address_is_linked_and_stays_as_it_is(scene: Scene) -> None:
    asked = new_patient(scene, scene.patient.email, "Somebody Else")
    entered = await scene.staff.client.post("/api/patients", json=asked)
    assert (entered.status_code, entered.json()["full_name"]) == (201, "Pat Rivera")
    assert entered.json()["id"] == str(scene.patient.patient_id)
    again = await scene.staff.client.post("/api/patients", json=asked)
    assert again.json()["id"] == entered.json()["id"]


async def test_patients_are_seen_by_their_clinics_and_themselves_alone(scene: Scene) -> None:
    for name, email in (("Nora Quist", "nora@example.org"), ("Omar Said", "omar@example.org")):
        await scene.staff.client.post("/api/patients", json=new_patient(scene, email, name))
    await scene.staff.client.post("/api/patients", json=new_patient(scene, scene.patient.email))

    async def names(person: Person, **params: Any) -> list[str]:
        if params:
            answer = await person.client.post("/api/patients/search", json=params)
        else:
            answer = await person.client.get("/api/patients")
        assert answer.status_code == 200, answer.text
        return [item["full_name"] for item in answer.json()["items"]]

    assert await names(scene.staff) == ["Nora Quist", "Omar Said", "Pat Rivera"]
    assert await names(scene.provider, q="ora") == ["Nora Quist"]
    assert await names(scene.staff, q="OMAR@example.org") == ["Omar Said"]
    assert await names(scene.staff, q="%") == []
    assert await names(scene.staff, q="no address@") == []
    assert await names(scene.outsider) == []
    assert (await scene.patient.client.get("/api/patients")).status_code == 403
    abroad = await scene.outsider.client.get("/api/patients", params={"clinic_id": str(scene.clinic.id)})
    assert abroad.status_code == 403

    pages = [await scene.staff.client.get("/api/patients", params={"limit": 1})]
    while cursor := pages[-1].json()["next_cursor"]:
        assert "nora" not in base64.urlsafe_b64decode(f"{cursor}==").decode(errors="replace").lower()
        pages.append(await scene.staff.client.get("/api/patients", params={"limit": 1, "cursor": cursor}))
    assert [item["full_name"] for page in pages for item in page.json()["items"]] == [
        "Nora Quist",
        "Omar Said",
        "Pat Rivera",
    ]

    url = f"/api/patients/{scene.patient.patient_id}"
    looking = {scene.patient: 200, scene.provider: 200, scene.staff: 200, scene.other_patient: 404, scene.outsider: 404}
    for person, status in looking.items():
        assert (await person.client.get(url)).status_code == status
    seen_by = [entry["actor_id"] for entry in await _audited(scene, "patient:read")]
    assert seen_by == [scene.provider.id, scene.staff.id]


async def test_a_search_is_audited_and_what_is_looked_for_is_in_no_address(scene: Scene) -> None:
    found = await scene.staff.client.post("/api/patients/search", json={"q": scene.patient.email})
    assert [item["id"] for item in found.json()["items"]] == [str(scene.patient.patient_id)]
    (entry,) = await _audited(scene, "patient:list")
    assert (entry["patient_id"], entry["actor_id"]) == (scene.patient.patient_id, scene.staff.id)
    refused = await scene.outsider.client.post(
        "/api/patients/search", json={"q": "a", "clinic_id": str(scene.clinic.id)}
    )
    assert refused.status_code == 403
    paths = (await scene.app.client.get("/api/openapi.json")).json()["paths"]
    for path in ("/api/patients", "/api/people"):
        assert "q" not in {parameter["name"] for parameter in paths[path]["get"]["parameters"]}


async def test_an_invitation_names_the_clinic(scene: Scene, postbox: Postbox) -> None:
    await scene.admin.client.post("/api/people", json=invitation(scene, "staff"))
    (mail,) = await postbox.deliver()
    assert "Riverside Clinic" in mail["Subject"]
    assert code_in(mail)


async def _audited(scene: Scene, action: str) -> list[dict[str, Any]]:
    async with scene.app.parts.db.connection() as connection:
        return await fetch_all(
            connection, "SELECT * FROM audit WHERE action = %(action)s ORDER BY id", {"action": action}
        )
