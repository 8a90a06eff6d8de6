"""A clinic that keeps a key of its own: everybody is told, and whoever reads by it says why, which is seen."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect

from openvisit.platform.postgres import running_url
from tests.journeys.calling import without_keys
from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation
from tests.journeys.talking import SLOW, log, make_phrase, say, write_down
from tests.journeys.visitor import Visitor

WHY = "Complaint 2027-118, asked for by the ombudsman"
PICTURES = os.environ.get("JOURNEY_PICTURES")
"""A folder for pictures of every state, light and dark, for a person to look at."""


@pytest.fixture
def clinic_without_key(installation: Installation) -> Iterator[None]:
    """Clinics that read along are not what other journeys expect."""
    yield
    url = running_url(installation.data / "postgres", "openvisit")
    assert url is not None
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE clinic_key SET retired_at = now() WHERE retired_at IS NULL")


@pytest.mark.usefixtures("clinic_without_key")
def test_an_admin_reads_a_conversation_and_everybody_is_told(visitors: Visitors, installation: Installation) -> None:
    patient, doctor, admin = installation.new_patient("Corin Velthuis"), *map(installation.demo, ("provider", "admin"))
    without_keys(installation, doctor)
    offer = installation.offer("telehealth", provider_id=doctor.provider_id)
    visit = installation.book(patient, offer, offer.slots[0]["start"])["id"]
    corin = visitors("patient", patient, viewport={"width": 375, "height": 800})
    corin.expects(409, f"/api/telehealth/rooms/{visit}/")  # the first message after the clinic began to read along
    page = corin.go(f"/visits/{visit}")
    make_phrase(page)
    say(page, "before the clinic's key")

    # Turned on, and said to whoever writes at this moment.
    desk = visitors("admin", admin)
    office = desk.go("/admin/clinic")
    section = office.get_by_role("region", name="The clinic's own key")
    expect(section).to_contain_text("Off")
    section.get_by_role("button", name="Make a key").click()
    phrase = write_down(office)
    expect(section).to_contain_text("On since")
    _look(desk, "clinic-key-on")
    expect(page.get_by_text("This clinic keeps a key of its own and can read these messages")).to_be_visible()
    expect(page.get_by_text("Who reads along")).to_contain_text("the clinic")
    say(page, "with the clinic's key")
    _look(corin, "told-of-key")

    # Opened for a reason: what was said since, and nothing from before.
    office = desk.go(f"/desk?visit={visit}")
    reading = office.get_by_role("region", name="Read the messages with the clinic's key")
    reading.get_by_role("button", name="Open the messages").click()
    reading.get_by_label("Why are you opening them?").fill(WHY)
    reading.get_by_label("The clinic's phrase").fill("babab " * 9)
    _look(desk, "asked-why")
    reading.get_by_role("button", name="Open", exact=True).click()
    expect(reading.get_by_text("This is not your phrase")).to_be_visible(timeout=SLOW)
    reading.get_by_label("The clinic's phrase").fill(phrase)
    reading.get_by_role("button", name="Open", exact=True).click()
    expect(log(office).get_by_text("with the clinic's key")).to_be_visible(timeout=SLOW)
    expect(log(office).get_by_text("This message was written before you could read along.")).to_be_visible()
    expect(office.get_by_text("before the clinic's key")).to_have_count(0)
    _look(desk, "read-by-clinic")

    # The patient sees who, when and why, beside the messages and among those who looked; the clinic in its audit.
    told = page.get_by_role("alert").filter(has_text="The clinic opened this conversation")
    expect(told).to_contain_text(re.compile(f"{re.escape(admin.name)}, .+: {re.escape(WHY)}"))
    _look(corin, "told-of-reading")
    looked = corin.go("/account/privacy").get_by_role("region", name="Who looked at your record")
    opened = re.compile(
        f"^{re.escape(admin.name)}.*, opened the messages around your visit of .+ with the clinic's key"
    )
    expect(looked.get_by_role("listitem").filter(has_text=opened)).to_have_count(1)
    audit = desk.go("/admin/audit")
    entry = audit.get_by_role("table").get_by_role("row").filter(has_text="Opened messages with the clinic's key").first
    expect(entry).to_contain_text("Corin Velthuis")
    expect(entry).to_contain_text(admin.name)


def _look(visitor: Visitor, state: str) -> None:
    if not PICTURES:
        return
    for scheme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        visitor.page.screenshot(path=Path(PICTURES) / f"{state}-{visitor.name}-{scheme}.png")
