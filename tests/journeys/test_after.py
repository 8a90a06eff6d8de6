"""After a visit: the provider writes, the patient reads and rates, the clinic chooses where visits are held."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import ARTIFACTS, Visitors
from tests.journeys.installation import Account, Installation

PHONE = {"viewport": {"width": 375, "height": 740}}


def past_visit(installation: Installation, patient: Account, provider: Account) -> str:
    """A visit of the patient with the provider that has taken place."""
    found = installation.api("GET", "appointments?status=completed&limit=100&order=desc", by=patient)["items"]
    return str(next(visit["id"] for visit in found if visit["provider"]["id"] == provider.provider_id))


def fits(page: Page, name: str) -> None:
    """Nothing is wider than the window; what it looks like is kept."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"after-{name}.png", full_page=True)


def test_notes_a_summary_and_a_rating(visitors: Visitors, installation: Installation) -> None:
    patient, provider = installation.demo("patient"), installation.demo("provider")
    visit = past_visit(installation, patient, provider)
    notes = f"telehealth/visits/{visit}/notes"
    visitor = visitors("provider", provider, **PHONE)
    page = visitor.go(f"/visit/{visit}/after")
    written = page.get_by_role("textbox", name="Notes", exact=True)
    written.fill("Two attacks, no aura")
    page.get_by_role("textbox", name="Summary for the patient").fill("Please keep the diary")
    expect(page.get_by_text("Draft saved")).to_be_visible()
    kept = installation.api("GET", notes, by=provider)
    assert (kept["notes"], kept["summary"]) == ("Two attacks, no aura", "Please keep the diary")
    expect(page.get_by_role("button", name="Book").first.or_(page.get_by_text("No free time"))).to_be_visible()
    fits(page, "draft")

    # Another tab has written meanwhile: both are shown, and this one's words are kept.
    tag = {"If-Match": f'"{kept["version"]}"'}
    installation.api("PUT", notes, by=provider, json={"notes": "From elsewhere", "summary": ""}, headers=tag)
    visitor.expects(412, f"/api/{notes}")
    written.fill("Three attacks, no aura")
    conflict = page.get_by_role("alert")
    expect(conflict.get_by_text("From elsewhere")).to_be_visible()
    fits(page, "conflict")
    conflict.get_by_role("button", name="Keep mine").click()
    expect(page.get_by_text("Draft saved")).to_be_visible()
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("dialog").get_by_role("button", name="Finish").click()
    page.get_by_role("button", name="Add to the summary").click()
    page.get_by_role("textbox", name="Add to the summary").fill("The result is in: all is well")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("The result is in: all is well")).to_be_visible()
    fits(page, "finished")

    page = visitors("patient", patient, **PHONE).go(f"/visits/{visit}")
    page.get_by_role("link", name="Summary, rating and next visit").click()
    expect(page.get_by_text("Please keep the diary")).to_be_visible()
    expect(page.get_by_text("The result is in: all is well")).to_be_visible()
    expect(page.get_by_text("attacks")).to_have_count(0)
    fits(page, "patient")

    # The clinic puts the rating aside, and says why to whoever wrote it.
    rating = {"score": 2, "comment": "Nurse Vidal was rude"}
    installation.api("PUT", f"telehealth/visits/{visit}/rating", by=patient, json=rating)
    board = visitors("admin", installation.demo("admin"), **PHONE).go("/admin/ratings")
    own = board.get_by_role("listitem").filter(has_text="Nurse Vidal was rude")
    own.get_by_role("button", name="Hide the rating by").click()
    board.get_by_role("textbox", name="Why").fill("It names one of our nurses")
    board.get_by_role("dialog").get_by_role("button", name="Hide", exact=True).click()
    expect(own).to_contain_text("It names one of our nurses")
    fits(board, "ratings")
    page.reload()
    aside = page.get_by_role("alert").filter(has_text="The clinic has put your rating aside")
    expect(aside).to_contain_text("It names one of our nurses")
    fits(page, "put-aside")


def test_the_clinic_chooses_a_platform(visitors: Visitors, installation: Installation) -> None:
    page = visitors("admin", installation.demo("admin"), **PHONE).go("/admin/video")
    expect(page.get_by_role("heading", name="Where video visits are held")).to_be_visible()
    platforms = page.get_by_role("region", name="Where video visits are held")
    page.get_by_role("button", name="Hold some visits elsewhere").click()
    some = page.get_by_role("group", name="Some visits, differently")
    some.get_by_role("combobox", name="Platform").click()
    page.get_by_role("option", name="An address of your own").click()
    platforms.get_by_role("button", name="Save").click()
    expect(some.get_by_text("An address that starts with https://")).to_be_visible()
    some.get_by_role("textbox", name="Address").fill("https://meet.example/{room}")
    expect(some.get_by_text("Choose a visit type, a provider, or both.")).to_be_visible()
    some.get_by_role("combobox", name="Visit type").click()
    page.get_by_role("option").first.click()
    fits(page, "platforms")
    platforms.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved")).to_be_visible()
    page.reload()
    expect(page.get_by_role("textbox", name="Address")).to_have_value("https://meet.example/{room}")
    page.get_by_role("button", name="Remove").click()
    platforms.get_by_role("button", name="Save").click()
    expect(page.get_by_role("textbox", name="Address")).to_have_count(0)
