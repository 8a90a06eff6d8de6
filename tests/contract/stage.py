"""A clinic with a few of everything, so that made-up requests can meet real rows in every state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.cast import NEW_YORK, Person, Scene

APPOINTMENTS = "/api/appointments"
BOOKED_DAYS = range(3, 9)
FREE_DAYS = range(10, 14)
APP = {
    "name": "Heart Diary",
    "auth_method": "none",
    "redirect_uris": ["https://diary.example/done"],
    "scopes": ["openid"],
}
MOVES = ((), ("confirm",), ("check-in",), ("check-in", "start"), ("check-in", "start", "complete"), ("no-show",))


@dataclass(frozen=True)
class Stage:
    """Who calls, and the values that exist, by the names that parameters and members of bodies have."""

    callers: Mapping[str, Person | None]
    ids: Mapping[str, Sequence[str]]


async def furnished(scene: Scene) -> Stage:
    """Fill the scene's clinic."""
    cast, clinic = scene.cast, scene.clinic
    rooms = [await cast.member("room", clinic, f"Room {n}") for n in range(3)]
    devices = [await cast.member("device", clinic, f"Device {n}") for n in range(3)]
    kinds = [scene.visit_type_id, await cast.visit_type(clinic, name="By request", approval_needed=True)]
    colleague = await cast.provider(clinic, kinds, "Bea Second")
    await cast.hours(colleague)
    taken = [await _book(scene, scene.slot(_at(day, 9))) for day in BOOKED_DAYS]
    for visit, moves in zip(taken, MOVES, strict=True):
        for move in moves:
            await scene.staff.client.post(f"{APPOINTMENTS}/{visit}/{move}")
    asked = {"visit_type_id": str(kinds[1]), "provider_id": str(colleague)}
    taken += [await _book(scene, scene.slot(_at(day, 11), **asked)) for day in FREE_DAYS]
    held = await scene.patient.client.post("/api/holds", json=scene.slot(_at(15, 9)))
    away = {"start": _at(20, 9).isoformat(), "end": _at(21, 9).isoformat(), "reason": "Conference"}
    absence = await scene.staff.client.post(f"/api/providers/{scene.provider_id}/absences", json=away)
    waiting = {"provider_ids": [str(colleague)], "visit_type_id": str(kinds[0]), "modes": ["telehealth"]}
    entry = await _made(scene.patient, "/api/waitlist", waiting)
    app = await _made(scene.admin, "/api/apps", {**APP, "clinic_id": str(clinic.id)})
    texts = (await scene.patient.client.get(f"/api/clinics/{clinic.id}/consent-texts")).json()["items"]
    people = [scene.patient, scene.other_patient, scene.provider, scene.staff]
    starts = [_at(day, hour).isoformat() for day in FREE_DAYS for hour in range(9, 16)]
    ids = {
        "provider_id": [scene.provider_id, colleague],
        "visit_type_id": kinds,
        "default_visit_type_id": kinds,
        "clinic_id": [clinic.id],
        "clinic": [clinic.id],
        "location_id": [clinic.location_id],
        "location": [clinic.location_id],
        "room_id": rooms,
        "device_id": devices,
        "patient_id": [scene.patient.patient_id, scene.other_patient.patient_id],
        "person_id": [person.id for person in people],
        "appointment_id": taken,
        "hold_id": [held.json()["id"]],
        "hold_token": [held.json()["token"]],
        "entry_id": [entry["id"]],
        "app_id": [app["app"]["id"]],
        "text_id": [text["id"] for text in texts],
        "absence_id": [absence.json()["id"]],
        "start": starts,
        "day": [_at(1, 9).date()],
        "from": [_at(1, 9).date()],
        "to": [_at(4, 9).date()],
        "If-Match": ["*", '"1"', '"2"'],
    }
    callers = {"nobody": None, "patient": scene.patient, "provider": scene.provider, "staff": scene.staff}
    return Stage(
        {**callers, "admin": scene.admin}, {name: [str(value) for value in values] for name, values in ids.items()}
    )


async def _book(scene: Scene, body: dict[str, Any]) -> str:
    return str((await _made(scene.patient, APPOINTMENTS, body))["id"])


async def _made(who: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await who.client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def _at(days: int, hour: int) -> datetime:
    """That hour in New York, so many days from today."""
    zone = ZoneInfo(NEW_YORK)
    return datetime.combine(datetime.now(zone).date() + timedelta(days=days), time(hour), zone)
