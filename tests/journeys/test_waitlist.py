"""A time that one patient cancels goes to the next who waits, by the link in a real mail."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import Account, Installation, Offer

NOON = 12


def daytime_zone() -> str:
    """A zone where it is about noon: whoever lives there is asked now, whenever the journey is made."""
    ahead = NOON - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def waits_for(installation: Installation, patient: Account, offer: Offer, start: str) -> None:
    """Wait for this one time, which somebody else has."""
    zone = daytime_zone()
    installation.api("PATCH", "me", by=patient, json={"time_zone": zone})
    begins = datetime.fromisoformat(start).astimezone(ZoneInfo("Etc/UTC"))
    kind = installation.api("GET", f"visit-types/{offer.visit_type_id}")
    ends = begins + timedelta(minutes=kind["duration_minutes"])
    installation.api(
        "POST",
        "waitlist",
        by=patient,
        json={
            "visit_type_id": offer.visit_type_id,
            "provider_ids": [offer.provider_id],
            "modes": [offer.mode],
            "days": [begins.isoweekday()],
            "times": [
                {"start": f"{begins:%H:%M}", "end": f"{ends:%H:%M}" if ends.date() == begins.date() else "24:00"}
            ],
            "time_zone": "Etc/UTC",
            "until": f"{begins:%Y-%m-%d}",
        },
    )


def test_a_cancelled_time_is_taken_from_the_mail(visitors: Visitors, installation: Installation) -> None:
    offer = installation.offer()
    start = offer.slots[2]["start"]
    first = installation.new_patient("Fenella Marsh")
    booked = installation.book(first, offer, start)
    second = installation.new_patient("Sacha Whitlow")
    waits_for(installation, second, offer, start)

    waiting = visitors("waiting", second, viewport={"width": 375, "height": 740})
    page = waiting.go("/waitlist")
    expect(page.get_by_text("You are next")).to_be_visible()

    cancelling = visitors("cancelling", first)
    visit = cancelling.go(f"/visits/{booked['id']}")
    visit.get_by_role("button", name=re.compile("^Cancel")).first.click()
    dialog = visit.get_by_role("dialog")
    reason = dialog.get_by_role("textbox")
    if reason.count():
        reason.first.fill("I feel better")
    dialog.get_by_role("button", name="Cancel the visit").click()
    expect(visit.get_by_text("Cancelled", exact=True).first).to_be_visible()

    mail = installation.mail(second.email, "a time has come free")
    link = re.search(r"http://127\.0\.0\.1:\d+(/waitlist/offer#\S+)", mail["text"])
    assert link is not None
    expect(page.get_by_role("button", name="Take this time")).to_be_visible()  # on the open page too, by itself

    reader = visitors("reader", viewport={"width": 375, "height": 740})
    offered = reader.go(link[1])
    expect(offered.get_by_role("region", name="A time has come free")).to_contain_text(offer.provider_name)
    offered.get_by_role("button", name="Take this time").click()
    expect(offered.get_by_text("This time is yours.")).to_be_visible()

    (visit_of_second,) = installation.api("GET", "appointments", by=second)["items"]
    assert datetime.fromisoformat(visit_of_second["start"]) == datetime.fromisoformat(start)
    assert visit_of_second["provider"]["id"] == offer.provider_id
    assert "METHOD:REQUEST" in installation.calendar_of(installation.mail(second.email, "your visit on"))
    expect(page.get_by_role("heading", name="No longer waiting")).to_be_visible()
    offered.reload()
    expect(offered.get_by_text("You have taken this time.")).to_be_visible()


def test_joining_and_leaving_on_a_phone(visitors: Visitors, installation: Installation) -> None:
    offer = installation.offer()
    patient = installation.new_patient("Odo Finch")
    visitor = visitors("odo", patient, viewport={"width": 375, "height": 740}, color_scheme="dark")
    page = visitor.go(offer.page)
    page.get_by_role("button", name="Join the waitlist").click()
    form = page.get_by_role("dialog", name="Wait for a time")
    form.get_by_text("Sun", exact=True).click()
    form.get_by_label("Evenings, from 17:00").check()
    form.get_by_role("button", name="Join the waitlist").click()
    expect(page.get_by_text("You are on the waitlist.")).to_be_visible()
    visitor.go("/waitlist")
    entry = page.get_by_role("article").first
    expect(entry).to_contain_text(offer.provider_name)
    expect(entry).to_contain_text(re.compile("Sunday · 17:00.24:00"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    entry.get_by_role("button", name=re.compile(r"^Leave the waitlist")).click()
    page.get_by_role("dialog").get_by_role("button", name="Leave the waitlist", exact=True).click()
    expect(page.get_by_text("You have left the waitlist.")).to_be_visible()
    expect(page.get_by_role("heading", name="No longer waiting")).to_be_visible()


def test_a_provider_is_away_and_a_patient_chooses_another_time(visitors: Visitors, installation: Installation) -> None:
    offer = installation.offer()
    start = offer.slots[1]["start"]
    patient = installation.new_patient("Ines Calder")
    booked = installation.book(patient, offer, start)
    day = datetime.fromisoformat(booked["start"]).date().isoformat()

    desk = visitors("desk", installation.demo("staff"), viewport={"width": 375, "height": 740}, color_scheme="dark")
    page = desk.go("/desk/away")
    page.get_by_role("combobox", name="Provider").fill(offer.provider_name)
    page.get_by_role("option", name=offer.provider_name).click()
    page.get_by_label("From", exact=True).fill(day)
    page.get_by_label("Up to and including").fill(day)
    page.get_by_role("button", name="Take off and ask the patients").click()
    away = page.get_by_role("article", name=offer.provider_name)
    asked = away.get_by_role("listitem").filter(has_text="Ines Calder")
    expect(asked).to_contain_text("Not answered")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"

    mail = installation.mail(patient.email, "please choose another time")
    link = re.search(r"http://127\.0\.0\.1:\d+(/waitlist/proposal#\S+)", mail["text"])
    assert link is not None
    reader = visitors("reader", viewport={"width": 375, "height": 740})
    proposal = reader.go(link[1])
    proposal.get_by_role("radio").first.check()
    proposal.get_by_role("button", name="Send my answer").click()
    expect(proposal.get_by_text("Thank you: your visit has been changed.")).to_be_visible()
    expect(asked).to_contain_text("Accepted")  # by itself, at the desk
