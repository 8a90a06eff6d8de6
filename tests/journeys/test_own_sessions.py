"""Where one is signed in: seen, ended elsewhere, and taken back from a stranger by the links of notices."""

import os
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import OWN_PASSWORD, Installation

SHOTS = os.environ.get("OPENVISIT_SHOTS")


def shot(page: Page, name: str) -> None:
    """Keep what is seen, where somebody asked to look at it, on a phone and a desk, by day and by night."""
    if not SHOTS:
        return
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.evaluate(f"document.documentElement.setAttribute('data-mantine-color-scheme', '{scheme}')")
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)
    page.evaluate("document.documentElement.setAttribute('data-mantine-color-scheme', 'light')")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_device_is_signed_out_from_another_one_and_says_so(visitors: Visitors, installation: Installation) -> None:
    patient = installation.new_patient("Corin Velthuis")
    far = visitors("far", patient)
    far.expects(401, "/api/")
    away = far.go("/visits")
    here = visitors("here", patient).go("/account/security")
    section = here.get_by_role("region", name="Where you are signed in")
    expect(section.get_by_text("This device")).to_be_visible()
    expect(section.get_by_role("listitem")).to_have_count(3)  # with the one of registering
    shot(here, "sessions")
    section.get_by_role("button", name="Sign out all other devices").click()
    here.get_by_role("dialog").get_by_role("button", name="Sign out all other devices").click()
    expect(section.get_by_role("listitem")).to_have_count(1)

    away.reload()
    expect(away.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    expect(away.get_by_text("You were signed out from another device.")).to_be_visible()
    shot(away, "signed-out")
    away.get_by_label("E-mail address").fill(patient.email)
    away.get_by_label("Password", exact=True).fill(OWN_PASSWORD)
    away.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(away.get_by_role("heading", level=1, name="My visits")).to_be_visible()


def test_the_address_is_changed_by_a_code_and_brought_back_by_the_notice(
    visitors: Visitors, installation: Installation
) -> None:
    patient = installation.new_patient("Corin Velthuis")
    stranger = visitors("stranger", patient)
    stranger.expects(401, "/api/")
    page = stranger.go("/account/security")
    section = page.get_by_role("region", name="E-mail address")
    section.get_by_role("button", name="Change the address").click()
    address = installation.new_address()
    section.get_by_label("New e-mail address").fill(address)
    section.get_by_role("button", name="Send a code").click()
    section.get_by_label("Code from the mail").fill(installation.mailed_code(address))
    shot(page, "email")
    section.get_by_role("button", name="Use this address").click()
    expect(section.get_by_text(address)).to_be_visible()

    mail = installation.mail(patient.email, "address was changed")
    (link,) = set(re.findall(rf"{installation.address}/account-safety#\S+", mail["text"]))
    owner = visitors("owner")
    there = owner.page
    there.goto(link)
    there.get_by_role("heading", level=1, name="Bring the old address back").wait_for()
    shot(there, "safety")
    there.get_by_role("button", name="Bring my address back").click()
    expect(there.get_by_text("Your address is back")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    reset = installation.mail(patient.email, "choose a new openvisit password")
    (link,) = set(re.findall(rf"{installation.address}/reset#\S+", reset["text"]))
    there.goto(link)
    there.get_by_label("New password").fill("thirteen loud lanterns")
    there.get_by_role("button", name="Change password").click()
    expect(there.get_by_role("button", name="Account of Corin Velthuis")).to_be_visible()
