"""Visit types through the API."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from openvisit.platform.db import fetch_all
from tests.support.cast import Scene

UNKNOWN = "01939c4e-7c1b-7f00-9a51-0242ac120002"
CONTRACT = {
    "name": "First visit",
    "duration_minutes": 45,
    "step_minutes": 15,
    "buffer_before_minutes": 5,
    "buffer_after_minutes": 10,
    "minimum_notice_minutes": 120,
    "booking_window_days": 400,
    "daily_cap": 8,
    "modes": ["in-person", "telehealth"],
    "price": {"amount_minor": 12000, "currency": "USD"},
    "needs_room": True,
    "needs_device": False,
    "approval_needed": True,
    "bookable_by": ["patient", "staff"],
}


async def add(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    """A visit type that is taken."""
    answer = await client.post(
        "/api/visit-types", json={"name": "Check", "duration_minutes": 20, "modes": ["phone"], **body}
    )
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    return added


async def default_of(scene: Scene, provider_id: UUID) -> str | None:
    """The provider's default visit type."""
    answer = await scene.app.client.get(f"/api/providers/{provider_id}")
    found: str | None = answer.json()["default_visit_type_id"]
    return found


async def waiting_refreshes(scene: Scene) -> set[str]:
    """The providers whose free starts are to be worked out again."""
    async with scene.app.parts.db.connection() as connection:
        rows = await fetch_all(
            connection,
            """SELECT args->>'provider_id' AS id FROM procrastinate_jobs
               WHERE task_name = 'availability:refresh_provider' AND status = 'todo'""",
        )
    return {row["id"] for row in rows}


async def test_everything_of_the_contract_is_kept_and_answered(scene: Scene) -> None:
    body = {**CONTRACT, "provider_ids": [str(scene.provider_id)]}
    answer = await scene.staff.client.post("/api/visit-types", json=body)
    assert answer.status_code == 201, answer.text
    added = answer.json()
    assert {name: added[name] for name in body} == body
    assert added["active"] is True
    assert added["version"] == 1
    assert added["clinic_id"] == str(scene.clinic.id)
    assert answer.headers["etag"] == '"1"'
    read = await scene.app.client.get(f"/api/visit-types/{added['id']}")
    assert read.json() == added


async def test_what_is_left_out_has_a_sensible_value(scene: Scene) -> None:
    added = await add(scene.staff.client, duration_minutes=25)
    assert added["step_minutes"] == 25
    assert added["buffer_before_minutes"] == added["buffer_after_minutes"] == added["minimum_notice_minutes"] == 0
    assert added["daily_cap"] is None
    assert added["price"] is None
    assert added["provider_ids"] == []
    assert added["bookable_by"] == ["patient", "provider", "staff", "admin"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("patient", ["patient"]),
        ("patients", ["patient"]),
        ("anyone", ["patient", "provider", "staff", "admin"]),
        (["everyone"], ["patient", "provider", "staff", "admin"]),
        (["staff", "patient", "staff"], ["patient", "staff"]),
    ],
)
async def test_who_may_book_is_kept_as_roles(scene: Scene, said: Any, kept: list[str]) -> None:
    assert (await add(scene.staff.client, bookable_by=said))["bookable_by"] == kept


async def test_modes_are_kept_once_each(scene: Scene) -> None:
    assert (await add(scene.staff.client, modes=["phone", "in-person", "phone"]))["modes"] == ["phone", "in-person"]


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("duration_minutes", 0),
        ("step_minutes", 1441),
        ("buffer_after_minutes", -1),
        ("booking_window_days", 401),
        ("daily_cap", 0),
        ("modes", []),
        ("modes", ["carrier-pigeon"]),
        ("price", {"amount_minor": -1, "currency": "USD"}),
        ("price", {"amount_minor": 1, "currency": "XXX"}),
        ("bookable_by", []),
        ("bookable_by", "nobody"),
        ("name", ""),
        ("name", " "),
        ("name", "a\x00b"),
        ("name", "two\nlines"),
        ("description", "a\x00b"),
        ("provider_ids", [UNKNOWN]),
        ("provider_ids", ["x"]),
    ],
)
async def test_a_wrong_value_is_refused_and_named(scene: Scene, path: str, wrong: Any) -> None:
    answer = await scene.staff.client.post("/api/visit-types", json={**CONTRACT, path: wrong})
    assert answer.status_code == 422, answer.text
    assert f"body.{path}" in answer.json()["errors"][0]["path"]


async def test_providers_of_another_clinic_cannot_be_named(scene: Scene) -> None:
    elsewhere = await scene.cast.clinic("Far Clinic")
    stranger = await scene.cast.provider(elsewhere, [])
    answer = await scene.staff.client.post("/api/visit-types", json={**CONTRACT, "provider_ids": [str(stranger)]})
    assert answer.status_code == 422
    assert (await scene.app.client.get(f"/api/providers/{stranger}/visit-types")).json()["items"] == []


async def test_who_manages_several_clinics_says_which(scene: Scene) -> None:
    other = await scene.cast.clinic("Second Clinic")
    both = await scene.cast.person("Bo Both", roles={scene.clinic.id: ["staff"], other.id: ["admin"]})
    body = {"name": "Check", "duration_minutes": 20, "modes": ["phone"]}
    unsaid = await both.client.post("/api/visit-types", json=body)
    assert unsaid.status_code == 422
    assert unsaid.json()["errors"][0]["path"] == "body.clinic_id"
    said = await both.client.post("/api/visit-types", json={**body, "clinic_id": str(other.id)})
    assert said.status_code == 201
    assert said.json()["clinic_id"] == str(other.id)


async def test_only_what_is_named_changes(scene: Scene) -> None:
    added = await add(scene.staff.client, price={"amount_minor": 5000, "currency": "USD"}, daily_cap=3)
    answer = await scene.staff.client.patch(f"/api/visit-types/{added['id']}", json={"duration_minutes": 50})
    assert answer.status_code == 200
    assert answer.json() == {**added, "duration_minutes": 50, "version": 2}
    cleared = await scene.staff.client.patch(f"/api/visit-types/{added['id']}", json={"price": None, "daily_cap": None})
    assert cleared.json()["price"] is None
    assert cleared.json()["daily_cap"] is None
    assert cleared.headers["etag"] == '"3"'


async def test_a_change_of_nothing_is_no_new_version(scene: Scene) -> None:
    added = await add(scene.staff.client)
    answer = await scene.staff.client.patch(f"/api/visit-types/{added['id']}", json={})
    assert answer.json() == added


async def test_if_match_is_honoured_when_sent(scene: Scene) -> None:
    added = await add(scene.staff.client)
    address = f"/api/visit-types/{added['id']}"
    late = await scene.staff.client.patch(address, json={"name": "A"}, headers={"If-Match": '"9"'})
    assert late.status_code == 412
    strange = await scene.staff.client.patch(address, json={"name": "A"}, headers={"If-Match": "nonsense"})
    assert strange.status_code == 412
    timely = await scene.staff.client.patch(address, json={"name": "A"}, headers={"If-Match": '"1"'})
    assert timely.status_code == 200
    assert timely.json()["name"] == "A"


async def test_who_offers_it_can_be_changed(scene: Scene) -> None:
    second = await scene.cast.provider(scene.clinic, [], "Bea Second")
    added = await add(scene.staff.client, provider_ids=[str(scene.provider_id)])
    answer = await scene.staff.client.patch(f"/api/visit-types/{added['id']}", json={"provider_ids": [str(second)]})
    assert answer.json()["provider_ids"] == [str(second)]
    offered = await scene.app.client.get(f"/api/providers/{scene.provider_id}/visit-types")
    assert added["id"] not in [item["id"] for item in offered.json()["items"]]


async def test_the_first_visit_type_of_a_provider_becomes_the_default(scene: Scene) -> None:
    fresh = await scene.cast.provider(scene.clinic, [], "Bea Fresh")
    assert await default_of(scene, fresh) is None
    added = await add(scene.staff.client, provider_ids=[str(fresh), str(scene.provider_id)])
    assert await default_of(scene, fresh) == added["id"]
    assert await default_of(scene, scene.provider_id) == str(scene.visit_type_id)


async def test_a_default_that_is_switched_off_gives_way_and_can_come_back(scene: Scene) -> None:
    fresh = await scene.cast.provider(scene.clinic, [], "Bea Fresh")
    first = await add(scene.staff.client, name="Alpha", provider_ids=[str(fresh)])
    second = await add(scene.staff.client, name="Beta", provider_ids=[str(fresh)])
    gone = await scene.staff.client.delete(f"/api/visit-types/{first['id']}")
    assert gone.status_code == 200
    assert gone.json()["active"] is False
    assert await default_of(scene, fresh) == second["id"]
    await scene.staff.client.delete(f"/api/visit-types/{second['id']}")
    assert await default_of(scene, fresh) is None
    back = await scene.staff.client.patch(f"/api/visit-types/{first['id']}", json={"active": True})
    assert back.json()["provider_ids"] == [str(fresh)]
    assert await default_of(scene, fresh) == first["id"]


async def test_what_is_switched_off_is_seen_by_the_clinic_alone(scene: Scene) -> None:
    added = await add(scene.staff.client)
    await scene.staff.client.delete(f"/api/visit-types/{added['id']}")
    address = f"/api/visit-types/{added['id']}"
    assert (await scene.app.client.get(address)).status_code == 404
    assert (await scene.outsider.client.get(address)).status_code == 404
    assert (await scene.outsider.client.patch(address, json={"name": "Mine"})).status_code == 404
    assert (await scene.staff.client.get(address)).status_code == 200
    for client, seen in ((scene.app.client, False), (scene.outsider.client, False), (scene.staff.client, True)):
        listed = await client.get("/api/visit-types", params={"include_inactive": "true"})
        assert (added["id"] in [item["id"] for item in listed.json()["items"]]) is seen
    plain = await scene.staff.client.get("/api/visit-types")
    assert added["id"] not in [item["id"] for item in plain.json()["items"]]


async def test_the_price_a_provider_asks_is_shown_with_what_the_provider_offers(scene: Scene) -> None:
    own = {"amount_minor": 900, "currency": "EUR"}
    added = await add(scene.staff.client, price={"amount_minor": 5000, "currency": "USD"})
    offers = [{"visit_type_id": added["id"], "fee": own}, {"visit_type_id": str(scene.visit_type_id)}]
    await scene.staff.client.patch(f"/api/providers/{scene.provider_id}", json={"visit_types": offers})
    answer = (await scene.app.client.get(f"/api/providers/{scene.provider_id}/visit-types")).json()
    assert {item["id"]: item["price"] for item in answer["items"]} == {
        added["id"]: own,
        str(scene.visit_type_id): None,
    }
    assert answer["default_visit_type_id"] == str(scene.visit_type_id)
    whole = await scene.app.client.get(f"/api/visit-types/{added['id']}")
    assert whole.json()["price"]["currency"] == "USD"


async def test_the_free_starts_of_everybody_concerned_are_worked_out_again(scene: Scene) -> None:
    first = await scene.cast.provider(scene.clinic, [], "Bea First")
    second = await scene.cast.provider(scene.clinic, [], "Cy Second")
    added = await add(scene.staff.client, provider_ids=[str(first)])
    assert await waiting_refreshes(scene) == {str(first)}
    await scene.staff.client.patch(f"/api/visit-types/{added['id']}", json={"provider_ids": [str(second)]})
    assert await waiting_refreshes(scene) == {str(first), str(second)}


async def test_every_change_is_audited(scene: Scene) -> None:
    added = await add(scene.staff.client)
    await scene.admin.client.patch(f"/api/visit-types/{added['id']}", json={"name": "Other"})
    async with scene.app.parts.db.connection() as connection:
        rows = await fetch_all(
            connection,
            "SELECT actor_id, clinic_id, action, data FROM audit WHERE thing_id = %(id)s ORDER BY id",
            {"id": added["id"]},
        )
    assert [row["actor_id"] for row in rows] == [scene.staff.id, scene.admin.id]
    assert {row["action"] for row in rows} == {"visit-type:manage"}
    assert {row["clinic_id"] for row in rows} == {scene.clinic.id}
    assert rows[1]["data"] == {"fields": ["name"]}


async def test_visit_types_are_listed_by_name_page_by_page(scene: Scene) -> None:
    for name in ("delta", "Alpha", "Beta", "beta", "Beta"):
        await add(scene.staff.client, name=name)
    found: list[str] = []
    params: dict[str, Any] = {"clinic": str(scene.clinic.id), "limit": 2}
    while True:
        page = (await scene.app.client.get("/api/visit-types", params=params)).json()
        found += [item["name"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert [name.lower() for name in found] == ["alpha", "beta", "beta", "beta", "consultation", "delta"]
