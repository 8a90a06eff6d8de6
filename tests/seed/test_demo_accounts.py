"""The four demo accounts, as somebody who tries OpenVisit meets them."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.seed.conftest import NOW
from tests.support.application import Application


async def signed_in(app: Application, local: str) -> httpx.AsyncClient:
    answer = await app.client.post(
        "/api/auth/login", json={"email": f"{local}@demo.test", "password": "openvisit-demo"}
    )
    assert answer.status_code == 200, answer.text
    return app.signed(answer.json()["access_token"])


async def got(client: httpx.AsyncClient, path: str, **query: Any) -> Any:
    answer = await client.get(f"/api/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_all_four_sign_in_as_who_they_are(demo_app: Application) -> None:
    for local, role in (("patient", "patient"), ("provider", "provider"), ("staff", "staff"), ("admin", "admin")):
        me = await got(await signed_in(demo_app, local), "me")
        assert role in me["roles"]
        assert (me["patient_id"] is not None) == (local == "patient")
        assert (me["provider_id"] is not None) == (local == "provider")


async def test_the_patient_has_visits_behind_and_ahead_and_none_tomorrow(demo_app: Application) -> None:
    visits = (await got(await signed_in(demo_app, "patient"), "appointments", limit=50))["items"]
    starts = [datetime.fromisoformat(visit["start"]) for visit in visits]
    assert sum(start < NOW for start in starts) == 5
    assert sum(start > NOW for start in starts) == 4
    assert (NOW + timedelta(days=1)).date() not in {start.date() for start in starts}
    assert all(visit["reason"] is not None for visit in visits)


async def test_the_provider_has_free_slots_tomorrow_and_on_every_weekday_for_all_that_patients_book(
    demo_app: Application,
) -> None:
    provider = await signed_in(demo_app, "provider")
    provider_id = (await got(provider, "me"))["provider_id"]
    kinds = [k for k in await types_of(provider, provider_id) if "patient" in k["bookable_by"]]
    assert any("telehealth" in kind["modes"] for kind in kinds)
    assert len(kinds) >= 4
    first, last = NOW.date() + timedelta(days=1), NOW.date() + timedelta(days=28)
    for kind in kinds:
        query = {"visit_type_id": kind["id"], "from": first.isoformat(), "to": last.isoformat()}
        days = (await got(provider, f"providers/{provider_id}/slots", **query))["days"]
        free = {day["date"] for day in days if day["slots"]}
        wanted = {first + timedelta(days=n) for n in range(28)}
        assert {day.isoformat() for day in wanted if day.isoweekday() <= 5} <= free, kind["name"]


async def types_of(client: httpx.AsyncClient, provider_id: str) -> list[dict[str, Any]]:
    answer = await got(client, f"providers/{provider_id}/visit-types")
    return answer["items"] if isinstance(answer, dict) else answer


async def test_the_front_desk_sees_the_day_and_how_each_visit_came_about(demo_app: Application) -> None:
    staff = await signed_in(demo_app, "staff")
    day = {"from": NOW.date().isoformat(), "to": NOW.date().isoformat()}
    visits = (await got(staff, "appointments", limit=50, **day))["items"]
    assert len(visits) > 20
    history = (await got(staff, f"appointments/{visits[0]['id']}/history"))["items"]
    assert history[0]["action"] == "appointment:book"
