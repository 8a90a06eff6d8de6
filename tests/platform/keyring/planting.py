"""Says every planted text through the API, and lets the worker run, in a process of its own whose output is read."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from openvisit.main.work import worker
from openvisit.platform import log
from openvisit.platform.principal import SYSTEM, become
from openvisit.platform.realtime import CHANNEL
from openvisit.settings import Settings
from tests.support.application import client_of, running
from tests.support.cast import Scene, usual_scene
from tests.support.clock import StandingClock

PLANTED = {
    "reason": "Zwölffingerdarmgeschwür, seit Dienstag",
    "needs": "gebärdendolmetscherin Xanthippe",
    "cancel": "Chemotherapiezyklus verschoben",
    "decline": "Schwangerschaftsdiabetes gehört anderswohin",
    "overbook": "akute Suizidgefährdung, sofort einschieben",
    "absence": "Hüftgelenksoperation des Arztes",
    "phone": "+49 30 5550199888",
    "email": "zaphod.plantagenet@planted.test",
    "registered": "trillian.plantagenet@planted.test",
    "search": "ford.plantagenet@planted.test",
    "refused": "Netzhautablösung links, verspätet",
    "malformed": "Bauchspeicheldrüsenentzündung",
    "password": "correct horse battery planted",
    "wrong-password": "incorrect horse battery planted",
}


@contextmanager
def hearing(url: str, told: list[str]) -> Iterator[None]:
    """Everything that is said on the live channel."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        yield
        told.extend(notice.payload for notice in connection.notifies(timeout=1.0))


class Stage:
    """One run through every field that takes such text; `answers` are the bodies people were shown."""

    def __init__(self, scene: Scene, asgi: Any) -> None:
        self.scene = scene
        self.asgi = asgi
        self.problems: dict[str, bytes] = {}

    async def play(self) -> None:
        """Say everything."""
        scene = self.scene
        start = scene.app.clock().replace(hour=15) + timedelta(days=2)
        patient, staff = client_of(self.asgi, scene.patient.token), client_of(self.asgi, scene.staff.token)
        needs = {"notes": PLANTED["needs"], "wheelchair_access": True}
        wish = scene.slot(start, reason=PLANTED["reason"], accommodations=needs)
        booked = await patient.post(
            "/api/appointments",
            json=wish,
            headers={"Idempotency-Key": "planted-once"},
        )
        assert booked.status_code == 201, booked.text
        visit = booked.json()
        again = await patient.post(
            "/api/appointments",
            json=wish,
            headers={"Idempotency-Key": "planted-once"},
        )
        assert again.json()["reason"] == PLANTED["reason"], "the text is there for those who may read it"
        other = await patient.post(
            "/api/appointments",
            json=scene.slot(start, reason=PLANTED["refused"]),
            headers={"Idempotency-Key": "planted-once"},
        )
        self._refused("another body under the key", other, 422)
        self._refused("a taken slot", await client_of(self.asgi, scene.other_patient.token).post(
            "/api/appointments", json=scene.slot(start, reason=PLANTED["refused"])), 409)  # fmt: skip
        known = await client_of(self.asgi, scene.other_patient.token).post(
            "/api/appointments", json=scene.slot(start + timedelta(days=3), reason=PLANTED["reason"])
        )
        assert known.status_code == 201, known.text
        over = await staff.post(
            "/api/appointments",
            json=scene.slot(
                start, reason=PLANTED["reason"], patient_id=str(scene.other_patient.patient_id), overbook=True,
                overbook_reason=PLANTED["overbook"],
            ),
        )  # fmt: skip
        assert over.status_code == 201, over.text
        history = await staff.get(f"/api/appointments/{over.json()['id']}/history")
        assert PLANTED["overbook"] in history.text, "staff is told why"
        moved = await patient.put(
            f"/api/appointments/{visit['id']}/reschedule", json={"start": (start + timedelta(days=1)).isoformat()}
        )
        assert moved.status_code == 200, moved.text
        cancelled = await patient.request(
            "DELETE", f"/api/appointments/{visit['id']}", json={"reason": PLANTED["cancel"]}
        )
        assert cancelled.json()["closed_reason"] == PLANTED["cancel"]
        declined = await client_of(self.asgi, scene.provider.token).request(
            "DELETE", f"/api/appointments/{over.json()['id']}", json={"reason": PLANTED["decline"]}
        )
        assert declined.json()["closed_reason"] == PLANTED["decline"]
        away = await staff.post(
            f"/api/providers/{scene.provider_id}/absences",
            json={
                "start": start.isoformat(),
                "end": (start + timedelta(hours=5)).isoformat(),
                "reason": PLANTED["absence"],
            },
        )
        assert away.json()["reason"] == PLANTED["absence"]
        schedule = await staff.get(f"/api/providers/{scene.provider_id}/schedule")
        assert schedule.json()["absences"][0]["reason"] == PLANTED["absence"]
        await self._people(staff)
        await self._errors(patient)

    async def _people(self, staff: Any) -> None:
        clinic = str(self.scene.clinic.id)
        entered = await staff.post(
            "/api/patients",
            json={
                "email": PLANTED["email"], "phone": PLANTED["phone"], "full_name": "Zaphod", "clinic_id": clinic,
                "time_zone": "Europe/Berlin",
            },
        )  # fmt: skip
        assert entered.status_code == 201, entered.text
        assert entered.json()["phone"] == PLANTED["phone"]
        found = await staff.post("/api/patients/search", json={"clinic_id": clinic, "q": PLANTED["email"]})
        assert [each["email"] for each in found.json()["items"]] == [PLANTED["email"]]
        nobody = await staff.post("/api/patients/search", json={"clinic_id": clinic, "q": PLANTED["search"]})
        assert nobody.json()["items"] == []
        stranger = client_of(self.asgi)
        for path, body, status in (
            ("register", {"email": PLANTED["registered"], "password": PLANTED["password"], "full_name": "Trillian",
                          "time_zone": "Europe/Berlin", "language": "en"}, 202),
            ("login", {"email": PLANTED["registered"], "password": PLANTED["wrong-password"]}, 401),
            ("forgot", {"email": PLANTED["search"]}, 202),
            ("verify", {"email": PLANTED["registered"], "code": "000000"}, 401),
        ):  # fmt: skip
            answer = await stranger.post(f"/api/auth/{path}", json=body)
            assert answer.status_code in (status, 422), f"{path}: {answer.text}"
            self.problems[f"answer of {path}"] = answer.content

    async def _errors(self, patient: Any) -> None:
        """Refused as malformed, and failing within: neither may repeat what it was given."""
        text = PLANTED["malformed"]
        for name, content in (
            ("unknown field", {"start": "2027-03-01T09:00:00Z", "notes": text}),
            ("wrong type", {"provider_id": text, "reason": text}),
            ("too long", {"reason": text * 200}),
        ):
            self._refused(name, await patient.post("/api/appointments", json=content), 422)
        broken = await patient.post("/api/appointments", content=f'{{"reason": "{text}'.encode())
        self._refused("cut off", broken, 400, 422)

    def _refused(self, name: str, answer: Any, *statuses: int) -> None:
        assert answer.status_code in statuses, f"{name}: {answer.status_code} {answer.text}"
        self.problems[f"problem: {name}"] = answer.content


async def main(database_url: str, folder: str, smtp_url: str) -> None:
    """Play it, and write what was answered and told into `said.json`."""
    become(SYSTEM)  # who sets the scene; each request is nobody's until it is known whose it is
    log.configure("debug", "json")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the script's own client, not ours
    settings = Settings(
        database_url=database_url,
        openvisit_data_dir=folder,
        secret_key="a secret of the tests, of no use elsewhere",
        horizon_days=60,
        smtp_url=smtp_url,
        log_level="debug",
        sign_in_limit_per_minute=0,
    )
    clock, told = StandingClock(), list[str]()
    async with running(settings, clock) as app:
        stage = Stage(await usual_scene(app), app.asgi)
        with hearing(database_url, told):
            await stage.play()
            async with worker(settings, clock) as jobs:
                await jobs.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)
        metrics = (await app.client.get("/metrics")).text
    said = {name: content.decode() for name, content in stage.problems.items()}
    (Path(folder) / "said.json").write_text(json.dumps({**said, "live messages": " ".join(told), "metrics": metrics}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
