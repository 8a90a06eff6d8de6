"""A postbox, and a family."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.features.identity.steps import Postbox, text_of
from tests.support.cast import Person, Scene

Invite = Callable[..., Awaitable[str]]


@pytest.fixture
def postbox(scene: Scene) -> Postbox:
    return Postbox(scene.app)


@dataclass(frozen=True)
class Family:
    """A patient and somebody who may act for them."""

    scene: Scene
    patient: Person
    delegate: Person
    delegation_id: str

    def slot(self, hour: int, **more: Any) -> dict[str, Any]:
        """A visit of the patient, in three days."""
        start = self.scene.app.clock().replace(hour=hour) + timedelta(days=3)
        return self.scene.slot(start, patient_id=str(self.patient.patient_id), **more)

    async def book(self, by: Person, hour: int = 15, **more: Any) -> dict[str, Any]:
        """The visit, booked by one of the two."""
        answer = await by.client.post("/api/appointments", json=self.slot(hour, **more))
        assert answer.status_code == 201, answer.text
        booked: dict[str, Any] = answer.json()
        return booked


@pytest.fixture
def invite(scene: Scene, postbox: Postbox) -> Invite:
    """Let a patient invite somebody; the answer is the code of the mailed link."""

    async def invited(by: Person, whom: Person, **more: Any) -> str:
        body = {"email": whom.email, "kind": "carer", "scopes": ["visits", "book"], "expires_on": "2027-12-31", **more}
        answer = await by.client.post("/api/me/delegations", json=body)
        assert answer.status_code == 202, answer.text
        (mail,) = [m for m in await postbox.deliver() if m["To"] and whom.email in m["To"]]
        return text_of(mail).partition("#accept=")[2].split()[0]

    return invited


@pytest.fixture
async def family(scene: Scene, invite: Invite) -> Family:
    """The scene's patient, and a carer who may see and book."""
    return await joined(scene, invite)


async def joined(scene: Scene, invite: Invite, **more: Any) -> Family:
    """A carer invited by the scene's patient, who said yes."""
    delegate = await scene.cast.person("Cara Carer", patient=True)
    code = await invite(scene.patient, delegate, **more)
    answer = await delegate.client.post("/api/me/delegations/accept", json={"code": code})
    assert answer.status_code == 200, answer.text
    return Family(scene, scene.patient, delegate, answer.json()["id"])
