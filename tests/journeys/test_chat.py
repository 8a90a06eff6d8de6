"""Conversations in the browser, and what a visit leaves on the wire and in the database: nothing that was said."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.calling import without_keys
from tests.journeys.conftest import Visitors
from tests.journeys.installation import OWN_PASSWORD, Account, Installation
from tests.journeys.planted import Planted, Wire, no_table_holds
from tests.journeys.talking import SLOW, log, make_phrase, say
from tests.journeys.visitor import Visitor
from tests.support.pictures import picture

MARKER = "heron-cobalt-7391"
"""Stands in everything that is said and sent."""


def test_patient_and_provider_write_and_the_server_never_reads(
    visitors: Visitors, installation: Installation, tmp_path: Path
) -> None:
    patient, provider = installation.new_patient("Corin Velthuis"), installation.demo("provider")
    without_keys(installation, provider)
    visit = _visit(installation, patient, provider)
    wire = Wire()
    ana = visitors("patient", patient, viewport={"width": 375, "height": 800})
    wire.watch(ana.page)
    page = _chat(ana, visit)
    phrase = make_phrase(page)
    say(page, f"Good morning, {MARKER} one")

    desk = visitors("provider", provider)
    wire.watch(desk.page)
    other = _chat(desk, visit)
    make_phrase(other)
    expect(log(other).get_by_text(f"{MARKER} one")).to_be_visible(timeout=SLOW)
    say(other, f"Good morning to you, {MARKER} two")
    expect(log(page).get_by_text(f"{MARKER} two")).to_be_visible(timeout=SLOW)
    expect(log(page).get_by_text("Read", exact=True)).to_be_visible(timeout=SLOW)

    notes = tmp_path / f"{MARKER} notes.txt"
    notes.write_text(f"{MARKER} in a file\n" * 20_000)
    page.locator("input[type=file]").set_input_files(notes)
    page.get_by_role("button", name="Send", exact=True).click()
    with other.expect_download() as download:
        other.get_by_role("button", name=f"Download {notes.name}").click(timeout=SLOW)
    assert download.value.suggested_filename == notes.name
    assert Path(download.value.path()).read_text() == notes.read_text()
    image = tmp_path / f"{MARKER}.png"
    image.write_bytes(picture())
    other.locator("input[type=file]").set_input_files(image)
    other.get_by_role("button", name="Send", exact=True).click()
    shown = log(page).get_by_role("img", name=f"Picture: {image.name}")
    expect(shown).to_be_visible(timeout=SLOW)
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0

    page.get_by_label("Message", exact=True).fill(f"{MARKER} not sent yet")
    page.wait_for_timeout(600)  # drafts are kept a moment after the last key
    page.reload()
    expect(page.get_by_label("Message", exact=True)).to_have_value(f"{MARKER} not sent yet")
    expect(log(page).get_by_text(f"{MARKER} two")).to_be_visible()

    second = visitors("second device", patient)
    wire.watch(second.page)
    again = _chat(second, visit)
    again.get_by_label("Recovery phrase").fill("babab " * 9)
    again.get_by_role("button", name="Unlock", exact=True).click()
    expect(again.get_by_text("This is not your phrase.")).to_be_visible()
    again.get_by_label("Recovery phrase").fill(phrase.upper())
    again.get_by_role("button", name="Unlock", exact=True).click()
    for text in ("one", "two"):
        expect(log(again).get_by_text(f"{MARKER} {text}")).to_be_visible()
    expect(log(again).get_by_role("button", name=f"Download {notes.name}")).to_be_visible()

    assert len(wire.seen) > 100, "the wire was watched"
    assert len(wire.sent) > 10, "and what was said on it"
    planted = Planted(MARKER, phrase, " ".join(phrase.split()[:2]))
    wire.without(planted)
    no_table_holds(installation, planted)


def test_what_could_not_be_sent_is_kept_and_sent_later(visitors: Visitors, installation: Installation) -> None:
    patient, provider = installation.new_patient("Corin Velthuis"), installation.demo("provider")
    without_keys(installation, provider)
    visit = _visit(installation, patient, provider)
    visitor = visitors("patient", patient)
    visitor.expects(503, f"/api/telehealth/rooms/{visit}/messages")
    page = _chat(visitor, visit)
    make_phrase(page)
    away = {"on": True}

    def refuse(route: Any) -> None:
        if away["on"] and route.request.method == "POST":
            route.fulfill(status=503, content_type="application/problem+json", json={"code": "unavailable"})
        else:
            route.fallback()

    page.route(f"**/api/telehealth/rooms/{visit}/messages", refuse)
    page.get_by_label("Message", exact=True).fill("can you hear me?")
    page.get_by_label("Message", exact=True).press("Enter")
    expect(log(page).get_by_text("Waiting to be sent")).to_be_visible()
    page.reload()
    expect(log(page).get_by_text("can you hear me?")).to_be_visible()
    expect(log(page).get_by_text("Waiting to be sent")).to_be_visible()
    away["on"] = False
    expect(log(page).get_by_text("Sent", exact=True)).to_be_visible(timeout=SLOW)
    expect(log(page).get_by_text("can you hear me?")).to_have_count(1)

    page.get_by_role("button", name="Account of Corin Velthuis").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()
    page.wait_for_function(_FORGOTTEN)


def test_a_passkey_unlocks_messages(visitors: Visitors, installation: Installation) -> None:
    patient, provider = installation.new_patient("Corin Velthuis"), installation.demo("provider")
    without_keys(installation, provider)
    visit = _visit(installation, patient, provider)
    by_name = installation.address.replace("127.0.0.1", "localhost")
    visitor = visitors("phone", base_url=by_name)
    visitor.goes_to(by_name)
    _authenticator(visitor)
    page = visitor.page
    page.goto("/sign-in?next=%2Faccount%2Fsecurity")
    page.get_by_label("E-mail").fill(patient.email)
    page.get_by_label("Password", exact=True).fill(OWN_PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("dialog").get_by_role("button", name="Continue").click()
    codes = page.get_by_role("dialog", name="Your recovery codes")
    codes.get_by_label("I have kept these codes").check()
    codes.get_by_role("button", name="Done").click()

    page = _chat(visitor, visit)
    page.get_by_role("button", name="Use a passkey").click()
    say(page, "by passkey")
    # Another device has the same synced passkey, and nothing else.
    page.evaluate(_FORGET)
    page.reload()
    page.get_by_role("button", name="Unlock with a passkey").click()
    expect(log(page).get_by_text("by passkey")).to_be_visible()


_FORGET = """() => new Promise((done, failed) => {
  const asked = indexedDB.open('openvisit-e2e');
  asked.onsuccess = () => {
    const change = asked.result.transaction('identities', 'readwrite');
    change.objectStore('identities').clear();
    change.oncomplete = done;
    change.onerror = failed;
  };
})"""
_FORGOTTEN = """() => new Promise((done) => {
  const asked = indexedDB.open('openvisit-e2e');
  asked.onsuccess = () => {
    const count = asked.result.transaction('identities').objectStore('identities').count();
    count.onsuccess = () => done(count.result === 0);
  };
})"""


def _visit(installation: Installation, patient: Account, provider: Account) -> str:
    offer = installation.offer("telehealth", provider_id=provider.provider_id)
    return str(installation.book(patient, offer, offer.slots[0]["start"])["id"])


def _chat(visitor: Visitor, visit: str) -> Page:
    """The visit's page, with its conversation in sight."""
    page = visitor.go(f"/visits/{visit}")
    page.get_by_role("region", name="Messages").wait_for()
    return page


def _authenticator(visitor: Visitor) -> None:
    """A device with a fingerprint reader, whose passkeys have a PRF."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "hasPrf": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
