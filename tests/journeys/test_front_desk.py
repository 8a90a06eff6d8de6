"""The front desk: the day over all providers, a booking for somebody on the phone, and a check-in."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation


def test_book_for_a_patient_and_check_in(visitors: Visitors, installation: Installation) -> None:
    offer = installation.offer("in-person")
    email = installation.new_address()
    visitor = visitors("staff", installation.demo("staff"))
    page = visitor.go("/desk")
    expect(page.get_by_role("heading", level=1, name="Front desk")).to_be_visible()
    page.get_by_role("button", name="Next day").click()
    page.get_by_role("button", name="Today", exact=True).click()
    page.get_by_role("link", name="Book for a patient").click()

    page.get_by_role("button", name="New patient", exact=True).click()
    dialog = page.get_by_role("dialog", name="New patient")
    dialog.get_by_label("Full name").fill("Odile Marrowby")
    dialog.get_by_label("E-mail address").fill(email)
    dialog.get_by_role("button", name="Add patient").click()
    expect(page.get_by_role("region", name="Patient", exact=True)).to_contain_text("Odile Marrowby")

    page.get_by_role("combobox", name="Provider").fill(offer.provider_name)
    page.get_by_role("option", name=re.compile(re.escape(offer.provider_name))).click()
    page.get_by_role("combobox", name="Kind of visit").click()
    page.get_by_role("option", name=re.compile(f"^{re.escape(offer.visit_type_name)} ·")).click()
    page.get_by_text("In person", exact=True).first.click()
    page.get_by_role("button", name="Later").click()
    visitor.free_times().first.click()
    page.get_by_label("Reason for the visit").fill("Sprained ankle")
    summary = page.get_by_role("region", name="Booking")
    expect(summary).to_contain_text("Odile Marrowby")
    expect(summary).to_contain_text(offer.provider_name)
    visitor.expects(409, "/api/appointments")  # she has not agreed to anything yet
    summary.get_by_role("button", name="Book", exact=True).click()
    asked = page.get_by_role("region", name="Please read and agree first")
    expect(asked.get_by_role("checkbox").first).to_be_visible()
    for box in asked.get_by_role("checkbox").all():
        box.check()
    asked.get_by_role("radio", name="by phone").check()
    asked.get_by_role("button", name="Note and book").click()

    expect(page.get_by_text("Booked. Odile Marrowby is told by e-mail.")).to_be_visible()
    sheet = page.get_by_role("dialog", name="Visit")
    expect(sheet.get_by_role("heading", name="Odile Marrowby")).to_be_visible()
    expect(sheet).to_contain_text("Sprained ankle")
    sheet.get_by_role("button", name="Check in").click()
    expect(sheet.get_by_text("Checked in", exact=True).first).to_be_visible()
    sheet.get_by_role("button", name="Close").click()
    expect(
        page.get_by_role("button", name=re.compile("Odile Marrowby.*Checked in", re.IGNORECASE | re.DOTALL)).first
    ).to_be_visible()
    assert "METHOD:REQUEST" in installation.calendar_of(installation.mail(email, "your visit on"))
