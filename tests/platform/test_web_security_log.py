"""Those who watch an installation see who was refused what: by ids and codes, never by address or words."""

from typing import Any

import pytest

from openvisit.platform import metrics
from openvisit.platform.web import problems
from tests.support.cast import Scene


class Listener:
    """Stands where the log is written."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    def warning(self, event: str, **told: Any) -> None:
        """Keep it."""
        self.heard.append({"event": event, **told})


def refused(code: str) -> float:
    """How often the metric says that this was refused."""
    return metrics.registry.get_sample_value("openvisit_refusals_total", {"code": code}) or 0.0


async def test_refusals_are_told_with_ids_alone(shared_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener()
    monkeypatch.setattr(problems, "_security", listener)
    before = {code: refused(code) for code in ("not_allowed", "invalid_credentials", "not_signed_in")}
    patient = shared_scene.patient
    wrong = {"email": "planted.address@example.org", "password": "planted password"}
    await shared_scene.app.client.post("/api/auth/login", json=wrong)
    await patient.client.get("/api/people", params={"clinic_id": str(shared_scene.clinic.id)})
    await shared_scene.app.client.get("/api/me", headers={"Authorization": "Bearer planted-token"})
    await patient.client.get("/api/me")
    told = [(one["code"], one["status"], one["person"]) for one in listener.heard]
    assert told == [
        ("invalid_credentials", 401, None),
        ("not_allowed", 403, str(patient.id)),
        ("not_signed_in", 401, None),
    ]
    assert listener.heard[1]["route"] == "/api/people"
    assert "planted" not in str(listener.heard)
    assert {code: refused(code) - count for code, count in before.items()} == dict.fromkeys(before, 1.0)
