"""The way in is told to those who have been let in, as long as the room is theirs."""

from datetime import timedelta
from typing import Any

import pytest

from openvisit.core.ids import new_id
from openvisit.platform.channels import Doubtful
from openvisit.platform.db import execute
from tests.features.telehealth.platforms.conftest import Held
from tests.support.cast import Person

pytestmark = pytest.mark.anyio


async def sit(held: Held, person: Person, role: str, state: str, revision: int = 1) -> None:
    """Somebody in the room, as its socket keeps them."""
    values = {
        "room": held.id,
        "participant": f"person:{person.id}",
        "person": person.id,
        "role": role,
        "revision": revision,
        "state": state,
        "peer": new_id(),
        "process": new_id(),
        "now": held.scene.app.clock(),
    }
    async with held.studio.db.connection() as connection:
        await execute(
            connection,
            "INSERT INTO visit_process (id, lease_until) VALUES (%(process)s, now() + interval '1 hour')",
            {"process": values["process"]},
        )
        await execute(
            connection,
            """INSERT INTO visit_presence (room_id, participant, person_id, role, revision, state, peer, process,
                                           came_at)
               VALUES (%(room)s, %(participant)s, %(person)s, %(role)s, %(revision)s, %(state)s, %(peer)s, %(process)s,
                       %(now)s)
               ON CONFLICT (room_id, participant) DO UPDATE SET state = excluded.state, revision = excluded.revision,
                   process = excluded.process""",
            values,
        )


@pytest.fixture
async def opened(held: Held) -> Held:
    """The room is made, and its doors are open: a quarter of an hour before the visit."""
    await held.settle()
    made = await held.scene.patient.client.post(f"/api/telehealth/generate-url/{held.id}")
    assert made.status_code == 200, made.text
    start = held.scene.app.clock() + timedelta(minutes=10)
    await held.set(starts_at=start, ends_at=start + timedelta(minutes=30))
    async with held.studio.db.connection() as connection:
        await execute(
            connection,
            """UPDATE visit_room SET starts_at = %(start)s, ends_at = %(end)s""",
            {"start": start, "end": start + timedelta(minutes=30)},
        )
    return held


async def ask(held: Held, person: Person) -> Any:
    return await person.client.post(f"/api/telehealth/rooms/{held.id}/way-in")


async def test_the_way_in_is_told_after_admission(opened: Held) -> None:
    patient, provider = opened.scene.patient, opened.scene.provider
    refused = await ask(opened, patient)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_let_in")
    await sit(opened, patient, "patient", "waiting")
    assert (await ask(opened, patient)).json()["code"] == "not_let_in"
    await sit(opened, patient, "patient", "admitted")
    told = (await ask(opened, patient)).json()
    assert (told["platform"], told["kind"]) == ("zoom", "link")
    assert told["link"].endswith("?join")
    await sit(opened, provider, "provider", "admitted")
    assert (await ask(opened, provider)).json()["link"].endswith("?host")
    await sit(opened, patient, "patient", "removed")
    assert (await ask(opened, patient)).json()["code"] == "not_let_in"


async def test_strangers_and_former_admissions_get_nothing(opened: Held) -> None:
    for stranger in (opened.scene.other_patient, opened.scene.outsider):
        assert (await ask(opened, stranger)).status_code == 404
    await sit(opened, opened.scene.patient, "patient", "admitted", revision=0)  # of before the visit was moved
    assert (await ask(opened, opened.scene.patient)).json()["code"] == "not_let_in"
    await sit(opened, opened.scene.patient, "patient", "admitted")
    await opened.set(status="cancelled")
    assert (await ask(opened, opened.scene.patient)).status_code == 409


async def test_a_platform_that_does_not_answer_is_said_to(opened: Held) -> None:
    await sit(opened, opened.scene.patient, "patient", "admitted")

    async def silent(*_: object) -> None:
        raise Doubtful("time-out")

    opened.vendor.way_in = silent  # type: ignore[method-assign,assignment]
    answer = await ask(opened, opened.scene.patient)
    assert (answer.status_code, answer.json()["code"]) == (503, "platform_unavailable")
