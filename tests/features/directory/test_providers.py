"""Providers' profiles and photos through the API."""

from typing import Any

import pytest

from tests.support.cast import Scene
from tests.support.pictures import picture

UNKNOWN = "01939c4e-7c1b-7f00-9a51-0242ac120002"
PNG, JPEG, WEBP = picture("PNG", comment="by Ana"), picture("JPEG", comment="by Ana"), picture("WEBP", xmp=b"by Ana")


def profile(scene: Scene, **more: Any) -> dict[str, Any]:
    """A new provider's body."""
    return {
        "full_name": "José Ángel Núñez",
        "title": "MD",
        "bio": "Two lines\nof bio.",
        "time_zone": "America/New_York",
        "specialties": ["207RC0000X", "207R00000X"],
        "languages": ["es-MX", "en"],
        "insurance_plans": ["Northwind Health"],
        "location_ids": [str(scene.clinic.location_id)],
        "visit_types": [{"visit_type_id": str(scene.visit_type_id), "fee": {"amount_minor": 7000, "currency": "USD"}}],
        **more,
    }


async def test_a_provider_is_added_whole(scene: Scene) -> None:
    body = profile(scene)
    answer = await scene.staff.client.post("/api/providers", json=body)
    assert answer.status_code == 201, answer.text
    added = answer.json()
    assert added["name"] == "José Ángel Núñez"
    assert added["specialties"][0] == {"code": "207RC0000X", "name": "Cardiology"}
    assert added["visit_types"] == body["visit_types"]
    assert added["default_visit_type_id"] == str(scene.visit_type_id)
    assert added["fee_from"] == {"amount_minor": 7000, "currency": "USD"}
    assert added["modes"] == ["in-person", "phone", "telehealth"]
    assert [place["id"] for place in added["locations"]] == body["location_ids"]
    read = await scene.app.client.get(f"/api/providers/{added['id']}")
    assert read.json() == added
    assert read.headers["etag"] == f'"{added["version"]}"'


async def test_specialties_are_named_in_the_readers_language(scene: Scene) -> None:
    address = f"/api/providers/{scene.provider_id}"
    for accepted, name in (
        ("es-MX,es;q=0.9,en;q=0.8", "Medicina familiar"),
        ("fr, en;q=0.2, es;q=0.7", "Medicina familiar"),
        ("de", "Family Medicine"),
        ("es;q=nan, en;q=x", "Family Medicine"),
        (";;q=,,", "Family Medicine"),
    ):
        answer = await scene.app.client.get(address, headers={"Accept-Language": accepted})
        assert answer.json()["specialties"][0]["name"] == name, accepted


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("specialties", ["000000000X"]),
        ("specialties", ["cardio"]),
        ("languages", ["Spanish please"]),
        ("time_zone", "Nowhere/Else"),
        ("location_ids", [UNKNOWN]),
        ("visit_types", [{"visit_type_id": UNKNOWN}]),
        ("default_visit_type_id", UNKNOWN),
        ("person_id", UNKNOWN),
        ("full_name", "\ttab"),
        ("bio", "\x00"),
        ("insurance_plans", [""]),
    ],
)
async def test_a_wrong_value_is_refused_and_named(scene: Scene, path: str, wrong: Any) -> None:
    answer = await scene.staff.client.post("/api/providers", json=profile(scene, **{path: wrong}))
    assert answer.status_code == 422, answer.text
    assert f"body.{path}" in answer.json()["errors"][0]["path"]


async def test_a_fee_in_no_currency_is_refused(scene: Scene) -> None:
    offers = [{"visit_type_id": str(scene.visit_type_id), "fee": {"amount_minor": 1, "currency": "QQQ"}}]
    answer = await scene.staff.client.patch(f"/api/providers/{scene.provider_id}", json={"visit_types": offers})
    assert answer.status_code == 422


async def test_a_provider_looks_after_the_own_profile(scene: Scene) -> None:
    address = f"/api/providers/{scene.provider_id}"
    body = {"bio": "Hello.", "languages": ["en", "fr"], "specialties": ["2084P0800X"], "insurance_plans": ["A", "A"]}
    answer = await scene.provider.client.patch(address, json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["languages"] == ["en", "fr"]
    assert answer.json()["insurance_plans"] == ["A"]
    for not_the_providers in ({"active": False}, {"person_id": None}):
        refused = await scene.provider.client.patch(address, json=not_the_providers)
        assert refused.status_code == 403
    assert (await scene.provider.client.delete(address)).status_code == 403


async def test_the_default_visit_type_is_one_the_provider_offers(scene: Scene) -> None:
    address = f"/api/providers/{scene.provider_id}"
    other = await scene.cast.visit_type(scene.clinic, name="Other")
    refused = await scene.staff.client.patch(address, json={"default_visit_type_id": str(other)})
    assert refused.status_code == 422
    offers = [{"visit_type_id": str(scene.visit_type_id)}, {"visit_type_id": str(other)}]
    taken = await scene.staff.client.patch(address, json={"visit_types": offers, "default_visit_type_id": str(other)})
    assert taken.json()["default_visit_type_id"] == str(other)
    dropped = await scene.staff.client.patch(address, json={"visit_types": offers[:1]})
    assert dropped.json()["default_visit_type_id"] == str(scene.visit_type_id)


async def test_an_account_is_linked_where_an_admin_gave_it_the_role(scene: Scene) -> None:
    doctor = await scene.cast.person("Dana Doctor", roles={scene.clinic.id: ["provider"]})
    nobody = await scene.cast.person("Nia Nobody")
    refused = await scene.staff.client.post("/api/providers", json=profile(scene, person_id=str(nobody.id)))
    assert refused.status_code == 422
    added = await scene.staff.client.post("/api/providers", json=profile(scene, person_id=str(doctor.id)))
    assert added.status_code == 201
    assert added.json()["person_id"] == str(doctor.id)
    twice = await scene.staff.client.post("/api/providers", json=profile(scene, person_id=str(doctor.id)))
    assert twice.status_code == 409
    assert twice.json()["code"] == "person_taken"


async def test_the_account_behind_a_provider_is_shown_to_the_clinic_alone(scene: Scene) -> None:
    address = f"/api/providers/{scene.provider_id}"
    assert (await scene.staff.client.get(address)).json()["person_id"] == str(scene.provider.id)
    for client in (scene.app.client, scene.patient.client, scene.outsider.client):
        assert (await client.get(address)).json()["person_id"] is None


async def test_a_provider_is_switched_off_and_on(scene: Scene) -> None:
    address = f"/api/providers/{scene.provider_id}"
    assert (await scene.staff.client.delete(address)).json()["active"] is False
    for path in ("", "/visit-types"):
        assert (await scene.app.client.get(address + path)).status_code == 404
        assert (await scene.staff.client.get(address + path)).status_code == 200
    assert (await scene.app.client.get("/api/providers")).json()["items"] == []
    seen = await scene.staff.client.get("/api/providers", params={"include_inactive": "true"})
    assert [item["active"] for item in seen.json()["items"]] == [False]
    assert (await scene.staff.client.patch(address, json={"active": True})).json()["active"] is True
    assert (await scene.app.client.get(address)).status_code == 200


async def test_if_match_is_honoured_when_sent(scene: Scene) -> None:
    address = f"/api/providers/{scene.provider_id}"
    tag = (await scene.app.client.get(address)).headers["etag"]
    first = await scene.staff.client.patch(address, json={"title": "MD"}, headers={"If-Match": tag})
    assert first.status_code == 200
    second = await scene.staff.client.patch(address, json={"title": "PhD"}, headers={"If-Match": tag})
    assert second.status_code == 412


@pytest.mark.parametrize(("content", "media_type"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")])
async def test_a_photo_is_kept_and_served_as_what_it_is(scene: Scene, content: bytes, media_type: str) -> None:
    address = f"/api/providers/{scene.provider_id}"
    assert (await scene.app.client.get(f"{address}/photo")).status_code == 404
    put = await scene.provider.client.put(f"{address}/photo", content=content, headers={"Content-Type": "text/html"})
    assert put.status_code == 204, put.text
    url = (await scene.app.client.get(address)).json()["photo_url"]
    assert url.startswith(f"{address}/photo?v=")
    photo = await scene.app.client.get(url)
    assert b"Ana" not in photo.content
    assert photo.content[:3] == content[:3]
    assert photo.headers["content-type"] == media_type
    assert "immutable" in photo.headers["cache-control"]
    assert photo.headers["x-content-type-options"] == "nosniff"
    assert (await scene.staff.client.delete(f"{address}/photo")).status_code == 204
    assert (await scene.app.client.get(address)).json()["photo_url"] is None
    assert (await scene.staff.client.delete(f"{address}/photo")).status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        b"RIFF0000WAVE",
        b"\x89PNG\r\n\x1a\n",
        PNG + b"\x00" * 500_000,
    ],
)
async def test_anything_else_is_no_photo(scene: Scene, content: bytes) -> None:
    answer = await scene.provider.client.put(f"/api/providers/{scene.provider_id}/photo", content=content)
    assert answer.status_code == 422
    assert answer.json()["code"] == "photo_refused"
    assert (await scene.app.client.get(f"/api/providers/{scene.provider_id}/photo")).status_code == 404
