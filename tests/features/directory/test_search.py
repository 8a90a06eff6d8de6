"""Finding providers: filters, order, pages, and what is free next."""

import base64
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from openvisit.platform.db import execute
from tests.support.cast import Scene
from tests.support.clock import MONDAY

HOUR = timedelta(hours=1)


async def free(
    scene: Scene,
    provider_id: UUID,
    starts: Sequence[datetime],
    mode: str = "telehealth",
    visit_type: UUID | None = None,
) -> None:
    """Write what the provider's free starts were when last looked at."""
    async with scene.app.parts.db.connection() as connection:
        await execute(
            connection,
            """INSERT INTO next_free (provider_id, visit_type_id, mode, starts, location_ids, first_start, refreshed_at)
               VALUES (%(provider)s, %(visit_type)s, %(mode)s, %(starts)s, %(locations)s, %(first)s, %(now)s)
               ON CONFLICT (provider_id, visit_type_id, mode) DO UPDATE
               SET starts = EXCLUDED.starts, location_ids = EXCLUDED.location_ids,
                   first_start = EXCLUDED.first_start""",
            {
                "provider": provider_id,
                "visit_type": visit_type or scene.visit_type_id,
                "mode": mode,
                "starts": list(starts),
                "locations": [scene.clinic.location_id] * len(starts),
                "first": min(starts, default=None),
                "now": scene.app.clock(),
            },
        )


async def found(scene: Scene, **params: Any) -> list[dict[str, Any]]:
    """Every provider that the search finds, page by page."""
    items: list[dict[str, Any]] = []
    while True:
        answer = await scene.app.client.get("/api/providers", params=params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= params.get("limit", 20)
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        params["cursor"] = page["next_cursor"]


async def names(scene: Scene, **params: Any) -> list[str]:
    """The names that the search finds, in its order."""
    return [item["name"] for item in await found(scene, **params)]


async def change(scene: Scene, provider_id: UUID, **body: Any) -> None:
    """Change a provider's profile."""
    answer = await scene.staff.client.patch(f"/api/providers/{provider_id}", json=body)
    assert answer.status_code == 200, answer.text


async def three(scene: Scene) -> dict[str, UUID]:
    """The scene's Ada Moreno, and two more."""
    bea = await scene.cast.provider(scene.clinic, [scene.visit_type_id], "Beatriz Núñez")
    cyd = await scene.cast.provider(scene.clinic, [scene.visit_type_id], "Cyd 100%_Sure")
    return {"ada": scene.provider_id, "bea": bea, "cyd": cyd}


async def test_the_soonest_free_comes_first_and_who_has_no_time_last(scene: Scene) -> None:
    people = await three(scene)
    await free(scene, people["cyd"], [MONDAY + HOUR])
    await free(scene, people["bea"], [MONDAY + 2 * HOUR])
    assert await names(scene) == ["Cyd 100%_Sure", "Beatriz Núñez", "Ada Moreno"]
    assert await names(scene, sort="name") == ["Ada Moreno", "Beatriz Núñez", "Cyd 100%_Sure"]


async def test_the_soonest_of_all_modes_counts_and_up_to_three_starts_are_shown(scene: Scene) -> None:
    people = await three(scene)
    await free(scene, people["bea"], [MONDAY + 3 * HOUR, MONDAY + 5 * HOUR], "in-person")
    await free(scene, people["bea"], [MONDAY + HOUR, MONDAY + 3 * HOUR, MONDAY + 4 * HOUR], "telehealth")
    await free(scene, people["ada"], [MONDAY + 2 * HOUR])
    items = await found(scene)
    assert [item["name"] for item in items] == ["Beatriz Núñez", "Ada Moreno", "Cyd 100%_Sure"]
    shown = [(datetime.fromisoformat(s["start"]) - MONDAY, s["mode"]) for s in items[0]["next_free"]]
    assert shown == [(HOUR, "telehealth"), (3 * HOUR, "in-person"), (4 * HOUR, "telehealth")]
    assert items[0]["next_free"][0]["visit_type_id"] == str(scene.visit_type_id)
    assert items[0]["next_free"][0]["location_id"] == str(scene.clinic.location_id)


async def test_a_mode_that_is_asked_for_decides_order_and_starts(scene: Scene) -> None:
    people = await three(scene)
    await free(scene, people["bea"], [MONDAY + HOUR], "in-person")
    await free(scene, people["bea"], [MONDAY + 5 * HOUR], "telehealth")
    await free(scene, people["ada"], [MONDAY + 2 * HOUR], "telehealth")
    items = await found(scene, mode="telehealth")
    assert [item["name"] for item in items] == ["Ada Moreno", "Beatriz Núñez", "Cyd 100%_Sure"]
    assert {start["mode"] for item in items for start in item["next_free"]} == {"telehealth"}


async def test_who_does_not_offer_the_mode_is_not_found_by_it(scene: Scene) -> None:
    by_phone = await scene.cast.visit_type(scene.clinic, name="Call", modes=["phone"])
    await scene.cast.provider(scene.clinic, [by_phone], "Phil Phone")
    assert await names(scene, mode="phone") == ["Ada Moreno", "Phil Phone"]
    assert await names(scene, mode="in-person") == ["Ada Moreno"]


async def test_only_the_default_visit_type_counts(scene: Scene) -> None:
    people = await three(scene)
    other = await scene.cast.visit_type(scene.clinic, name="Other")
    await free(scene, people["ada"], [MONDAY + HOUR], visit_type=other)
    await free(scene, people["bea"], [MONDAY + 2 * HOUR])
    items = await found(scene)
    assert [item["name"] for item in items] == ["Beatriz Núñez", "Ada Moreno", "Cyd 100%_Sure"]
    assert items[1]["next_free"] == []


async def test_starts_that_have_gone_by_are_dropped_and_the_next_one_counts(scene: Scene) -> None:
    people = await three(scene)
    await free(scene, people["ada"], [MONDAY + HOUR, MONDAY + 9 * HOUR])
    await free(scene, people["bea"], [MONDAY + 5 * HOUR])
    await free(scene, people["cyd"], [MONDAY + HOUR])
    await free(scene, people["cyd"], [MONDAY + 7 * HOUR], "phone")
    assert await names(scene) == ["Ada Moreno", "Cyd 100%_Sure", "Beatriz Núñez"]
    scene.app.clock.advance(hours=2)
    items = await found(scene)
    assert [item["name"] for item in items] == ["Beatriz Núñez", "Cyd 100%_Sure", "Ada Moreno"]
    assert [len(item["next_free"]) for item in items] == [1, 1, 1]
    assert await names(scene, mode="phone") == ["Cyd 100%_Sure", "Ada Moreno", "Beatriz Núñez"]
    scene.app.clock.advance(hours=4)
    assert await names(scene) == ["Cyd 100%_Sure", "Ada Moreno", "Beatriz Núñez"]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("nunez", ["Beatriz Núñez"]),
        ("NÚÑ", ["Beatriz Núñez"]),
        ("Dr. Moreno", ["Ada Moreno"]),
        ("dr", ["Ada Moreno"]),  # alone it is a word of a name or a specialty like any other
        ("100%", ["Cyd 100%_Sure"]),
        ("%", ["Cyd 100%_Sure"]),
        ("_", ["Cyd 100%_Sure"]),
        ("\\", []),
        ("piel", ["Beatriz Núñez"]),
        ("dermatology nunez", ["Beatriz Núñez"]),
        ("dermatology moreno", []),
        ("málaga", ["Beatriz Núñez"]),
        ("albany", ["Ada Moreno", "Cyd 100%_Sure"]),
        ("  ", ["Ada Moreno", "Beatriz Núñez", "Cyd 100%_Sure"]),
    ],
)
async def test_words_find_names_specialties_and_cities(scene: Scene, q: str, expected: list[str]) -> None:
    people = await three(scene)
    answer = await scene.staff.client.post(
        "/api/locations", json={"name": "Sur", "city": "Málaga", "time_zone": "Europe/Madrid"}
    )
    await change(scene, people["bea"], specialties=["207N00000X"], location_ids=[answer.json()["id"]])
    await change(scene, people["ada"], full_name="Ada Moreno" if q != "dr" else "Ada Drew Moreno")
    assert [name.replace("Drew ", "") for name in await names(scene, q=q)] == expected


async def test_filters_add_up_and_their_values_are_alternatives(scene: Scene) -> None:
    people = await three(scene)
    await change(
        scene, people["bea"], specialties=["207N00000X"], languages=["es-MX"], insurance_plans=["Northwind, Gold"]
    )
    await change(scene, people["cyd"], specialties=["208000000X"], languages=["es"])
    assert await names(scene, specialty="207N00000X") == ["Beatriz Núñez"]
    assert await names(scene, specialty=["207N00000X", "208000000X"]) == ["Beatriz Núñez", "Cyd 100%_Sure"]
    assert await names(scene, language="es") == ["Beatriz Núñez", "Cyd 100%_Sure"]
    assert await names(scene, language="es-MX") == ["Beatriz Núñez"]
    assert await names(scene, insurance="Northwind, Gold") == ["Beatriz Núñez"]
    assert await names(scene, language="es", specialty="208000000X") == ["Cyd 100%_Sure"]
    assert await names(scene, language="es", specialty="207Q00000X") == []
    assert len(await names(scene, location=str(scene.clinic.location_id), clinic=str(scene.clinic.id))) == 3
    assert await names(scene, location=str(scene.clinic.id)) == []


@pytest.mark.parametrize("limit", [1, 3, 7])
@pytest.mark.parametrize("sort", ["next_free", "name"])
async def test_pages_are_complete_and_without_repeats_over_ties(scene: Scene, limit: int, sort: str) -> None:
    chance = random.Random(limit)
    expected = {str(scene.provider_id)}
    for number in range(25):
        # Few names and few starts, so that most are equal; some starts have gone by, some providers have none.
        provider_id = await scene.cast.provider(scene.clinic, [scene.visit_type_id], f"Twin {number % 3}")
        expected.add(str(provider_id))
        for mode in chance.sample(["in-person", "telehealth", "phone"], chance.randrange(4)):
            first = MONDAY + chance.randrange(-1, 3) * HOUR
            await free(scene, provider_id, [first, first + 2 * HOUR], mode)
    items = await found(scene, limit=limit, sort=sort)
    assert len(items) == len(expected)
    assert {item["id"] for item in items} == expected
    whole = await found(scene, limit=100, sort=sort)
    assert [item["id"] for item in whole] == [item["id"] for item in items]
    if sort == "next_free":
        firsts = [item["next_free"][0]["start"] if item["next_free"] else "9" for item in items]
        assert firsts == sorted(firsts)


async def test_time_going_on_between_two_pages_neither_hides_nor_repeats_anybody(scene: Scene) -> None:
    people = await three(scene)
    for number, provider_id in enumerate(people.values()):
        await free(scene, provider_id, [MONDAY + (number + 1) * HOUR, MONDAY + (number + 10) * HOUR])
    first = (await scene.app.client.get("/api/providers", params={"limit": 1})).json()
    scene.app.clock.advance(hours=2)
    second = await found(scene, limit=1, cursor=first["next_cursor"])
    assert [item["name"] for item in second] == ["Beatriz Núñez", "Cyd 100%_Sure"]
    assert second[0]["next_free"][0]["start"] == (MONDAY + 11 * HOUR).isoformat().replace("+00:00", "Z")


def _cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "%00",
        "====",
        "a" * 1000,
        _cursor("[]"),
        _cursor("{}"),
        _cursor('["name","a","b"]'),
        _cursor('["name","a\\u0000","01939c4e-7c1b-7f00-9a51-0242ac120002"]'),
        _cursor('["free","2027-01-01T00:00:00","2027-01-01T00:00:00Z","01939c4e-7c1b-7f00-9a51-0242ac120002"]'),
        _cursor('["free",1,2,3]'),
        _cursor('["other","2027-01-01T00:00:00Z","a","01939c4e-7c1b-7f00-9a51-0242ac120002"]'),
    ],
)
async def test_a_foreign_cursor_is_refused_everywhere(scene: Scene, cursor: str) -> None:
    for path in ("providers", "providers?sort=name", "locations", "clinics", "visit-types", "rooms", "devices"):
        answer = await scene.staff.client.get(f"/api/{path}", params={"cursor": cursor})
        assert answer.status_code == 422, (path, answer.text)
        assert answer.json()["errors"][0]["path"] == "query.cursor"


async def test_a_cursor_at_the_end_of_time_is_answered(scene: Scene) -> None:
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        cursor = _cursor(f'["free","{moment}","{moment}","01939c4e-7c1b-7f00-9a51-0242ac120002"]')
        answer = await scene.app.client.get("/api/providers", params={"cursor": cursor})
        assert answer.status_code in (200, 422), answer.text


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "mode=smoke",
        "location=x",
        "clinic=1",
        "sort=random",
        "q=%00",
        "q=" + "a" * 201,
    ],
)
async def test_malformed_questions_are_refused(scene: Scene, query: str) -> None:
    assert (await scene.app.client.get(f"/api/providers?{query}")).status_code == 422


@pytest.mark.parametrize("query", ["specialty=%00", "language=%00&language=", "insurance=%F0%28", "q=%ED%A0%80"])
async def test_odd_bytes_find_nothing_and_break_nothing(scene: Scene, query: str) -> None:
    answer = await scene.app.client.get(f"/api/providers?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["items"] == []


async def test_facets_count_what_active_providers_can_be_filtered_by(scene: Scene) -> None:
    people = await three(scene)
    await change(scene, people["bea"], languages=["es-MX", "es", "en"], insurance_plans=["Gold"])
    await change(scene, people["cyd"], specialties=["208000000X"], insurance_plans=["Gold"], active=False)
    answer = await scene.app.client.get("/api/directory/facets", headers={"Accept-Language": "es"})
    facets = answer.json()
    assert facets["specialties"] == [{"code": "207Q00000X", "name": "Medicina familiar", "count": 2}]
    assert facets["languages"] == [{"code": "en", "count": 2}, {"code": "es", "count": 1}]
    assert facets["insurance_plans"] == [{"name": "Gold", "count": 1}]
    assert str(scene.clinic.location_id) in [place["id"] for place in facets["locations"]]
    assert len(facets["locations"]) == 2
    own = (await scene.app.client.get("/api/directory/facets", params={"clinic": str(scene.clinic.id)})).json()
    assert len(own["locations"]) == 1


async def test_every_specialty_is_listed_by_name(scene: Scene) -> None:
    items = (await scene.app.client.get("/api/specialties")).json()["items"]
    assert {"code": "207Q00000X", "name": "Family Medicine"} in items
    assert [item["name"] for item in items] == sorted(item["name"] for item in items)
