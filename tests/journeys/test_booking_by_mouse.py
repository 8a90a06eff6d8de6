"""From no account at all to a visit that is booked, moved and cancelled, by mouse."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import OWN_PASSWORD, Installation


def test_register_book_move_and_cancel(visitors: Visitors, installation: Installation) -> None:
    offer = installation.offer()
    email = installation.new_address()
    visitor = visitors("patient")
    page = visitor.go("/")

    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Full name").fill("Ines Harrowgate")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(OWN_PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Check your e-mail")).to_be_visible()
    page.get_by_label("Code").fill(installation.mailed_code(email))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("button", name="Account of Ines Harrowgate")).to_be_visible()

    page.get_by_label("Search providers").fill(offer.provider_name)
    page.get_by_role("link", name=offer.provider_name, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=offer.provider_name)).to_be_visible()
    page.get_by_role("radio", name=offer.visit_type_name, exact=True).click()
    page.get_by_role("radio", name="Video", exact=True).click()
    page.get_by_role("button", name="Later").click()
    slot = visitor.free_times().first
    expect(slot).to_be_visible()
    booked_for = slot.get_attribute("aria-label")
    assert booked_for is not None
    assert booked_for.endswith("minutes, video")
    slot.click()

    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(5:00|4:\d\d)$"))
    page.get_by_label("What is the visit for?").fill("A cough that stays")
    page.get_by_label("Someone comes with me").check()
    page.get_by_role("button", name="Continue").click()
    review = page.get_by_role("main")
    expect(review).to_contain_text("A cough that stays")
    expect(review).to_contain_text("Comes with a companion")
    visitor.expects(409, "/api/appointments")  # the clinic asks for agreement first
    page.get_by_role("button", name="Confirm booking").click()
    expect(page.get_by_role("heading", name="Please read and agree first")).to_be_focused()
    expect(page.get_by_role("region", name="Visits by video")).to_contain_text("cannot examine me by touch")
    page.get_by_label("I have read “Treatment by this clinic” and agree").check()
    page.get_by_role("button", name="Agree and book").click()
    expect(page.get_by_text("Please tick this to go on.")).to_be_visible()
    page.get_by_label("I have read “Visits by video” and agree").check()
    page.get_by_role("button", name="Agree and book").click()
    expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()
    first = installation.calendar_of(installation.mail(email, "your visit on"))
    assert "METHOD:REQUEST" in first

    page.get_by_role("link", name="Open the visit").click()
    expect(page.get_by_text("Scheduled", exact=True)).to_be_visible()
    page.get_by_role("link", name=re.compile("^Change time")).click()
    page.get_by_role("button", name="Later").click()
    other = visitor.free_times().nth(1)
    expect(other).to_be_visible()
    moved_to = other.get_attribute("aria-label")
    assert moved_to != booked_for
    other.click()
    page.get_by_role("dialog").get_by_role("button", name="Move the visit").click()
    expect(page.get_by_text("Moved, please confirm")).to_be_visible()

    page.get_by_role("button", name=re.compile("^Cancel visit")).click()
    dialog = page.get_by_role("dialog", name="Cancel this visit?")
    dialog.get_by_label("Reason").fill("It is better already")
    dialog.get_by_role("button", name="Cancel the visit").click()
    expect(page.get_by_text("Cancelled", exact=True).first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Cancel visit"))).to_have_count(0)
    last = installation.calendar_of(installation.mail(email, "cancelled"))
    assert "METHOD:CANCEL" in last
    (uid,) = re.findall(r"^UID:(.+?)\r?$", first, re.MULTILINE)
    assert f"UID:{uid}" in last
