"""Somebody else takes the time while the form is being filled: nothing typed is lost, and other times are offered."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation


def test_a_time_lost_while_typing_is_replaced_by_another(visitors: Visitors, installation: Installation) -> None:
    offer = installation.offer()
    patient = installation.new_patient()
    faster = installation.new_patient()
    visitor = visitors("patient", patient)
    visitor.expects(409, "/api/appointments")
    visitor.expects(404, "/api/holds/")  # the page lets go of a hold that is gone
    page = visitor.go(offer.page)
    with page.expect_response(lambda answer: answer.url.endswith("/api/holds") and answer.ok) as held:
        visitor.free_times().nth(1).click()
    page.get_by_label("What is the visit for?").fill("Palpitations at night")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Confirm booking")).to_be_enabled()

    (start,) = parse_qs(urlsplit(page.url).query)["start"]
    installation.api("DELETE", f"holds/{held.value.json()['id']}", by=patient)
    installation.book(faster, offer, start)
    page.get_by_role("button", name="Confirm booking").click()

    lost = page.get_by_role("alert").filter(has_text="This time has just gone")
    expect(lost).to_contain_text("What you typed is kept")
    expect(page.get_by_role("button", name="Confirm booking")).to_be_disabled()
    others = lost.get_by_role("button", name=re.compile("minutes, video$"))
    expect(others.first).to_be_visible()
    others.first.click()
    expect(page.get_by_role("timer")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Palpitations at night")
    page.get_by_role("button", name="Confirm booking").click()
    expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()
    (visit,) = installation.api("GET", "appointments", by=patient)["items"]
    assert visit["reason"] == "Palpitations at night"
    assert visit["start"] != start


def test_a_time_that_is_taken_before_the_page_opens_offers_others(
    visitors: Visitors, installation: Installation
) -> None:
    offer = installation.offer()
    start = offer.slots[2]["start"]
    installation.book(installation.new_patient(), offer, start)
    visitor = visitors("patient", installation.new_patient())
    visitor.expects(409, "/api/holds")
    address = f"/book?provider={offer.provider_id}&type={offer.visit_type_id}&mode={offer.mode}&start={start}"
    page = visitor.go(address)
    lost = page.get_by_role("alert").filter(has_text="This time has just gone")
    lost.get_by_role("button", name=re.compile("minutes, video$")).first.click()
    expect(page.get_by_role("timer")).to_be_visible()
    expect(lost).to_be_hidden()
