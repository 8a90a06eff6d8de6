"""The numbers of calls: what a browser sends, and what they come to for a clinic."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from openvisit.core.call_quality import CallNumbers, bad
from tests.features.telehealth.after.conftest import Past

pytestmark = pytest.mark.anyio

GOOD = CallNumbers(600, 40, 90, 0.5, 5, 0, 0, 0, relayed=False)


def test_a_bad_call_passes_any_one_limit() -> None:
    assert not bad(GOOD)
    for change in (
        {"loss_percent": 5.1},
        {"rtt_p95_ms": 401},
        {"jitter_ms": 61},
        {"reconnects": 3},
        {"audio_only_seconds": 121},
    ):
        assert bad(replace(GOOD, **change)), change  # type: ignore[arg-type]
    assert not bad(replace(GOOD, rtt_ms=399, reconnects=2, audio_only_seconds=120, steps_down=9, relayed=True))


def numbers(**changes: Any) -> dict[str, Any]:
    return {
        "peer": str(uuid4()),
        "seconds": 600,
        "rtt_ms": 40,
        "rtt_p95_ms": 90,
        "loss_percent": 0.5,
        "jitter_ms": 5,
        "steps_down": 0,
        "reconnects": 0,
        "audio_only_seconds": 0,
        "relayed": False,
        **changes,
    }


async def test_the_clinic_sees_medians_and_shares(past: Past) -> None:
    path, patient = f"/api/telehealth/rooms/{past.id}/quality", past.scene.patient.client
    sent = [numbers(rtt_ms=rtt) for rtt in range(10, 110, 10)]
    sent[0] |= {"loss_percent": 9, "relayed": True, "steps_down": 2}
    for body in sent:
        assert (await patient.post(path, json=body)).status_code == 204
    assert (await past.scene.provider.client.post(path, json={**sent[1], "reconnects": 1})).status_code == 204
    summary = f"/api/clinics/{past.scene.clinic.id}/call-quality"
    told = (await past.scene.admin.client.get(summary)).json()
    assert (told["calls"], told["minutes"]) == (10, 100)  # the same peer again is no other call
    assert told["rtt_ms"] == {"median": 55.0, "p95": 95.5}
    assert (told["bad"], told["relayed"], told["stepped_down"], told["reconnects"]) == (0.1, 0.1, 0.1, 1)
    later = (await (await past.later(past.scene.admin, days=31)).get(summary)).json()
    assert (later["calls"], later["bad"], later["rtt_ms"]) == (0, None, {"median": None, "p95": None})


async def test_only_who_takes_part_tells(past: Past) -> None:
    path = f"/api/telehealth/rooms/{past.id}/quality"
    assert (await past.scene.other_patient.client.post(path, json=numbers())).status_code == 404
    assert (await past.scene.app.client.post(path, json=numbers())).status_code == 404
    for wrong in ({"rtt_ms": -1}, {"loss_percent": 101}, {"seconds": 10**9}, {"peer": "x"}, {"rtt_ms": "fast"}):
        assert (await past.scene.patient.client.post(path, json=numbers(**wrong))).status_code == 422
    assert (await past.scene.staff.client.get(f"/api/clinics/{past.scene.clinic.id}/call-quality")).status_code == 403
