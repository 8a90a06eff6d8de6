"""Clinics, locations, rooms and devices through the API."""

from typing import Any

import pytest

from openvisit.platform.db import fetch_one
from tests.support.cast import Scene

MADRID = {
    "name": "Centro",
    "address": "Calle Mayor 1",
    "city": "Madrid",
    "region": "Madrid",
    "postal_code": "28013",
    "country": "ES",
    "coordinates": {"latitude": 40.4168, "longitude": -3.7038},
    "time_zone": "Europe/Madrid",
    "phone": "+34 910 000 000",
    "wheelchair_accessible": False,
}


async def test_a_location_is_kept_as_it_was_said(scene: Scene) -> None:
    answer = await scene.staff.client.post("/api/locations", json=MADRID)
    assert answer.status_code == 201, answer.text
    added = answer.json()
    assert {name: added[name] for name in MADRID} == MADRID
    assert (await scene.app.client.get(f"/api/locations/{added['id']}")).json() == added
    listed = await scene.app.client.get("/api/locations", params={"clinic": str(scene.clinic.id)})
    assert "Centro" in [item["name"] for item in listed.json()["items"]]


async def test_coordinates_can_be_changed_and_taken_away(scene: Scene) -> None:
    address = f"/api/locations/{scene.clinic.location_id}"
    here = {"latitude": 0, "longitude": 180}
    answer = await scene.staff.client.patch(address, json={"coordinates": here})
    assert answer.json()["coordinates"] == here
    assert (await scene.staff.client.patch(address, json={"coordinates": None})).json()["coordinates"] is None


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("country", "UK"),
        ("country", "es"),
        ("coordinates", {"latitude": 91, "longitude": 0}),
        ("coordinates", {"latitude": 1}),
        ("phone", "call me"),
        ("city", "a\x00"),
        ("name", "x" * 121),
    ],
)
async def test_a_wrong_value_is_refused_and_named(scene: Scene, path: str, wrong: Any) -> None:
    answer = await scene.staff.client.post("/api/locations", json={**MADRID, path: wrong})
    assert answer.status_code == 422, answer.text
    assert f"body.{path}" in answer.json()["errors"][0]["path"]


async def test_a_location_is_switched_off_and_on_and_its_providers_are_looked_at_again(scene: Scene) -> None:
    address = f"/api/locations/{scene.clinic.location_id}"
    off = await scene.staff.client.delete(address)
    assert off.status_code == 200
    assert off.json()["active"] is False
    assert (await scene.app.client.get(address)).status_code == 404
    provider = await scene.app.client.get(f"/api/providers/{scene.provider_id}")
    assert provider.json()["locations"] == []
    async with scene.app.parts.db.connection() as connection:
        job = await fetch_one(
            connection,
            "SELECT args FROM procrastinate_jobs WHERE queueing_lock = %(lock)s",
            {"lock": f"refresh:{scene.provider_id}"},
        )
    assert job == {"args": {"provider_id": str(scene.provider_id)}}
    on = await scene.staff.client.patch(address, json={"active": True})
    assert on.json()["active"] is True
    provider = await scene.app.client.get(f"/api/providers/{scene.provider_id}")
    assert [place["id"] for place in provider.json()["locations"]] == [str(scene.clinic.location_id)]


@pytest.mark.parametrize(
    ("plural", "more"), [("rooms", {"wheelchair_accessible": False}), ("devices", {"kind": "ultrasound"})]
)
async def test_rooms_and_devices_are_added_changed_and_switched_off(
    scene: Scene, plural: str, more: dict[str, Any]
) -> None:
    location = str(scene.clinic.location_id)
    added = await scene.staff.client.post(f"/api/{plural}", json={"location_id": location, "name": "One", **more})
    assert added.status_code == 201, added.text
    thing = added.json()
    assert {name: thing[name] for name in more} == more
    assert thing["clinic_id"] == str(scene.clinic.id)
    changed = await scene.staff.client.patch(f"/api/{plural}/{thing['id']}", json={"name": " Two "})
    assert changed.json() == {**thing, "name": "Two", "version": 2}
    listed = await scene.provider.client.get(f"/api/{plural}", params={"location": location})
    assert listed.json()["items"] == [changed.json()]
    await scene.staff.client.delete(f"/api/{plural}/{thing['id']}")
    assert (await scene.provider.client.get(f"/api/{plural}")).json()["items"] == []
    every = await scene.provider.client.get(f"/api/{plural}", params={"include_inactive": "true"})
    assert [item["active"] for item in every.json()["items"]] == [False]


@pytest.mark.parametrize("plural", ["rooms", "devices"])
async def test_rooms_and_devices_are_the_clinics_own_affair(scene: Scene, plural: str) -> None:
    thing_id = await scene.cast.member(plural.removesuffix("s"), scene.clinic, "One")
    assert (await scene.app.client.get(f"/api/{plural}")).status_code == 401
    assert (await scene.patient.client.get(f"/api/{plural}")).status_code == 403
    assert (await scene.outsider.client.get(f"/api/{plural}")).json()["items"] == []
    assert (await scene.outsider.client.get(f"/api/{plural}/{thing_id}")).status_code == 404
    assert (await scene.outsider.client.patch(f"/api/{plural}/{thing_id}", json={"name": "x"})).status_code == 404
    assert (await scene.staff.client.get(f"/api/{plural}/{thing_id}")).headers["etag"] == '"1"'


async def test_a_room_goes_to_a_location_that_exists(scene: Scene) -> None:
    answer = await scene.staff.client.post("/api/rooms", json={"location_id": str(scene.clinic.id), "name": "One"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "body.location_id"


async def test_an_admin_adds_a_clinic_and_is_its_admin(scene: Scene) -> None:
    body = {"name": "Second", "time_zone": "Europe/Madrid", "currency": "EUR", "email": "mesa@segunda.example"}
    answer = await scene.admin.client.post("/api/clinics", json=body)
    assert answer.status_code == 201, answer.text
    clinic = answer.json()
    assert {name: clinic[name] for name in body} == body
    async with scene.app.parts.db.connection() as connection:
        role = await fetch_one(
            connection, "SELECT person_id, role FROM role WHERE clinic_id = %(id)s", {"id": clinic["id"]}
        )
    assert role == {"person_id": scene.admin.id, "role": "admin"}
    assert clinic["id"] in [item["id"] for item in (await scene.app.client.get("/api/clinics")).json()["items"]]


async def test_a_clinic_is_changed_by_its_admin(scene: Scene) -> None:
    address = f"/api/clinics/{scene.clinic.id}"
    answer = await scene.admin.client.patch(address, json={"cancellation_notice_minutes": 0, "phone": "1 2 3"})
    assert answer.json()["cancellation_notice_minutes"] == 0
    assert answer.headers["etag"] == '"2"'
    late = await scene.admin.client.patch(address, json={"name": "Mine"}, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    wrong = await scene.admin.client.patch(address, json={"currency": "ZZZ"})
    assert wrong.status_code == 422
    assert (await scene.app.client.get(address)).json() == answer.json()
