"""Who may write what: every write, every role, the own clinic's things and another's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from openvisit.features.directory.api import ROUTES
from tests.support.cast import Clinic, Scene
from tests.support.pictures import picture

PNG = picture()
ROLES = ("nobody", "patient", "provider", "staff", "admin", "outsider")


@dataclass(frozen=True)
class Things:
    """One of everything at the clinic."""

    clinic: Clinic
    provider_id: UUID
    visit_type_id: UUID
    room_id: UUID
    device_id: UUID


@dataclass(frozen=True)
class Write:
    """A request that changes something, and the answer each role gets; `ok` for whoever may."""

    method: str
    path: Callable[[Things], str]
    body: Callable[[Things], Any]
    ok: int
    patient: int = 403
    provider: int = 403
    staff: int = 0
    admin: int = 0
    outsider: int = 403

    def expected(self, role: str) -> int:
        """The status for a role."""
        return 401 if role == "nobody" else getattr(self, role) or self.ok


def nothing(_: Things) -> None:
    """No body."""


def name(_: Things) -> dict[str, str]:
    """A change of the name."""
    return {"name": "New"}


WRITES: dict[str, Write] = {
    "post clinic": Write(
        "POST", lambda _: "clinics", lambda _: {"name": "C", "time_zone": "UTC"}, 201, staff=403, outsider=201
    ),
    "patch clinic": Write("PATCH", lambda t: f"clinics/{t.clinic.id}", name, 200, staff=403),
    "post location": Write(
        "POST",
        lambda _: "locations",
        lambda t: {"name": "L", "time_zone": "UTC", "clinic_id": str(t.clinic.id)},
        201,
    ),
    "patch location": Write("PATCH", lambda t: f"locations/{t.clinic.location_id}", name, 200),
    "delete location": Write("DELETE", lambda t: f"locations/{t.clinic.location_id}", nothing, 200),
    "post room": Write(
        "POST", lambda _: "rooms", lambda t: {"name": "R", "location_id": str(t.clinic.location_id)}, 201
    ),
    "patch room": Write("PATCH", lambda t: f"rooms/{t.room_id}", name, 200, patient=404, outsider=404),
    "delete room": Write("DELETE", lambda t: f"rooms/{t.room_id}", nothing, 200, patient=404, outsider=404),
    "post device": Write(
        "POST", lambda _: "devices", lambda t: {"name": "D", "location_id": str(t.clinic.location_id)}, 201
    ),
    "patch device": Write("PATCH", lambda t: f"devices/{t.device_id}", name, 200, patient=404, outsider=404),
    "delete device": Write("DELETE", lambda t: f"devices/{t.device_id}", nothing, 200, patient=404, outsider=404),
    "post visit type": Write(
        "POST",
        lambda _: "visit-types",
        lambda t: {"name": "V", "duration_minutes": 9, "modes": ["phone"], "clinic_id": str(t.clinic.id)},
        201,
    ),
    "patch visit type": Write("PATCH", lambda t: f"visit-types/{t.visit_type_id}", name, 200),
    "delete visit type": Write("DELETE", lambda t: f"visit-types/{t.visit_type_id}", nothing, 200),
    "post provider": Write(
        "POST",
        lambda _: "providers",
        lambda t: {"full_name": "P", "time_zone": "UTC", "clinic_id": str(t.clinic.id)},
        201,
    ),
    "patch provider": Write("PATCH", lambda t: f"providers/{t.provider_id}", lambda _: {"bio": "x"}, 200, provider=200),
    "delete provider": Write("DELETE", lambda t: f"providers/{t.provider_id}", nothing, 200),
    "put photo": Write("PUT", lambda t: f"providers/{t.provider_id}/photo", lambda _: PNG, 204, provider=204),
    "delete photo": Write("DELETE", lambda t: f"providers/{t.provider_id}/photo", nothing, 204, provider=204),
}


async def things_of(scene: Scene) -> Things:
    """One of everything at the scene's clinic, the provider with a photo."""
    room = await scene.cast.member("room", scene.clinic, "Room")
    device = await scene.cast.member("device", scene.clinic, "Device")
    put = await scene.admin.client.put(f"/api/providers/{scene.provider_id}/photo", content=PNG)
    assert put.status_code == 204
    return Things(scene.clinic, scene.provider_id, scene.visit_type_id, room, device)


@pytest.mark.parametrize("write", WRITES)
async def test_each_role_may_what_it_may(scene: Scene, write: str) -> None:
    asked = WRITES[write]
    things = await things_of(scene)
    got = {}
    # Whoever may not comes first, so that what they are refused is still there.
    for role in sorted(ROLES, key=lambda role: asked.expected(role) < 300):
        client = scene.app.client if role == "nobody" else getattr(scene, role).client
        body = asked.body(things)
        content = {"content": body} if isinstance(body, bytes) else {"json": body} if body else {}
        answer = await client.request(asked.method, f"/api/{asked.path(things)}", **content)
        got[role] = answer.status_code
        if write == "delete photo" and answer.status_code == 204:
            await scene.admin.client.put(f"/api/providers/{scene.provider_id}/photo", content=PNG)
    assert got == {role: asked.expected(role) for role in ROLES}


async def test_another_provider_of_the_clinic_may_not_change_a_colleague(scene: Scene) -> None:
    second = await scene.cast.provider(scene.clinic, [], "Bea Second")
    colleague = await scene.cast.person("Bea Second", roles={scene.clinic.id: ["provider"]}, provider_id=second)
    address = f"/api/providers/{scene.provider_id}"
    assert (await colleague.client.patch(address, json={"bio": "x"})).status_code == 403
    assert (await colleague.client.put(f"{address}/photo", content=PNG)).status_code == 403
    assert (await colleague.client.patch(f"/api/providers/{second}", json={"bio": "x"})).status_code == 200


async def test_nothing_of_a_refused_write_is_kept(scene: Scene) -> None:
    answer = await scene.outsider.client.patch(f"/api/visit-types/{scene.visit_type_id}", json={"name": "Mine"})
    assert answer.status_code == 403
    assert (await scene.app.client.get(f"/api/visit-types/{scene.visit_type_id}")).json()["name"] == "Consultation"


def test_every_write_of_the_directory_is_in_the_table() -> None:
    writes = sum(1 for handler in ROUTES for method in handler.http_methods if method not in ("GET", "HEAD", "OPTIONS"))
    assert writes == len(WRITES)
