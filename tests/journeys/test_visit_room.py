"""The room of a visit, from coming early to being asked to leave, as patient, provider and strangers see it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from playwright.sync_api import expect

from openvisit.platform.postgres import running_url
from tests.journeys.calling import MEDIA, SMALL_PICTURES, visit_now
from tests.journeys.conftest import Visitors
from tests.journeys.installation import Account, Installation
from tests.journeys.visitor import Visitor

ENTERING = 20_000  # milliseconds
SECONDS_LATER = 10_000
PHONE = {"width": 375, "height": 760}
PICTURES = os.environ.get("JOURNEY_PICTURES")
"""A folder for pictures of every state, light and dark, for a person to look at."""


def test_a_visit_is_waited_for_entered_lost_and_taken_up_again(visitors: Visitors, installation: Installation) -> None:
    patient, doctor = installation.new_patient("Ottilie Brandt"), installation.demo("provider")
    room = visit_now(installation, patient, doctor)

    # Too early: when it opens is said.
    _begins_in(installation, room, 40)
    ottilie = _person(visitors, "patient", patient, viewport=PHONE)
    ottilie.go(f"/visit/{room}")
    expect(ottilie.page.get_by_role("heading", name="You are early")).to_be_visible()
    expect(ottilie.page.get_by_text("The waiting room opens")).to_be_visible()
    _look(ottilie, "early")

    # In time: the place in the queue, and the provider's day says who waits.
    _begins_in(installation, room, 5)
    desk = _person(visitors, "provider", doctor)
    desk.go("/schedule")
    ottilie.page.reload()
    expect(ottilie.page.get_by_role("heading", name="You are in the waiting room")).to_be_visible(timeout=ENTERING)
    expect(ottilie.page.get_by_text("You are next.")).to_be_visible()
    _look(ottilie, "waiting")
    note = desk.page.get_by_role("status").filter(has_text="Ottilie Brandt")
    expect(note).to_be_visible(timeout=ENTERING)
    _look(desk, "agenda")
    note.get_by_role("link").click()
    desk.page.get_by_role("button", name="Let Ottilie Brandt in").wait_for(timeout=ENTERING)
    _look(desk, "knocking")
    desk.page.get_by_role("button", name="Let Ottilie Brandt in").click()
    expect(ottilie.page.get_by_role("tab", name="Messages")).to_be_visible(timeout=ENTERING)
    _people(desk)
    here = desk.page.get_by_role("tabpanel").get_by_text("Ottilie Brandt", exact=True)
    expect(here).to_be_visible()
    _look(desk, "in-visit")
    _look(ottilie, "in-visit")
    _people(ottilie)
    _look(ottilie, "people")

    # The browser dies: seen as gone within seconds. It comes back, and nobody has to let it in again.
    ottilie.context.close()
    expect(here).to_be_hidden(timeout=SECONDS_LATER)
    back = _person(visitors, "patient again", patient, viewport=PHONE)
    back.go(f"/visit/{room}")
    expect(back.page.get_by_role("tab", name="Messages")).to_be_visible(timeout=ENTERING)
    expect(here).to_be_visible()
    expect(desk.page.get_by_role("button", name="Let Ottilie Brandt in")).to_be_hidden()

    # A second device takes over when the person says so, and only then.
    second = _person(visitors, "second device", patient)
    second.go(f"/visit/{room}")
    expect(second.page.get_by_role("alert")).to_contain_text("You are in this visit on another device or tab")
    expect(back.page.get_by_role("tab", name="Messages")).to_be_visible()
    _look(second, "elsewhere")
    second.page.get_by_role("button", name="Continue here").click()
    expect(second.page.get_by_role("tab", name="Messages")).to_be_visible(timeout=ENTERING)
    expect(back.page.get_by_role("alert")).to_contain_text("You continued on another device or tab")
    _look(back, "replaced")

    # Asked to leave: out at once, and not in again by asking.
    second.expects(403, f"/api/telehealth/rooms/{room}/keys")  # asked for as they were let out
    desk.page.get_by_role("button", name="Ask Ottilie Brandt to leave").click()
    out = second.page.get_by_role("alert").filter(has_text="You are not in this visit any more")
    expect(out).to_be_visible()
    _look(second, "removed")
    second.page.reload()
    expect(out).to_be_visible(timeout=ENTERING)


def test_what_is_cancelled_or_over_lets_nobody_in(visitors: Visitors, installation: Installation) -> None:
    """Whoever waits is told at once, and told the same when they ask again."""
    staff, doctor = installation.demo("staff"), installation.demo("provider")
    ends: list[tuple[str, Callable[[str], object]]] = [
        ("This visit was cancelled", lambda id_: installation.api("DELETE", f"appointments/{id_}", by=staff, json={})),
        ("The time of this visit is over", lambda id_: _begins_in(installation, id_, -180)),
    ]
    for told, end in ends:
        patient = installation.new_patient("Ottilie Brandt")
        room = visit_now(installation, patient, doctor)
        ottilie = _person(visitors, told, patient, viewport=PHONE)
        ottilie.expects(409, f"/api/telehealth/generate-url/{room}")
        ottilie.go(f"/visit/{room}")
        expect(ottilie.page.get_by_role("heading", name="You are in the waiting room")).to_be_visible(timeout=ENTERING)
        end(room)
        for _ in range(2):
            expect(ottilie.page.get_by_role("heading", name=told)).to_be_visible(timeout=ENTERING)
            _look(ottilie, "refused")
            ottilie.page.reload()
        expect(ottilie.page.get_by_role("heading", name="You are in the waiting room")).to_have_count(0)


def test_a_visit_that_was_moved_opens_at_its_new_time_alone(visitors: Visitors, installation: Installation) -> None:
    patient, staff, offer = installation.new_patient("Ottilie Brandt"), installation.demo("staff"), installation.offer()
    first, second = offer.slots[0]["start"], offer.slots[-1]["start"]
    room = installation.book(patient, offer, first)["id"]
    ottilie = _person(visitors, "patient", patient, viewport=PHONE)
    opens = ottilie.go(f"/visit/{room}").get_by_text("The waiting room opens")
    expect(opens).to_be_visible(timeout=ENTERING)
    before = opens.inner_text()
    installation.api("PUT", f"appointments/{room}/reschedule", by=staff, json={"start": second})
    ottilie.page.reload()
    expect(opens).to_be_visible(timeout=ENTERING)
    expect(opens).not_to_have_text(before)
    _look(ottilie, "moved")


def test_a_consent_that_was_withdrawn_is_asked_for_at_the_door(visitors: Visitors, installation: Installation) -> None:
    patient = installation.new_patient("Ottilie Brandt")
    room = visit_now(installation, patient, installation.demo("provider"))
    for clinic in installation.api("GET", "clinics")["items"]:
        body = {"clinic_id": clinic["id"], "kind": "telehealth"}
        installation.api("POST", "consents/withdraw", by=patient, json=body)
    ottilie = _person(visitors, "patient", patient, viewport=PHONE)
    ottilie.expects(409, f"/api/telehealth/generate-url/{room}")
    ottilie.go(f"/visit/{room}")
    asked = ottilie.page.get_by_role("region", name="Please read and agree first")
    expect(asked).to_be_visible(timeout=ENTERING)
    _look(ottilie, "consent")
    enter = asked.get_by_role("button", name="Agree and enter")
    enter.click()
    expect(asked.get_by_text("Please tick this to go on.")).to_be_visible()
    asked.get_by_role("checkbox").check()
    enter.click()
    expect(ottilie.page.get_by_role("heading", name="You are in the waiting room")).to_be_visible(timeout=ENTERING)


def test_knowing_the_address_lets_nobody_in(visitors: Visitors, installation: Installation) -> None:
    patient, stranger = installation.new_patient("Ottilie Brandt"), installation.new_patient("Falk Renner")
    room = visit_now(installation, patient, installation.demo("provider"))
    falk = _person(visitors, "stranger", stranger, viewport=PHONE)
    falk.expects(404, f"/api/telehealth/room/{room}")
    falk.go(f"/visit/{room}")
    expect(falk.page.get_by_role("alert")).to_be_visible()
    expect(falk.page.get_by_text("Ottilie")).to_have_count(0)
    _look(falk, "stranger")

    nobody = visitors("nobody", viewport=PHONE)
    nobody.go(f"/visit/{room}")
    expect(nobody.page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    _look(nobody, "nobody")

    nobody.expects(401, "/api/telehealth/guest")
    nobody.go(f"/visit/guest/{room}#t=made-up&k=made-up")
    expect(nobody.page.get_by_role("alert")).to_contain_text("This invitation is not good")
    _look(nobody, "wrong-invitation")


def _person(visitors: Visitors, name: str, account: Account, **options: Any) -> Visitor:
    visitor = visitors(name, account, **(MEDIA | {"viewport": {"width": 1280, "height": 800}} | options))
    visitor.context.add_init_script(SMALL_PICTURES)
    return visitor


def _people(visitor: Visitor) -> None:
    visitor.page.get_by_role("tab", name="People").click()


def _begins_in(installation: Installation, room: str, minutes: int) -> None:
    start = datetime.now(UTC) + timedelta(minutes=minutes)
    url = running_url(installation.data / "postgres", "openvisit")
    assert url is not None
    with psycopg.connect(url) as connection:
        connection.execute(
            "UPDATE appointment SET starts_at = %(start)s, ends_at = %(end)s WHERE id = %(id)s",
            {"start": start, "end": start + timedelta(minutes=30), "id": room},
        )


def _look(visitor: Visitor, state: str) -> None:
    if not PICTURES:
        return
    for scheme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        visitor.page.screenshot(path=Path(PICTURES) / f"{state}-{visitor.name}-{scheme}.png")
