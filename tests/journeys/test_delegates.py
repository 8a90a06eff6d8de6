"""Acting for somebody: invited by mail, a child added and booked for, a visit kept private, and ended."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation


def test_a_carer_is_invited_says_yes_and_is_ended(visitors: Visitors, installation: Installation) -> None:
    patient, carer = installation.new_patient("Corin Velthuis"), installation.new_patient("Cara Holm")
    offer = installation.offer()
    visit = installation.book(patient, offer, offer.slots[0]["start"])
    page = visitors("patient", patient).go("/account/privacy")
    given = page.get_by_role("region", name="People who may act for you")
    given.get_by_role("button", name="Invite somebody").click()
    dialog = page.get_by_role("dialog", name="Invite somebody to act for you")
    dialog.get_by_label("Their e-mail address").fill(carer.email)
    dialog.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("The invitation is on its way.")).to_be_visible()
    expect(given.get_by_text(carer.email)).to_be_visible()

    mail = installation.mail(carer.email, "you are invited to act for somebody")
    (link,) = set(re.findall(rf"{installation.address}/account/privacy#\S+", mail["text"]))
    other = visitors("carer", carer)
    theirs = other.page
    theirs.goto(link)
    theirs.get_by_role("region", name="An invitation to act for somebody").get_by_role("button", name="Accept").click()
    expect(theirs.get_by_text("You may act for Corin Velthuis now.")).to_be_visible()
    assert "accept=" not in theirs.url
    other.go("/visits")
    theirs.get_by_role("combobox", name="Whose visits").click()
    theirs.get_by_role("option", name="Corin Velthuis").click()
    expect(theirs.get_by_text("For Corin Velthuis")).to_be_visible()
    theirs_of = theirs.url

    page.goto(f"/visits/{visit['id']}")
    page.get_by_role("button", name="Keep private").click()
    expect(page.get_by_text("The visit is private now.")).to_be_visible()
    other.go(theirs_of)
    expect(theirs.get_by_text("No visits ahead")).to_be_visible()
    expect(theirs.get_by_text("For Corin Velthuis")).to_have_count(0)

    page.goto("/account/privacy")
    given.get_by_role("button", name="End what Cara Holm may do").click()
    page.get_by_role("dialog").get_by_role("button", name="End", exact=True).click()
    expect(given.get_by_text("Nobody may act for you.")).to_be_visible()
    installation.mail(carer.email, "has ended")


def test_a_parent_adds_a_child_and_books_for_it(visitors: Visitors, installation: Installation) -> None:
    parent = installation.new_patient("Pia Lindqvist")
    offer = installation.offer()
    visitor = visitors("parent", parent)
    visitor.expects(409, "/api/appointments")  # the child has not agreed to anything yet
    page = visitor.go("/account/privacy")
    page.get_by_role("region", name="You may act for").get_by_role("button", name="Add a child").click()
    dialog = page.get_by_role("dialog", name="Add a child")
    dialog.get_by_label("Full name of the child").fill("Mia Lindqvist")
    dialog.get_by_label("Date of birth").fill("2020-05-04")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Mia Lindqvist was added.")).to_be_visible()

    page.goto(offer.page)
    page.locator("[data-slot]:not([data-gone])").first.click()
    expect(page.get_by_role("timer")).to_be_visible()
    page.get_by_role("combobox", name="Who is the visit for?").click()
    page.get_by_role("option", name="Mia Lindqvist").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("main")).to_contain_text("Mia Lindqvist")
    page.get_by_role("button", name="Confirm booking").click()
    asked = page.get_by_role("main").get_by_role("checkbox")
    expect(asked.first).to_be_visible()
    for box in asked.all():
        box.check()
    page.get_by_role("button", name=re.compile("agree", re.IGNORECASE)).last.click()
    expect(page.get_by_role("heading", level=1, name="Your visit is booked")).to_be_visible()
    page.goto("/visits")
    page.get_by_role("combobox", name="Whose visits").click()
    page.get_by_role("option", name="Mia Lindqvist").click()
    expect(page.get_by_text("For Mia Lindqvist")).to_be_visible()
