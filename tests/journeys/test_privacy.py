"""A person and their data: agreeing and taking back, carrying everything away, erasing and thinking better of it."""

import io
import json
import re
import zipfile
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation


def test_a_consent_is_given_read_and_withdrawn(visitors: Visitors, installation: Installation) -> None:
    patient = installation.new_patient("Corin Velthuis")
    page = visitors("patient", patient).go("/account/privacy")
    consents = page.get_by_role("region", name="What you agreed to")
    expect(consents.get_by_text("Not agreed", exact=True)).to_have_count(4)
    consents.get_by_role("button", name="Read and agree: Reminders by message").click()
    dialog = page.get_by_role("dialog", name="Reminders by message")
    expect(dialog.get_by_text("nothing about my health")).to_be_visible()
    dialog.get_by_role("button", name="I have read this and agree").click()
    expect(page.get_by_text("Noted: you agree to “Reminders by message”.")).to_be_visible()
    expect(consents.get_by_text("Not agreed", exact=True)).to_have_count(3)

    consents.get_by_role("button", name="Withdraw: Visits by video").click()
    dialog = page.get_by_role("dialog", name="Withdraw “Visits by video”?")
    expect(dialog.get_by_text("cannot be booked or started any more")).to_be_visible()
    dialog.get_by_role("button", name="Withdraw", exact=True).click()
    expect(consents.get_by_text("Withdrawn", exact=True)).to_be_visible()
    consents.get_by_role("button", name="Show what happened").click()
    expect(consents.get_by_text("Withdrew “Visits by video”, online")).to_be_visible()
    expect(consents.get_by_text("Agreed to “Reminders by message”, version 1, online")).to_be_visible()


def test_everything_is_exported_and_downloaded(visitors: Visitors, installation: Installation) -> None:
    patient = installation.new_patient("Corin Velthuis")
    offer = installation.offer()
    installation.book(patient, offer, offer.slots[0]["start"])
    page = visitors("patient", patient).go("/account/privacy")
    mine = page.get_by_role("region", name="Take your data with you")
    mine.get_by_role("button", name="Prepare my data").click()
    expect(mine.get_by_role("button", name="Download")).to_be_visible(timeout=20_000)
    with page.expect_download() as downloading:
        mine.get_by_role("button", name="Download").click()
    content = Path(downloading.value.path()).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        data = json.loads(archive.read("data.json"))
    assert data["tables"]["person"][0]["email"] == patient.email
    assert data["tables"]["appointment"][0]["reason"] == "A second opinion"
    assert "A second opinion" not in installation.mail(patient.email, "ready to download")["text"]


def test_an_erasure_is_explained_asked_for_and_undone(visitors: Visitors, installation: Installation) -> None:
    patient = installation.new_patient("Corin Velthuis")
    page = visitors("patient", patient).go("/account/privacy")
    erase = page.get_by_role("region", name="Erase my account")
    erase.get_by_role("button", name="Erase my account…").click()
    dialog = page.get_by_role("dialog", name="Erase your account?")
    expect(dialog.get_by_text("This is kept by law")).to_be_visible()
    dialog.get_by_role("button", name="Erase in a week").click()
    expect(erase.get_by_text("Your account will be erased")).to_be_visible()
    installation.mail(patient.email, "your account will be erased")
    erase.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_text("Your account stays.")).to_be_visible()
    expect(erase.get_by_role("button", name="Erase my account…")).to_be_visible()


def test_a_correction_is_asked_for_answered_and_read(visitors: Visitors, installation: Installation) -> None:
    patient = installation.new_patient("Corin Velthuis")
    offer = installation.offer()
    installation.book(patient, offer, offer.slots[0]["start"])
    page = visitors("patient", patient).go("/account/privacy")
    correct = page.get_by_role("region", name="Ask a clinic to correct something")
    correct.get_by_role("combobox", name="What is it about?").click()
    page.get_by_role("option", name=re.compile("^Something else at")).first.click()
    correct.get_by_label("What is wrong, and what would be right?").fill("My name is written with a C")
    correct.get_by_role("button", name="Send to the clinic").click()
    expect(correct.get_by_text("Waiting for the clinic's answer")).to_be_visible()

    office = visitors("admin", installation.demo("admin")).go("/admin/privacy")
    office.get_by_role("button", name="Answer Corin Velthuis").click()
    drawer = office.get_by_role("dialog", name="Answer Corin Velthuis")
    drawer.get_by_label("What you tell the patient").fill("It is put right, thank you")
    drawer.get_by_role("button", name="Send answer").click()
    expect(office.get_by_text("It is put right, thank you")).to_be_visible()

    expect(correct.get_by_text("Answer: It is put right, thank you")).to_be_visible()
    installation.mail(patient.email, "an answer to your request")


def test_data_are_paused_and_resumed(visitors: Visitors, installation: Installation) -> None:
    patient = installation.new_patient("Corin Velthuis")
    page = visitors("patient", patient).go("/account/privacy")
    pause = page.get_by_role("region", name="Pause or object")
    pause.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("dialog", name="Pause the use of your data?").get_by_role("button", name="Pause").click()
    expect(pause.get_by_text("Paused", exact=True)).to_be_visible()
    pause.get_by_role("button", name="Resume").click()
    expect(pause.get_by_text("Paused", exact=True)).to_have_count(0)
