"""Schedules, absences and the slots that follow from them, through the API."""

from datetime import date, timedelta
from typing import Any

from openvisit.platform.db import fetch_one
from tests.support.cast import Scene

WEEKLY = [
    {"weekday": day, "start": "09:00", "end": "12:00", "modes": ["telehealth", "in-person"]} for day in range(1, 6)
]
SCHEDULE: dict[str, Any] = {
    "time_zone": "America/New_York",
    "weekly": WEEKLY,
    "breaks": [{"weekday": 1, "start": "10:00", "end": "10:30"}],
    "overrides": [{"date": "2027-03-03", "hours": [{"start": "18:00", "end": "19:00", "modes": ["phone"]}]}],
    "holidays": ["2027-03-04"],
}


async def slots(scene: Scene, first: str, last: str | None = None, **more: Any) -> dict[str, list[str]]:
    answer = await scene.app.client.get(
        f"/api/providers/{scene.provider_id}/slots",
        params={"from": first, "to": last or first, "visit_type_id": str(scene.visit_type_id), **more},
    )
    assert answer.status_code == 200, answer.text
    return {day["date"]: [slot["start"][11:] for slot in day["slots"]] for day in answer.json()["days"]}


async def why(scene: Scene, start: str, **more: Any) -> list[str]:
    answer = await scene.app.client.get(
        f"/api/providers/{scene.provider_id}/slots/explain",
        params={"start": start, "visit_type_id": str(scene.visit_type_id), "mode": "telehealth", **more},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["available"] is (not answer.json()["reasons"])
    return list(answer.json()["reasons"])


async def put(scene: Scene, body: dict[str, Any], who: Any = None, **headers: str) -> Any:
    client = (who or scene.provider).client
    return await client.put(f"/api/providers/{scene.provider_id}/schedule", json=body, headers=headers)


async def test_slots_follow_the_schedule(scene: Scene) -> None:
    saved = await put(scene, SCHEDULE)
    assert saved.status_code == 200, saved.text
    days = await slots(scene, "2027-03-08", "2027-03-14", mode="telehealth", time_zone="America/New_York")
    assert list(days) == [f"2027-03-{day:02}" for day in range(8, 15)]
    assert days["2027-03-08"] == [
        "09:00:00-05:00",
        "09:30:00-05:00",
        "10:30:00-05:00",
        "11:00:00-05:00",
        "11:30:00-05:00",
    ]
    assert len(days["2027-03-09"]) == 6
    assert days["2027-03-13"] == []
    special = await slots(scene, "2027-03-03", "2027-03-04", time_zone="America/New_York")
    assert special == {"2027-03-03": ["18:00:00-05:00", "18:30:00-05:00"], "2027-03-04": []}


async def test_a_schedule_is_edited_by_one_at_a_time(scene: Scene) -> None:
    read = await scene.provider.client.get(f"/api/providers/{scene.provider_id}/schedule")
    tag = read.headers["etag"]
    first = await put(scene, SCHEDULE, **{"If-Match": tag})
    assert first.status_code == 200
    assert first.headers["etag"] != tag
    second = await put(scene, SCHEDULE, scene.staff, **{"If-Match": tag})
    assert (second.status_code, second.json()["code"]) == (412, "version_mismatch")
    assert (await put(scene, SCHEDULE, scene.staff, **{"If-Match": first.headers["etag"]})).status_code == 200


async def test_schedules_are_for_the_provider_and_the_clinic(scene: Scene) -> None:
    url = f"/api/providers/{scene.provider_id}/schedule"
    assert (await scene.app.client.get(url)).status_code == 401
    for who, status in ((scene.patient, 404), (scene.outsider, 404), (scene.staff, 200), (scene.provider, 200)):
        assert (await who.client.get(url)).status_code == status
    assert (await put(scene, SCHEDULE, scene.patient)).status_code == 403
    assert (await put(scene, SCHEDULE, scene.outsider)).status_code == 403


async def test_contradictions_are_told_where_they_stand(scene: Scene) -> None:
    overlap = SCHEDULE | {"weekly": [*WEEKLY, WEEKLY[0]]}
    answer = await put(scene, overlap)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_schedule")
    assert answer.json()["errors"][0]["path"] == "body.weekly.5"
    assert (await put(scene, SCHEDULE | {"time_zone": "Mars/Olympus"})).status_code == 422
    foreign = {
        "weekday": 1,
        "start": "13:00",
        "end": "14:00",
        "modes": ["phone"],
        "location_id": str(scene.provider_id),
    }
    assert (await put(scene, SCHEDULE | {"weekly": [foreign]})).status_code == 422
    assert (await put(scene, SCHEDULE | {"weekly": [WEEKLY[0] | {"start": "9 o'clock"}]})).status_code == 422


async def test_absences_close_and_open_again(scene: Scene) -> None:
    body = {"start": "2027-03-09T10:00:00-05:00", "end": "2027-03-09T11:00:00-05:00", "reason": "Dentist"}
    url = f"/api/providers/{scene.provider_id}/absences"
    before = await slots(scene, "2027-03-09", mode="telehealth")
    added = await scene.provider.client.post(url, json=body)
    assert added.status_code == 201, added.text
    during = await slots(scene, "2027-03-09", mode="telehealth")
    gone = set(before["2027-03-09"]) - set(during["2027-03-09"])
    assert gone == {"10:00:00-05:00", "10:30:00-05:00"}
    assert await why(scene, "2027-03-09T10:00:00-05:00") == ["absence"]
    booked = await scene.patient.client.post(
        "/api/appointments", json=scene.slot(scene.app.clock().replace(day=9, hour=15))
    )
    assert (booked.status_code, booked.json()["code"]) == (409, "slot_taken")
    assert (await scene.patient.client.delete(f"{url}/{added.json()['id']}")).status_code == 403
    assert (await scene.provider.client.delete(f"{url}/{added.json()['id']}")).status_code == 204
    assert await slots(scene, "2027-03-09", mode="telehealth") == before
    backwards = body | {"end": body["start"]}
    assert (await scene.provider.client.post(url, json=backwards)).status_code == 422


async def test_why_a_time_is_not_offered(scene: Scene) -> None:
    await put(scene, SCHEDULE)
    assert await why(scene, "2027-03-08T09:00:00-05:00") == []
    assert await why(scene, "2027-03-08T10:00:00-05:00") == ["break"]
    assert await why(scene, "2027-03-08T09:10:00-05:00") == ["off-step"]
    assert await why(scene, "2027-03-08T15:00:00-05:00") == ["outside-hours"]
    assert await why(scene, "2027-03-07T09:00:00-05:00") == ["closed"]
    assert await why(scene, "2027-03-04T09:00:00-05:00") == ["holiday"]
    assert "past" in await why(scene, "2027-02-22T09:00:00-05:00")
    assert await why(scene, "2027-03-08T09:00:00-05:00", mode="phone") == ["mode-not-offered"]
    hold = await scene.patient.client.post("/api/holds", json=scene.slot(scene.app.clock().replace(day=8, hour=14)))
    assert hold.status_code == 201, hold.text
    assert await why(scene, "2027-03-08T09:00:00-05:00") == ["held"]


async def test_hours_across_a_change_of_clocks_and_asked_from_another_zone(scene: Scene) -> None:
    await put(scene, SCHEDULE | {"breaks": []})
    asked = await slots(scene, "2027-03-11", "2027-03-16", mode="telehealth", time_zone="Asia/Kathmandu")
    # New York moves to summer time on 14 March: nine there is 19:45 before and 18:45 after, in Nepal.
    assert asked["2027-03-12"][0] == "19:45:00+05:45"
    assert asked["2027-03-15"][0] == "18:45:00+05:45"


async def test_the_openings_reach_the_horizon_and_no_further(scene: Scene) -> None:
    today = scene.app.clock().date()
    far = today + timedelta(days=59)
    weekday = far if far.isoweekday() <= 5 else far - timedelta(days=2)
    assert (await slots(scene, weekday.isoformat()))[weekday.isoformat()]
    async with scene.app.parts.db.connection() as connection:
        row = await fetch_one(
            connection,
            "SELECT materialised_until FROM schedule WHERE provider_id = %(id)s",
            {"id": scene.provider_id},
        )
    assert row is not None
    assert row["materialised_until"] == today + timedelta(days=60)


async def test_the_day_at_the_default_visit_type(scene: Scene) -> None:
    url = f"/api/appointments/availability/{scene.provider_id}/2027-03-09"
    day = (await scene.app.client.get(url)).json()
    assert (day["date"], day["time_zone"]) == ("2027-03-09", "America/New_York")
    assert [s["time"] for s in day["slots"]][:2] == ["2027-03-09T09:00:00-05:00", "2027-03-09T09:30:00-05:00"]
    assert all(s["available"] for s in day["slots"])
    await scene.patient.client.post("/api/appointments", json=scene.slot(scene.app.clock().replace(day=9, hour=14)))
    after = (await scene.app.client.get(url)).json()["slots"]
    assert [s["available"] for s in after][:2] == [False, True]
    assert (await scene.app.client.get(url.replace("03-09", "13-09"))).status_code == 404


async def test_ranges_and_zones_that_make_no_sense(scene: Scene) -> None:
    base = f"/api/providers/{scene.provider_id}/slots"
    for params in (
        {"from": "2027-03-09", "to": "2027-03-08"},
        {"from": "2027-01-01", "to": "2027-12-31"},
        {"from": "2027-03-09", "to": "2027-03-09", "time_zone": "Nowhere/Land"},
        {"from": "0001-01-01", "to": "0001-01-02"},
        {"from": "9999-12-30", "to": "9999-12-31"},
        {"from": "tomorrow", "to": "2027-03-09"},
        {"to": "2027-03-09"},
    ):
        answer = await scene.app.client.get(base, params=params)
        assert answer.status_code == 422, params


async def test_a_preview_shows_what_would_be(scene: Scene) -> None:
    body = SCHEDULE | {"weekly": [WEEKLY[0] | {"end": "10:00"}], "breaks": []}
    answer = await scene.provider.client.post(
        f"/api/providers/{scene.provider_id}/schedule/preview",
        params={"from": "2027-03-08", "to": "2027-03-09", "visit_type_id": str(scene.visit_type_id)},
        json=body,
    )
    assert answer.status_code == 200, answer.text
    days = {d["date"]: {s["start"][11:16] for s in d["slots"]} for d in answer.json()["days"]}
    assert days == {"2027-03-08": {"09:00", "09:30"}, "2027-03-09": set()}
    assert date.fromisoformat("2027-03-09")
    assert len((await slots(scene, "2027-03-09"))["2027-03-09"]) > 0, "nothing was stored"


async def test_buffers_keep_their_distance(scene: Scene) -> None:
    kind = await scene.cast.visit_type(
        scene.clinic, name="Buffered", step_minutes=15, buffer_before_minutes=10, buffer_after_minutes=20
    )
    provider = await scene.cast.provider(scene.clinic, [kind], "Dr Buffer")
    await scene.cast.hours(provider)
    start = scene.app.clock().replace(day=9, hour=15)
    body = {"provider_id": str(provider), "visit_type_id": str(kind), "start": start.isoformat(), "mode": "phone"}
    assert (await scene.patient.client.post("/api/appointments", json=body)).status_code == 201
    answer = await scene.app.client.get(
        f"/api/providers/{provider}/slots", params={"from": "2027-03-09", "to": "2027-03-09", "mode": "phone"}
    )
    starts = [s["start"][11:16] for s in answer.json()["days"][0]["slots"]]
    # Busy 09:50 to 10:50; a visit needs 10 minutes before and 50 from its start on.
    assert [s for s in starts if "08:59" < s < "12:00"] == ["09:00", "11:00", "11:15", "11:30", "11:45"]
