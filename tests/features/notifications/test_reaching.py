"""A child without an address of its own: whoever books for it is told, in their way, and nothing that is hidden."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from openvisit.core.ids import new_id
from openvisit.features.notifications.reminders.jobs import preferences_changed
from openvisit.platform.db import execute, fetch_all
from tests.features.notifications.reminders.conftest import Stage, soon, stage
from tests.features.notifications.test_news import hears
from tests.support.cast import Person

__all__ = ["soon", "stage"]

pytestmark = pytest.mark.anyio


async def parents(stage: Stage, *names: str, scopes: tuple[str, ...] = ("visits", "book")) -> list[Person]:
    """People who may act for the patient, who has no address any more; the first was let first."""
    scene, found = stage.scene, []
    async with scene.app.parts.db.transaction(as_system="the scene is set") as connection:
        await execute(
            connection,
            "UPDATE person SET email = NULL, email_index = NULL WHERE id = %(id)s",
            {"id": scene.patient.id},
        )
        for place, name in enumerate(names):
            person = await scene.cast.person(name, patient=True)
            found.append(person)
            await execute(
                connection,
                """INSERT INTO delegation
                       (id, patient_id, delegate_id, kind, scopes, created_at, created_by, accepted_at, expires_at)
                   VALUES (%(id)s, %(patient)s, %(delegate)s, 'parent', %(scopes)s, %(now)s, %(delegate)s,
                           %(now)s + make_interval(secs => %(place)s), %(now)s + interval '1 year')""",
                {
                    "id": new_id(),
                    "patient": scene.patient.patient_id,
                    "delegate": person.id,
                    "scopes": list(scopes),
                    "now": stage.now,
                    "place": place,
                },
            )
    return found


async def due(stage: Stage, start: datetime) -> None:
    await stage.plan()
    stage.until(start - timedelta(minutes=120))
    await stage.send()


async def test_reminders_and_news_go_to_who_books_by_their_own_preferences(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon, "in-person")
    stage.later(hours=7)
    [mother] = await parents(stage, "Mara Rivera")
    await stage.prefer(mother, channels=["sms"], offsets=[120], language="es")
    patient, _ = await hears(stage, visit)
    assert (patient["person_id"], patient["channel"]) == (mother.id, "sms")
    await due(stage, soon)
    row = await stage.row("reminder", 120)
    assert (row["person_id"], row["status"], row["channel"]) == (mother.id, "sent", "sms")
    assert [message.language for message in stage.vendors["sms"].messages] == ["es", "es"]


async def test_the_mail_says_for_whom_it_is_and_its_links_work_for_who_got_it(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon, "in-person")
    [mother] = await parents(stage, "Mara Rivera")
    await hears(stage, visit)
    [mail] = [m for m in stage.vendors["email"].messages if m.address == mother.email]
    assert "Hello Mara Rivera" in mail.text
    assert "For: Pat Rivera" in mail.text
    [first, *_] = [line.rpartition("#")[2].strip() for line in mail.text.splitlines() if "/answer#" in line]
    assert (await stage.scene.app.client.post(f"/api/links/{first}", json={})).json()["status"] == "confirmed"


async def test_of_several_the_one_who_booked_last_is_told(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon, "in-person")
    first, second = await parents(stage, "Mara Rivera", "Paul Rivera")
    await due(stage, soon)
    assert (await stage.row("reminder", 120))["person_id"] == first.id
    async with stage.scene.app.parts.db.connection(as_system="he booked it") as connection:
        await execute(connection, "UPDATE appointment SET booked_by = %(id)s", {"id": second.id})
    patient, _ = await hears(stage, visit)
    assert patient["person_id"] == second.id


async def test_nobody_hears_of_what_is_hidden_from_them(stage: Stage, soon: datetime) -> None:
    visit = await stage.book(soon, "in-person")
    await parents(stage, "Mara Rivera")
    async with stage.scene.app.parts.db.connection(as_system="the patient keeps it private") as connection:
        await execute(connection, "UPDATE appointment SET private = true")
    patient, _ = await hears(stage, visit)
    assert (patient["person_id"], patient["why"]) == (stage.scene.patient.id, "no-channel")
    await due(stage, soon)
    assert set((await stage.states(visit)).values()) <= {"visit-changed", "sent", "no-channel"}
    assert [m for m in stage.vendors["email"].messages if "Rivera" in m.name and "Mara" in m.name] == []


@pytest.mark.parametrize("why", ["may not book", "ended"])
async def test_who_may_not_book_is_not_told(stage: Stage, soon: datetime, why: str) -> None:
    await stage.book(soon, "in-person")
    await parents(stage, "Mara Rivera", scopes=("visits",) if why == "may not book" else ("visits", "book"))
    if why == "ended":
        async with stage.scene.app.parts.db.connection(as_system="it is over") as connection:
            await execute(connection, "UPDATE delegation SET ended_at = now()")
    await due(stage, soon)
    assert stage.vendors["email"].messages == []
    assert (await stage.row("reminder", 120))["why"] == "no-channel"


async def test_their_wishes_plan_the_childs_reminders_anew(stage: Stage, soon: datetime) -> None:
    await stage.book(soon, "in-person")
    [mother] = await parents(stage, "Mara Rivera")
    async with stage.scene.app.parts.db.transaction() as connection:
        await execute(connection, "DELETE FROM procrastinate_jobs")
        await preferences_changed(connection, mother.id)
    assert await stage.hear() == ["reminders:plan_patient"]
    assert {row["person_id"] for row in await stage.rows()} == {mother.id}


async def test_staff_plan_for_them_though_they_may_not_see_them(stage: Stage, soon: datetime) -> None:
    visit: UUID = await stage.book(soon, "in-person")
    [mother] = await parents(stage, "Mara Rivera")
    client = await stage.client(stage.scene.staff)
    answer = await client.post("/api/reminders/schedule", json={"appointment_id": str(visit), "minutes": 60})
    assert answer.status_code == 201, answer.text
    async with stage.scene.app.parts.db.connection(as_system="tests look") as connection:
        rows = await fetch_all(connection, "SELECT DISTINCT person_id FROM scheduled_reminder WHERE type <> 'news'")
    assert [row["person_id"] for row in rows] == [mother.id]
