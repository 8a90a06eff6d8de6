"""A patient reads who looked at the record; the clinic's admin searches the audit and takes it along."""

import json
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import Account, Installation


def looked_at(installation: Installation, name: str) -> Account:
    """A patient whose visit the front desk has opened."""
    patient = installation.new_patient(name)
    offer = installation.offer()
    visit = installation.book(patient, offer, offer.slots[0]["start"])
    installation.api("GET", f"appointments/{visit['id']}", by=installation.demo("staff"))
    return patient


def test_a_patient_reads_who_looked_and_why(visitors: Visitors, installation: Installation) -> None:
    patient = looked_at(installation, "Wanda Looker")
    staff = installation.demo("staff")
    page = visitors("patient", patient).go("/account/privacy")
    looked = page.get_by_role("region", name="Who looked at your record")
    entry = looked.get_by_role("listitem").first
    expect(entry).to_contain_text(re.compile(f"^{re.escape(staff.name)}, front desk of .+, opened your visit of "))
    expect(entry).to_contain_text("Why: running the clinic")


def test_in_spanish_on_a_phone(visitors: Visitors, installation: Installation) -> None:
    patient = looked_at(installation, "Paula Pantalla")
    installation.api("PATCH", "me", by=patient, json={"language": "es"})
    options = {"locale": "es-ES", "viewport": {"width": 375, "height": 800}}
    page = visitors("patient", patient, **options).go("/account/privacy")
    entry = page.get_by_role("region", name="Quién miró su historial").get_by_role("listitem").first
    expect(entry).to_contain_text("abrió su visita del")
    expect(entry).to_contain_text("Motivo: el funcionamiento de la clínica")


def test_the_admin_finds_who_looked_and_takes_the_audit_along(
    visitors: Visitors, installation: Installation, tmp_path: Path
) -> None:
    looked_at(installation, "Xenia Sought")
    page = visitors("admin", installation.demo("admin")).go("/admin/clinic")
    page.get_by_role("link", name="Audit", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Audit")).to_be_visible()
    expect(page.get_by_text("Is the audit what was written?")).to_be_visible()
    page.get_by_role("searchbox", name="Patient").fill("xenia")
    rows = page.get_by_role("table").get_by_role("row").filter(has_text="Xenia Sought")
    expect(rows).to_have_count(4)  # the last two: what she agreed to before
    expect(rows.first).to_contain_text("Opened a visit")
    expect(rows.nth(1)).to_contain_text("Booked a visit")
    expect(rows.nth(1)).to_contain_text("Xenia Sought, the patient")
    expect(rows.nth(2)).to_contain_text("Agreed to a wording")
    rows.first.get_by_role("button", name=re.compile("^Details: Opened a visit")).click()
    dialog = page.get_by_role("dialog", name="Opened a visit")
    expect(dialog).to_contain_text(re.compile(r"link \d+ of the chain"))
    dialog.get_by_role("button", name="Only about Xenia Sought").click()
    expect(page).to_have_url(re.compile("patient_id="))
    page.get_by_role("combobox", name="Show").click()
    page.get_by_role("option", name="Looks only").click()
    expect(page.get_by_role("table").get_by_role("row").filter(has_text="Booked a visit")).to_have_count(0)

    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saving:
        page.get_by_role("menuitem", name="As JSON Lines, for programs").click()
    file = tmp_path / "audit.jsonl"
    saving.value.save_as(file)
    entries = [line for line in map(json.loads, file.read_text().splitlines()) if line["kind"] == "entry"]
    assert {line["action"] for line in entries} == {"appointment:read"}
    assert {line["patient"]["name"] for line in entries} == {"Xenia Sought"}
    page.get_by_role("button", name="Clear filters").click()
    expect(page).not_to_have_url(re.compile("patient_id="))
