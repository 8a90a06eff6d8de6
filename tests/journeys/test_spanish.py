"""In Spanish, every screen is Spanish."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation
from tests.journeys.screens import ROUTES

SOURCES = ROUTES.parents[1]
SCREENS = {
    "nobody": ["/", "/register", "/sign-in", "/preferences"],
    "patient": ["/visits", "/account", "/account/notifications", "/waitlist"],
    "provider": ["/schedule", "/schedule?view=week", "/schedule/hours", "/schedule/requests"],
    "staff": ["/desk", "/desk/book", "/desk/requests", "/desk/reminders", "/desk/waitlist", "/desk/away"],
}


def words_of(language: str) -> set[str]:
    """Every sentence of the catalogues that has no gaps to fill."""

    def leaves(tree: object) -> Iterator[str]:
        if isinstance(tree, dict):
            for branch in tree.values():
                yield from leaves(branch)
        else:
            yield str(tree)

    files = SOURCES.rglob(f"i18n/{language}.json")
    return {leaf for file in files for leaf in leaves(json.loads(Path(file).read_text())) if "{{" not in leaf}


CLINICS = {"Follow-up"}
"""Words of ours that the demo clinic has for a visit type, whatever language is shown."""
ENGLISH_ONLY = words_of("en") - words_of("es") - {"English"} - CLINICS


def english_on(page: Page) -> set[str]:
    """What is on the screen, or read out for it, that the catalogues have in English alone."""
    seen: list[str] = page.evaluate(
        """() => [document.title, ...document.body.innerText.split('\\n'),
          ...[...document.querySelectorAll('[aria-label], [placeholder]')].flatMap((element) =>
            [element.getAttribute('aria-label'), element.getAttribute('placeholder')])]"""
    )
    return {text.strip() for text in seen if text} & ENGLISH_ONLY


def test_the_language_is_switched_by_hand(visitors: Visitors) -> None:
    page = visitors("visitor").go("/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "Find care" in english_on(page), "the comparison would notice English"
    page.get_by_role("button", name="Display and language").click()
    page.get_by_text("Español", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("button", name="Display and language")).to_have_count(0)
    page.keyboard.press("Escape")
    assert english_on(page) == set()
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "es")


@pytest.mark.parametrize("role", SCREENS)
def test_no_screen_is_left_in_english(role: str, visitors: Visitors, installation: Installation) -> None:
    account = None if role == "nobody" else installation.demo(role)
    visitor = visitors(role, account, locale="es-ES")
    for path in SCREENS[role]:
        page = visitor.go(path)
        expect(page.locator("html")).to_have_attribute("lang", "es")
        page.wait_for_load_state("networkidle")
        assert english_on(page) == set(), path


def test_a_booking_in_spanish(visitors: Visitors, installation: Installation) -> None:
    offer = installation.offer()
    visitor = visitors("patient", installation.new_patient(), locale="es-ES")
    page = visitor.go(offer.page)
    visitor.free_times().first.click()
    expect(page.get_by_role("timer")).to_be_visible()
    of_the_clinic = {offer.visit_type_name}  # whatever language it is in, and whatever else is called so
    assert english_on(page) - of_the_clinic == set()
    page.get_by_role("main").locator("button[type=submit]").click()
    page.get_by_role("button", name="Confirmar").click()
    expect(page).to_have_url(re.compile("/booked$"))
    page.wait_for_load_state("networkidle")
    assert english_on(page) - of_the_clinic == set()
