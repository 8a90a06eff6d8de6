"""What patient and provider read when something happens to their visit: API, job, SMTP and back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar, Component

from openvisit.main.work import worker
from openvisit.platform.mail_catcher import MailCatcher
from openvisit.settings import Settings
from tests.features.notifications.conftest import Notified
from tests.support.application import running
from tests.support.cast import Scene
from tests.support.clock import StandingClock

pytestmark = pytest.mark.anyio


class Office:
    """Runs the jobs that wait, and reads the mail that came of it."""

    def __init__(self, settings: Settings, clock: StandingClock, scene: Scene, catcher: MailCatcher) -> None:
        self._settings = settings
        self._clock = clock
        self._scene = scene
        self._catcher = catcher

    async def work(self) -> None:
        """Run every job that is due, with the application's own worker."""
        async with worker(replace(self._settings, smtp_url=self._catcher.url), self._clock) as app:
            await app.run_worker_async(wait=False, queues=["events"], install_signal_handlers=False)

    async def mails(self, address: str) -> list[dict[str, Any]]:
        """The caught mails to somebody, the newest first, as `GET /api/dev/mail` answers."""
        answer = await self._scene.app.client.get("/api/dev/mail", params={"to": address})
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


@pytest.fixture
def office(settings: Settings, clock: StandingClock, scene: Scene, catcher: MailCatcher) -> Office:
    """The worker's office."""
    return Office(settings, clock, scene, catcher)


def event(mail: dict[str, Any]) -> tuple[str, Component]:
    """The method and the one event of the attached calendar file."""
    (attachment,) = mail["attachments"]
    assert attachment["filename"] == "visit.ics"
    assert attachment["content_type"] == "text/calendar"
    assert attachment["encoding"] == "text"
    parsed = Calendar.from_ical(attachment["content"])
    (found,) = parsed.walk("VEVENT")
    return str(parsed["METHOD"]), found


async def test_a_booking_is_confirmed_to_both(booked: Notified, office: Office, tomorrow: datetime) -> None:
    """When, with whom, how; the calendar file; not a word of the reason."""
    await office.work()
    scene = booked.scene
    (to_patient,) = await office.mails(scene.patient.email)
    (to_provider,) = await office.mails(scene.provider.email)
    assert set(to_patient) == {"id", "from", "to", "subject", "text", "html", "attachments", "received_at"}
    assert to_patient["to"] == scene.patient.email
    assert to_patient["subject"] == "Your visit on Tuesday 2 March 2027, 10:00"
    plain = " ".join(to_patient["text"].split())
    assert "Tuesday 2 March 2027, 10:00\u201310:30 (America/New York, UTC-5)" in plain
    assert "With: Ada Moreno" in plain
    assert f"/visits/{booked.id}" in to_patient["text"]
    assert "until 2 hours before it starts" in plain
    assert "With: Pat Rivera" in to_provider["text"]
    for mail in (to_patient, to_provider):
        assert "migraine" not in str(mail)
        assert "Consultation" not in str(mail)
        method, found = event(mail)
        assert method == "REQUEST"
        assert found["UID"] == f"{booked.id}@openvisit"
        assert found["DTSTART"].dt == tomorrow
        assert found["ATTENDEE"] == f"mailto:{mail['to']}"
        assert found["STATUS"] == "CONFIRMED"


async def test_a_move_replaces_the_visit_in_calendars(booked: Notified, office: Office, tomorrow: datetime) -> None:
    """The same UID, a higher SEQUENCE, the new time; the mail names the old one too."""
    later = tomorrow + timedelta(days=1)
    patient = booked.scene.patient
    await office.work()
    answer = await patient.client.put(f"/api/appointments/{booked.id}/reschedule", json={"start": later.isoformat()})
    assert answer.status_code == 200, answer.text
    await office.work()
    newest, oldest = await office.mails(patient.email)
    (method, after), (_, before) = event(newest), event(oldest)
    assert method == "REQUEST"
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt == later
    assert newest["subject"].startswith("Moved: ")
    assert "Before: Tuesday 2 March 2027, 10:00" in newest["text"]


async def test_a_cancellation_takes_the_visit_out_of_calendars(booked: Notified, office: Office) -> None:
    """METHOD:CANCEL, for both."""
    scene = booked.scene
    await office.work()
    answer = await scene.patient.client.request(
        "DELETE", f"/api/appointments/{booked.id}", json={"reason": "a secret reason"}
    )
    assert answer.status_code == 200, answer.text
    await office.work()
    for person in (scene.patient, scene.provider):
        newest, oldest = await office.mails(person.email)
        method, found = event(newest)
        assert method == "CANCEL"
        assert found["STATUS"] == "CANCELLED"
        assert found["UID"] == event(oldest)[1]["UID"]
        assert found["SEQUENCE"] > event(oldest)[1]["SEQUENCE"]
        assert "secret" not in str(newest)


async def test_nobody_is_told_of_a_booking_that_is_gone(booked: Notified, office: Office) -> None:
    """Booked and cancelled before the worker came to it: one mail, of the cancellation."""
    patient = booked.scene.patient
    await patient.client.request("DELETE", f"/api/appointments/{booked.id}", json={})
    await office.work()
    (mail,) = await office.mails(patient.email)
    assert mail["subject"].startswith("Cancelled: ")


async def test_everyone_reads_their_language_and_their_clock(scene: Scene, office: Office, tomorrow: datetime) -> None:
    """A patient in Madrid with a provider in New York."""
    patient = await scene.cast.person("Ana Ruiz", patient=True, time_zone="Europe/Madrid", language="es-ES")
    answer = await patient.client.post("/api/appointments", json=scene.slot(tomorrow, reason="x"))
    assert answer.status_code == 201, answer.text
    await office.work()
    (mail,) = await office.mails(patient.email)
    plain = " ".join(mail["text"].split())
    assert mail["subject"] == "Tu cita del martes, 2 de marzo de 2027, 16:00"
    assert "16:00\u201316:30 (Europe/Madrid, UTC+1) (tu reloj)" in plain
    assert "10:00\u201310:30 (America/New York, UTC-5) (el reloj de la clínica)" in plain
    _, found = event(mail)
    assert found["SUMMARY"] == "Cita con Ada Moreno"
    assert found["DTSTART"].params["TZID"] == "America/New_York"


async def test_a_visit_in_person_says_where_and_goes_by_the_clock_there(
    scene: Scene, office: Office, tomorrow: datetime
) -> None:
    """The address, and the wall clock that the patient will see there first."""
    patient = await scene.cast.person("Ana Ruiz", patient=True, time_zone="Europe/Madrid")
    body = scene.slot(tomorrow, "in-person", reason="x", location_id=str(scene.clinic.location_id))
    answer = await patient.client.post("/api/appointments", json=body)
    assert answer.status_code == 201, answer.text
    await office.work()
    (mail,) = await office.mails(patient.email)
    plain = " ".join(mail["text"].split())
    assert mail["subject"] == "Your visit on Tuesday 2 March 2027, 10:00"
    assert "Where: Riverside Clinic Main, 1 River Street, Albany, US" in plain
    assert "When: Tuesday 2 March 2027, 10:00\u201310:30 (America/New York, UTC-5) (the clinic's clock)" in plain
    assert "(your clock)" in plain
    assert event(mail)[1]["LOCATION"] == "Riverside Clinic Main, 1 River Street, Albany, US"


async def test_a_request_is_tentative_until_it_is_approved(scene: Scene, office: Office, tomorrow: datetime) -> None:
    """Requested, then approved."""
    visit_type = await scene.cast.visit_type(scene.clinic, approval_needed=True)
    provider_id = await scene.cast.provider(scene.clinic, [visit_type], "Bo Strand")
    await scene.cast.hours(provider_id)
    body = scene.slot(tomorrow, reason="x", provider_id=str(provider_id), visit_type_id=str(visit_type))
    answer = await scene.patient.client.post("/api/appointments", json=body)
    assert answer.status_code == 201, answer.text
    await office.work()
    (mail,) = await office.mails(scene.patient.email)
    assert event(mail)[1]["STATUS"] == "TENTATIVE"
    approved = await scene.staff.client.post(f"/api/appointments/{answer.json()['id']}/approve")
    assert approved.status_code == 200, approved.text
    await office.work()
    newest, _ = await office.mails(scene.patient.email)
    assert newest["subject"].startswith("Approved: ")
    assert event(newest)[1]["STATUS"] == "CONFIRMED"


async def test_the_development_pages_show_mail_and_run_nothing(booked: Notified, office: Office) -> None:
    """The list, one mail, its HTML in a frame without scripts, under a strict policy."""
    await office.work()
    client, address = booked.scene.app.client, booked.scene.patient.email
    listed = await client.get("/dev/mail", params={"to": address})
    (mail,) = await office.mails(address)
    assert f'href="/dev/mail/{mail["id"]}"' in listed.text
    assert booked.scene.provider.email not in listed.text
    page = await client.get(f"/dev/mail/{mail['id']}")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert (await client.get("/dev/mail/nothing")).status_code == 404


@pytest.mark.parametrize("limit", ["0", "201", "x"])
async def test_the_limit_of_caught_mail_is_bounded(scene: Scene, limit: str) -> None:
    """Malformed is 422."""
    answer = await scene.app.client.get("/api/dev/mail", params={"limit": limit})
    assert answer.status_code == 422


async def test_caught_mail_is_for_development_alone(scene: Scene, settings: Settings, clock: StandingClock) -> None:
    """The production profile has no such route."""
    safe = replace(
        settings,
        openvisit_profile="production",
        public_url="https://visits.example",
        smtp_url="smtp://127.0.0.1:9",
    )
    async with running(safe, clock) as app:
        assert (await app.client.get("/api/dev/mail")).status_code == 404
        assert "Caught mail" not in (await app.client.get("/dev/mail")).text


def test_now_is_what_the_tests_think() -> None:
    """The dates above are the standing clock's."""
    assert StandingClock()() == datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
