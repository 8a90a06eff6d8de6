"""Booking, moving and cancelling with the keyboard alone, never in doubt about where the focus is."""

import re

from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation
from tests.journeys.visitor import Visitor


def test_book_move_and_cancel_without_a_mouse(visitors: Visitors, installation: Installation) -> None:
    offer = installation.offer()
    patient = installation.new_patient()
    visitor = visitors("patient", patient)
    page = visitor.go("/")
    keys = page.keyboard

    visitor.tab_to("Skip to content")
    keys.press("Enter")
    visitor.tab_to("Search providers")
    keys.type(offer.provider_name)
    expect(page.get_by_role("status").filter(has_text="1 provider shown")).to_be_visible()
    visitor.tab_to(offer.provider_name)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1, name=offer.provider_name)).to_be_focused()

    _choose_radio(visitor, offer.visit_type_name)
    _choose_radio(visitor, "Video")
    visitor.tab_to("Later")
    keys.press("Enter")
    expect(visitor.free_times().first).to_be_visible()
    visitor.tab_to(re.compile("minutes, video$"))
    first = visitor.focused()
    keys.press("ArrowDown")
    visitor.focus_is_visible()
    assert visitor.focused() != first
    keys.press("ArrowUp")
    visitor.focus_comes_to(first)
    keys.press("Enter")

    expect(page.get_by_role("timer")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Book a visit")).to_be_focused()
    visitor.tab_to("What is the visit for?")
    keys.type("Sleeping badly")
    visitor.tab_to("More time than usual")
    keys.press("Space")
    expect(page.get_by_label("More time than usual")).to_be_checked()
    visitor.tab_to("Continue")
    keys.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Sleeping badly")
    visitor.tab_to("Confirm booking")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Your visit is booked")).to_be_focused()
    visitor.tab_to("Open the visit")
    keys.press("Enter")
    expect(page.get_by_text("Scheduled", exact=True)).to_be_visible()

    visitor.tab_to("Change time")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Change the time")).to_be_focused()
    visitor.tab_to("Later")
    keys.press("Space")
    expect(visitor.free_times().first).to_be_visible()
    visitor.tab_to(re.compile("minutes, video$"))
    keys.press("ArrowDown")
    keys.press("Space")
    visitor.asked("Move the visit to this time?")
    visitor.tab_to("Move the visit")
    keys.press("Enter")
    expect(page.get_by_text("Moved, please confirm")).to_be_visible()

    visitor.tab_to("Cancel visit")
    opener = visitor.focused()
    keys.press("Enter")
    dialog = visitor.asked("Cancel this visit?")
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    visitor.focus_comes_to(opener)
    keys.press("Enter")
    visitor.asked("Cancel this visit?")
    visitor.tab_to("Reason")
    keys.type("It is better already")
    visitor.tab_to("Cancel the visit")
    keys.press("Enter")
    expect(page.get_by_text("Cancelled", exact=True).first).to_be_visible()


def _choose_radio(visitor: Visitor, name: str) -> None:
    """Tab to the group; the arrows choose in it."""
    page = visitor.page
    group = page.get_by_role("radiogroup").filter(has=page.get_by_role("radio", name=name, exact=True))
    expect(group.get_by_role("radio").first).to_be_visible()
    visitor.tab_to(re.compile(f"^({'|'.join(map(re.escape, _names(group)))})$"))
    for _ in range(group.get_by_role("radio").count()):
        if visitor.focused() == name:
            page.keyboard.press("Space")
            break
        page.keyboard.press("ArrowDown")
    visitor.focus_is_visible()
    expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()


def _names(group: Locator) -> list[str]:
    return [one.get_attribute("aria-label") or "" for one in group.get_by_role("radio").all()]
