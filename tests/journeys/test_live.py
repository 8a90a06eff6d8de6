"""What is open on one screen follows what happens on another, with nobody touching it."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import ZONE, Installation
from tests.journeys.visitor import Visitor

THIRD = 2
SOON = 3_000
"""Milliseconds in which a change must show by itself: a second as promised, and slack for a busy machine."""


def named(visitor: Visitor, name: str) -> Locator:
    """A time in the picker by its full name."""
    return visitor.page.get_by_role("button", name=name, exact=True)


def third_free_time(visitor: Visitor) -> str:
    """The name of a time that both can see, waited for."""
    slot = visitor.free_times().nth(THIRD)
    slot.wait_for()
    name = slot.get_attribute("aria-label")
    assert name is not None
    return name


def test_hours_that_a_provider_changes_change_on_an_open_page(visitors: Visitors, installation: Installation) -> None:
    doctor = installation.demo("provider")
    offer = installation.offer(provider_id=doctor.provider_id)
    patient = visitors("patient", installation.new_patient())
    patient.go(offer.page)
    third_free_time(patient)
    day = patient.page.locator("[data-day]").filter(has=patient.free_times()).first
    heading = day.get_attribute("aria-label")
    assert heading is not None
    weekday = next(word for word in re.split(r"[ ,]+", heading) if word.endswith("day"))
    the_day = patient.page.get_by_role("region", name=heading)
    free = the_day.locator("[data-slot]:not([data-gone])")
    before = free.count()
    assert before > 0

    provider = visitors("provider", doctor)
    hours = provider.go("/schedule/hours")
    card = hours.get_by_role("region", name=weekday, exact=True)
    removing = card.get_by_role("button", name=re.compile(f"^Remove {weekday}"))
    removing.first.wait_for()
    while removing.count():
        removing.first.click()
    hours.get_by_role("button", name="Save hours").click()
    expect(hours.get_by_text("The hours are saved.")).to_be_visible()
    expect(free).to_have_count(0, timeout=SOON)

    card.get_by_role("button", name=f"Add hours on {weekday}").click()
    hours.get_by_role("button", name="Save hours").click()
    expect(free.first).to_be_visible(timeout=SOON)


def test_a_booking_shows_at_once_to_others_and_in_the_agenda(visitors: Visitors, installation: Installation) -> None:
    doctor = installation.demo("provider")
    offer = installation.offer(provider_id=doctor.provider_id)
    booker = visitors("booker", installation.new_patient("Tamsin Oakhollow"))
    onlooker = visitors("onlooker")
    booker.go(offer.page)
    onlooker.go(offer.page)
    name = third_free_time(onlooker)
    moment = datetime.fromisoformat(offer.slots[THIRD]["start"]).astimezone(ZoneInfo(ZONE))
    assert f" {moment.hour % 12 or 12}:{moment:%M}" in name
    agenda = visitors("provider", doctor)
    agenda.go(f"/schedule?date={moment.date()}")
    expect(agenda.page.get_by_text(re.compile(r"^\d+ visits?$"))).to_be_visible()
    expect(agenda.page.get_by_text("Tamsin Oakhollow")).to_have_count(0)

    named(booker, name).click()
    expect(named(onlooker, name)).to_have_count(0, timeout=SOON)
    gone = onlooker.page.get_by_role("button", name=f"{name}: no longer free. Why?")
    gone.click()
    expect(onlooker.page.get_by_text("Someone is booking this time right now. It may come back.")).to_be_visible()
    booker.page.get_by_role("button", name="Continue").click()
    booker.page.get_by_role("button", name="Confirm booking").click()
    expect(booker.page.get_by_role("heading", name="Your visit is booked")).to_be_visible()
    expect(agenda.page.get_by_role("button", name="Tamsin Oakhollow").first).to_be_visible(timeout=SOON)
    expect(gone).to_be_visible()


def test_a_hold_that_is_left_gives_the_time_back(visitors: Visitors, installation: Installation) -> None:
    offer = installation.offer()
    holder = visitors("holder", installation.new_patient())
    onlooker = visitors("onlooker")
    holder.go(offer.page)
    onlooker.go(offer.page)
    name = third_free_time(onlooker)
    named(holder, name).click()
    expect(holder.page.get_by_role("timer")).to_be_visible()
    expect(named(onlooker, name)).to_have_count(0, timeout=SOON)
    holder.page.go_back()
    expect(named(onlooker, name)).to_be_visible(timeout=SOON)
    expect(named(holder, name)).to_be_visible(timeout=SOON)
