"""Emergency access: a reason, a warning, an hour to read; the patient is told, the privacy officer reviews."""

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation

NOTE = "Brought in unconscious, allergies unknown"


def test_a_record_is_opened_read_closed_and_reviewed(visitors: Visitors, installation: Installation) -> None:
    patient = installation.new_patient("Corin Velthuis")
    page = visitors("provider", installation.demo("provider")).go("/emergency")
    page.get_by_role("combobox", name="Why").click()
    page.get_by_role("option", name="The patient cannot be asked").click()
    page.get_by_label("What happened").fill(NOTE)
    page.get_by_text("E-mail address", exact=True).click()
    page.get_by_role("textbox", name="E-mail address").fill(patient.email)
    page.get_by_role("button", name="Open the record").click()
    dialog = page.get_by_role("dialog", name="Open this record?")
    dialog.get_by_role("button", name="Open the record").click()
    case = page.get_by_role("article").filter(has_text="Corin Velthuis").first
    case.get_by_role("button", name="Read the record").click()
    expect(case.get_by_text(patient.email)).to_be_visible()
    case.get_by_role("button", name="Close the record of Corin Velthuis").click()
    expect(page.get_by_text("The record is closed.")).to_be_visible()

    mail = installation.mail(patient.email, "opened in an emergency")
    assert NOTE not in mail["text"]
    admin = visitors("admin", installation.demo("admin")).go("/admin/emergencies")
    case = admin.get_by_role("article").filter(has_text="Corin Velthuis").first
    expect(case.get_by_text(NOTE)).to_be_visible()
    case.get_by_role("button", name="Review").click()
    dialog = admin.get_by_role("dialog", name="Was this justified?")
    dialog.get_by_label("Your note").fill("Checked with the ward")
    dialog.get_by_role("button", name="Save the review").click()
    expect(case.get_by_text("Justified", exact=True)).to_be_visible()
