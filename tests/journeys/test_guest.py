"""A guest who comes late into a visit that is recorded: what stops, what they may read, and what they never can."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import psycopg.rows
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from playwright.sync_api import Locator, expect

from openvisit.platform.postgres import running_url
from tests.journeys.calling import sees_and_hears, until, visit_now, without_keys
from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation
from tests.journeys.planted import Planted, Wire, no_file_holds, no_table_holds
from tests.journeys.talking import SLOW, in_calls, log, say, with_keys
from tests.journeys.visitor import Visitor
from tests.support import e2e

MARKER = "Größe-osprey-vermilion-5528"
"""Stands in everything that is said and sent."""


@pytest.fixture
def watched() -> tuple[Wire, Planted]:
    """What goes over the wire of everybody, and what must not."""
    return Wire(), Planted(MARKER)


def test_a_guest_comes_late_is_heard_and_leaves_nothing_readable_behind(
    visitors: Visitors, installation: Installation, watched: tuple[Wire, Planted], tmp_path: Path
) -> None:
    wire, planted = watched
    patient, doctor = installation.new_patient("Nell Ashdown"), installation.demo("provider")
    _recording_allowed(installation)
    room = visit_now(installation, patient, doctor)
    without_keys(installation, doctor)
    provider, nell = _watched(visitors, "provider", doctor, watched), _watched(visitors, "patient", patient, watched)
    for one in (provider, nell):
        phrase = with_keys(one, room)
        planted.add(phrase, " ".join(phrase.split()[:3]))
        one.expects(409, f"/api/telehealth/rooms/{room}/")  # who writes as somebody comes or goes begins another key
        one.go(f"/visit/{room}")
    provider.expects(409, "/api/telehealth/recordings/")  # a piece under way as the recording stops is sent again
    provider.page.get_by_role("button", name="Let Nell Ashdown in").click(timeout=SLOW)
    sees_and_hears(provider, 1)

    # They write, send a file, and are recorded.
    say(provider.page, f"{MARKER} before the guest")
    notes = tmp_path / f"{MARKER} notes.txt"
    notes.write_text(f"{MARKER} in a file\n" * 500)
    nell.page.locator("input[type=file]").set_input_files(notes)
    nell.page.get_by_role("button", name="Send", exact=True).click()
    expect(log(provider.page).get_by_role("button", name=f"Download {notes.name}")).to_be_visible(timeout=SLOW)
    for one in (provider, nell):
        one.page.get_by_role("tab", name="Recording").click()
        _panel(one).get_by_role("button", name="I agree").click()
    _panel(provider).get_by_role("button", name="Start recording").click(timeout=SLOW)
    for one in (provider, nell):
        expect(_sign(one)).to_be_visible(timeout=SLOW)
    until(lambda: _newest(installation)["pieces"] >= 2, "two seconds are kept", page=provider.page)

    # The interpreter enters: recording stops for all until they have agreed as well.
    ines, key = _invited(visitors, provider, "Ines Soler", watched)
    provider.page.get_by_role("button", name="Let Ines Soler in").click(timeout=SLOW)
    for one in (provider, nell):
        expect(_sign(one)).to_be_hidden(timeout=SLOW)
    assert _newest(installation)["stopped_why"] == "unanswered"
    for one in (provider, nell, ines):
        one.page.get_by_role("tab", name="Recording").click(timeout=SLOW)
        expect(_panel(one).get_by_text("somebody came in who has not agreed")).to_be_visible(timeout=SLOW)
        expect(_panel(one).get_by_role("listitem").filter(has_text="Ines Soler")).to_contain_text("No answer yet")
    start = _panel(provider).get_by_role("button", name="Start recording")
    expect(start).to_be_disabled()
    sees_and_hears(ines, 2)
    _panel(ines).get_by_role("button", name="I agree").click()
    start.click(timeout=SLOW)
    for one in (provider, nell, ines):
        expect(_sign(one)).to_be_visible(timeout=SLOW)
    until(lambda: _newest(installation)["pieces"] >= 2, "with the guest's consent it goes on", page=provider.page)

    # They read from when they came, and what was before only when the provider shares it.
    for one in (provider, nell, ines):
        one.page.get_by_role("tab", name="Messages").click()
    before = log(ines.page).get_by_text("This message was written before you could read along.")
    expect(before).to_have_count(2, timeout=SLOW)
    say(nell.page, f"{MARKER} with the guest")
    expect(log(ines.page).get_by_text(f"{MARKER} with the guest")).to_be_visible(timeout=SLOW)
    say(ines.page, f"{MARKER} hola")
    for one in (provider, nell):
        expect(log(one.page).get_by_text(f"{MARKER} hola")).to_be_visible(timeout=SLOW)
    expect(before).to_have_count(2)
    provider.page.get_by_role("button", name="Share earlier messages with Ines Soler").click()
    expect(log(ines.page).get_by_text(f"{MARKER} before the guest")).to_be_visible(timeout=SLOW)
    expect(before).to_have_count(0)

    # Asked to leave: what is said from now on is under a key that theirs does not open.
    _people(provider).get_by_role("button", name="Ask Ines Soler to leave").click()
    expect(ines.page.get_by_text("You are not in this visit any more")).to_be_visible(timeout=SLOW)
    provider.page.get_by_role("tab", name="Messages").click()
    expect(provider.page.get_by_text("Who reads along")).not_to_contain_text("Ines Soler")
    say(provider.page, f"{MARKER} after the guest")
    expect(log(nell.page).get_by_text(f"{MARKER} after the guest")).to_be_visible(timeout=SLOW)
    _opens_until_they_left(installation, room, key)

    assert wire.answers > 50, "what was answered was seen"
    assert {"live", "telehealth/rooms/ID/socket"} <= wire.sockets
    assert any("/content?" in one for one in wire.sent), "pieces of the recording among it"
    assert len(planted) >= 12, "phrases, private keys, keys of conversation, file and recordings"
    wire.without(planted)
    no_table_holds(installation, planted)
    no_file_holds(installation, planted)


def _watched(visitors: Visitors, name: str, account: Any, watched: tuple[Wire, Planted]) -> Visitor:
    visitor = in_calls(visitors, name, account)
    wire, planted = watched
    planted.hears_keys_of(visitor.context)
    wire.watch(visitor.page)
    return visitor


def _invited(visitors: Visitors, host: Visitor, name: str, watched: tuple[Wire, Planted]) -> tuple[Visitor, e2e.Keys]:
    """A guest who knocks by the link that the host makes, and the keys that the link carries."""
    form = _people(host).get_by_role("form", name="Invite a guest")
    form.get_by_label("Name").fill(name)
    form.get_by_role("button", name="Make the link").click()
    link = host.page.get_by_role("textbox", name=f"Link for {name}").input_value()
    fragment = parse_qs(urlsplit(link).fragment)["k"][0]
    secret = e2e.unb64(fragment)
    planted = watched[1]
    planted.add(fragment)
    planted.add_secret(secret[:32], secret[96:128])
    guest = _watched(visitors, "guest", None, watched)
    guest.go(link)
    guest.page.get_by_role("button", name="Enter the waiting room").click()
    return guest, e2e.make_keys(int.from_bytes(secret[:32], "big"), int.from_bytes(secret[96:128], "big"))


def _opens_until_they_left(installation: Installation, room: str, key: e2e.Keys) -> None:
    """Everything that the server has of the conversation, tried with the guest's keys: theirs open what was said until
    they left, and no key that they ever had opens what was said after it."""
    epochs = _rows(installation, f"SELECT number FROM chat_epoch WHERE room_id = '{room}' ORDER BY number")
    wraps = _rows(installation, f"SELECT * FROM chat_wrap WHERE room_id = '{room}'")
    messages = _rows(installation, f"SELECT * FROM chat_message WHERE room_id = '{room}' ORDER BY place")
    had: dict[int, bytes] = {}
    for wrap in wraps:
        place = e2e.context("content-key", room, wrap["number"], wrap["participant"])
        try:
            had[wrap["number"]] = e2e.open_sealed(key, wrap["wrapped"], place)
        except InvalidTag:
            continue
    assert [one["number"] for one in epochs] == [1, 2, 3], "one until they came, one with them, one after"
    assert set(had) == {1, 2}
    said = [{number for number, raw in had.items() if _opens(raw, room, message)} for message in messages]
    assert said == [{1}, {1}, {2}, {2}, set()]


def _opens(raw: bytes, room: str, message: dict[str, Any]) -> bool:
    bound = e2e.context(
        "message",
        *(str(message["id"]), room, message["epoch"], message["sender"], message["key_id"], message["sequence"]),
    )
    sealed = bytes(message["ciphertext"])
    try:
        return MARKER.encode() in AESGCM(raw).decrypt(sealed[:12], sealed[12:], bound)
    except InvalidTag:
        return False


def _recording_allowed(installation: Installation) -> None:
    admin = installation.demo("admin")
    clinic = installation.api("GET", "me", by=admin)["clinic_roles"][0]["clinic_id"]
    installation.api("PUT", f"clinics/{clinic}/recording-rules", by=admin, json={"allowed": True, "keep_days": 30})


def _people(visitor: Visitor) -> Locator:
    visitor.page.get_by_role("tab", name=re.compile("^People")).click()
    return visitor.page.get_by_role("tabpanel", name=re.compile("^People"))


def _panel(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("region", name="Recording", exact=True)


def _sign(visitor: Visitor) -> Locator:
    return visitor.page.locator("[data-recording-sign]")


def _newest(installation: Installation) -> dict[str, Any]:
    found = _rows(installation, "SELECT pieces, stopped_why FROM recording ORDER BY started_at DESC LIMIT 1")
    return found[0] if found else {"pieces": 0, "stopped_why": None}


def _rows(installation: Installation, query: str) -> list[dict[str, Any]]:
    url = running_url(installation.data / "postgres", "openvisit")
    assert url is not None
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
        return connection.execute(query).fetchall()  # type: ignore[call-overload,no-any-return]
