"""Real calls between browsers: pictures and sound arrive on every side, and go on through what breaks."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, WebSocketRoute, expect

from tests.journeys.calling import MEDIA, SMALL_PICTURES, counts, kill_web, sees_and_hears, until, visit_now
from tests.journeys.conftest import Visitors
from tests.journeys.installation import Account, Installation, eventually
from tests.journeys.visitor import Visitor
from tests.support.coturn import Relay
from tests.support.lossy import Line

ENTERING = 20_000  # milliseconds
CAPTIONS = """() => [...document.querySelectorAll('[data-tile] video')].map((one) => one.textTracks[0]?.kind)"""
KEY_OF_SOMEBODY_ELSE = "BEBxre16Xy3YuPzlz3Ki2jrXTgCYd2rIJLx62DYKpeowQF2dbXuhtXpx6rTwStcrMYxmWmjkEOnWghUOI89Ch3I"


def comes(visitors: Visitors, name: str, account: Account, room: str, **options: Any) -> Visitor:
    """Somebody opens the address of the room."""
    visitor = visitors(name, account, **(MEDIA | options))
    visitor.context.add_init_script(SMALL_PICTURES)
    visitor.go(f"/visit/{room}")
    return visitor


def let_in(host: Visitor, name: str) -> None:
    host.page.get_by_role("button", name=f"Let {name} in").click(timeout=ENTERING)


def code_of(visitor: Visitor, name: str) -> str:
    """The code that somebody reads on their screen."""
    visitor.page.keyboard.press("Alt+c")
    section = visitor.page.get_by_role("region", name=f"Code with {name}")
    section.wait_for()
    found = section.locator("[data-code]").inner_text()
    visitor.page.keyboard.press("Escape")
    expect(section).to_be_hidden()
    return re.sub(r"\s+", " ", found)


def test_two_three_and_four_people_hold_a_call_that_outlives_the_server(
    visitors: Visitors, installation: Installation
) -> None:
    patient, doctor, helper = installation.new_patient("Ida Fernley"), *map(installation.demo, ("provider", "staff"))
    room = visit_now(installation, patient, doctor)
    provider = comes(visitors, "provider", doctor, room)
    ida = comes(visitors, "patient", patient, room, viewport={"width": 375, "height": 760})
    let_in(provider, "Ida Fernley")
    for one in (provider, ida):
        sees_and_hears(one, 1)

    # What stands between them would show two codes.
    mine, theirs = code_of(provider, "Ida Fernley"), code_of(ida, doctor.name)
    assert mine == theirs
    assert re.fullmatch(r"\d{3}( \d{3}){4}", mine)

    # Mute, camera, screen: each seen by the other.
    tile = provider.page.locator("[data-tile]")
    ida.page.keyboard.press("Alt+a")
    expect(tile.get_by_role("img", name="Muted")).to_be_visible()
    ida.page.get_by_role("button", name="Unmute the microphone").click()
    expect(tile.get_by_role("img", name="Muted")).to_be_hidden()
    ida.page.get_by_role("button", name="Turn the camera off").click()
    expect(tile.get_by_label("Picture of Ida Fernley")).to_be_hidden()
    still = counts(provider.page)[0]["frames"]
    ida.page.get_by_role("button", name="Turn the camera on").click()
    until(lambda: counts(provider.page)[0]["frames"] > still + 5, "the camera's pictures arrive again")
    provider.page.get_by_role("button", name="Share your screen").click()
    expect(ida.page.get_by_label(f"Screen of {doctor.name}")).to_be_visible()
    provider.page.get_by_role("button", name="Stop sharing your screen").click()
    expect(ida.page.get_by_label(f"Picture of {doctor.name}")).to_be_visible()

    # A third one; each is connected to each.
    third = comes(visitors, "staff", helper, room)
    for one in (provider, ida, third):
        sees_and_hears(one, 2)

    # The web process is killed: nothing of the call is touched, and signals go again once it is back.
    before = {one.name: connected(one) for one in (provider, ida, third)}
    for one in (provider, ida, third):
        one.loses_the_server()
        one.expects(409, f"/api/telehealth/rooms/{room}/way-in")  # asked before the socket is back, and again after
    kill_web(installation)
    for one in (provider, ida, third):
        sees_and_hears(one, 2)
    eventually(lambda: installation.reachable() or None, "the web process is back", seconds=60)
    for one in (provider, ida, third):
        expect(one.page.get_by_text("The connection to the server is lost")).to_be_hidden(timeout=30_000)
    third.page.get_by_role("button", name="Leave the visit").click()
    third.page.get_by_role("dialog").get_by_role("button", name="Leave", exact=True).click()
    for one in (provider, ida):
        until(lambda one=one: len(counts(one.page)) == 1, "the third one has left")  # type: ignore[misc]
        sees_and_hears(one, 1)
        assert connected(one) <= before[one.name], "no connection was made anew"

    # Four, as many as there may be: six connections, and a picture of everybody else on each screen.
    third.go(f"/visit/{room}")
    fourth = comes(visitors, "admin", installation.demo("admin"), room)
    everybody = (provider, ida, third, fourth)
    for one in everybody:
        sees_and_hears(one, 3)
        expect(one.page.locator("[data-tile] video")).to_have_count(3)
    for one in (third, fourth):
        one.page.get_by_role("button", name="Leave the visit").click()
        one.page.get_by_role("dialog").get_by_role("button", name="Leave", exact=True).click()
    for one in (provider, ida):
        until(lambda one=one: len(counts(one.page)) == 1, "two have left")  # type: ignore[misc]
        sees_and_hears(one, 1)

    # What is needed most is in sight without scrolling, and each picture has a place for captions.
    for one, size in ((provider, {"width": 1280, "height": 800}), (ida, {"width": 375, "height": 667})):
        one.page.set_viewport_size(size)  # type: ignore[arg-type]
        for name in ("Mute the microphone", "Turn the camera off", "Leave the visit"):
            button = one.page.get_by_role("button", name=name)
            expect(button).to_be_in_viewport(ratio=1)
            button.click(trial=True)  # nothing lies over it
        assert one.page.evaluate(CAPTIONS) == ["captions"]

    # On by telephone, with the numbers to call on both sides; ending asks first, and what was seen is proposed.
    ida.page.get_by_role("button", name="More", exact=True).click()
    ida.page.get_by_role("menuitem", name="Switch to telephone").click()
    ida.page.get_by_role("dialog").get_by_role("button", name="Switch to telephone").click()
    expect(ida.page.get_by_role("alert").filter(has_text="Call the clinic").get_by_role("link")).to_have_text(
        re.compile("555")
    )
    note = provider.page.get_by_role("alert").filter(has_text="Ida Fernley goes on by telephone.")
    expect(note).to_contain_text("The patient sees the clinic's number")
    provider.page.get_by_role("button", name="Leave the visit").click()
    asked = provider.page.get_by_role("dialog")
    expect(asked.get_by_label("It was held by telephone")).to_be_checked()
    asked.get_by_role("button", name="Stay").click()

    # The key of her browser is revoked, from another one: nobody goes on talking to whoever holds it.
    for key in installation.api("GET", "me/devices/keys", by=patient)["items"]:
        installation.api("DELETE", f"me/devices/keys/{key['id']}", by=patient)
    expect(provider.page.get_by_text("it was revoked")).to_be_visible(timeout=ENTERING)
    until(lambda: counts(provider.page) == [], "nobody is connected to it")

    # What is left is to end it, from where the call was.
    provider.page.get_by_role("button", name="Leave or end").click()
    asked.get_by_label("It was held by telephone").check()
    asked.get_by_role("button", name="End for everybody").click()
    expect(ida.page.get_by_text("The visit has ended")).to_be_visible()
    told = [one["action"] for one in installation.api("GET", f"appointments/{room}/history", by=patient)["items"]]
    assert "appointment:by-phone" in told


def connected(visitor: Visitor) -> set[str]:
    """The connections of a page that are good, by names that they are given here."""
    found: list[str] = visitor.page.evaluate(
        """() => window.connections.map((one) => (one.name ??= Math.random().toString(36), one))
            .filter((one) => one.connectionState === 'connected').map((one) => one.name)"""
    )
    return set(found)


@pytest.mark.parametrize("tampered", ["fingerprint", "key"])
def test_a_man_in_the_middle_is_refused(visitors: Visitors, installation: Installation, tampered: str) -> None:
    """The way of the signals changes what it carries: no picture, no sound, and a clear word on both sides."""
    patient, doctor = installation.new_patient("Noor Ashdown"), installation.demo("provider")
    room = visit_now(installation, patient, doctor)
    provider = comes(visitors, "provider", doctor, room)
    noor = visitors("patient", patient, **MEDIA)
    noor.context.add_init_script(SMALL_PICTURES)
    noor.page.route_web_socket(re.compile(r"/telehealth/rooms/.*/socket"), in_the_middle(tampered))
    noor.go(f"/visit/{room}")
    let_in(provider, "Noor Ashdown")
    for one in (provider, noor):
        expect(one.page.get_by_role("alert").filter(has_text="The call was stopped to protect you")).to_be_visible(
            timeout=ENTERING
        )
        assert counts(one.page) == []
        assert one.page.locator("[data-tile]").count() == 0


def in_the_middle(tampered: str) -> Callable[[WebSocketRoute], None]:
    """Carries everything on, but signals as it likes."""

    def change(text: str) -> str:
        frame = json.loads(text)
        data = frame.get("data")
        if frame.get("type") != "signal" or not isinstance(data, dict):
            return text
        if tampered == "fingerprint" and data["kind"] == "description":
            said = data["description"]["sdp"]
            data["description"]["sdp"] = re.sub(r"(a=fingerprint:sha-256 )..:..", r"\g<1>00:00", said)
        if tampered == "key" and data["kind"] == "reveal":
            data["publicKey"] = KEY_OF_SOMEBODY_ELSE
        return json.dumps(frame)

    def carry(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(lambda text: server.send(change(str(text))))
        server.on_message(lambda text: route.send(change(str(text))))

    return carry


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    """A relay that runs."""
    running = Relay(tmp_path_factory.mktemp("relay"))
    running.start()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def line(relay: Relay) -> Iterator[Line]:
    """The way to the relay; good unless told otherwise."""
    running = Line(relay.port)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def relayed(relay: Relay, line: Line, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose calls go through the relay alone."""
    folder: Path = tmp_path_factory.mktemp("relayed")
    for part in (folder, *folder.parents[:2]):
        part.chmod(0o711)
    running = Installation(folder / "data", TURN_URLS=line.url, TURN_SECRET=relay.secret, ICE_TRANSPORT_POLICY="relay")
    yield running
    running.stop()


QUICK_LOOKS = """
(() => {
  // Calls look at their connections every two seconds; a test has not the time.
  const usual = window.setInterval;
  window.setInterval = (act, ms, ...rest) => usual(act, ms === 2000 ? 400 : ms, ...rest);
  // How large the camera's picture goes out: a part of itself, or not at all.
  window.steps = [];
  const set = RTCRtpSender.prototype.setParameters;
  RTCRtpSender.prototype.setParameters = function (given, ...rest) {
    const [{ active, scaleResolutionDownBy }] = given.encodings;
    const step = active ? scaleResolutionDownBy : 0;
    if (window.steps.at(-1) !== step) window.steps.push(step);
    return set.call(this, given, ...rest);
  };
})();
"""


def test_a_call_through_a_relay_bears_a_bad_line_another_network_and_a_relay_that_is_killed(
    browser: Browser, relayed: Installation, relay: Relay, line: Line
) -> None:
    patient, doctor = relayed.new_patient("Bram Holloway"), relayed.demo("provider")
    room = visit_now(relayed, patient, doctor)
    people = []
    for name, account in (("provider", doctor), ("patient", patient)):
        context = browser.new_context(
            base_url=relayed.address, storage_state=relayed.signed_in(account), locale="en-US", **MEDIA
        )
        person = Visitor(context, relayed, name)
        context.add_init_script(SMALL_PICTURES + QUICK_LOOKS)
        person.go(f"/visit/{room}")
        people.append(person)
    let_in(people[0], "Bram Holloway")
    for one in people:
        sees_and_hears(one, 1)
        assert [count["way"] for count in counts(one.page)] == ["relay"]
    names = [connected(one) for one in people]

    # A quarter of all packets is lost: smaller pictures, then sound alone, and back when the line is good.
    line.loss = 0.25
    for one in people:
        until(lambda one=one: steps(one)[-2:] == [3, 0], "the picture is paused", 60)  # type: ignore[misc]
        paused = one.page.locator("[data-tile]").get_by_text("Their picture is paused: their connection is weak.")
        expect(paused).to_be_visible(timeout=ENTERING)
    assert line.lost > 50
    before = counts(people[0].page)[0]
    until(lambda: counts(people[0].page)[0]["energy"] > before["energy"], "sound goes on")
    line.loss = 0.0
    for one in people:
        until(lambda one=one: steps(one)[-2:] == [3, 1], "all of the picture goes out again", 60)  # type: ignore[misc]
        sees_and_hears(one, 1)

    # Another network: a new way is looked for at once, and what is seen and heard goes on.
    bram = people[1]
    bram.loses_the_server()
    ways = [credentials(one) for one in people]
    bram.context.set_offline(True)
    bram.context.set_offline(False)
    for one, way in zip(people, ways, strict=True):
        until(lambda one=one, way=way: credentials(one).isdisjoint(way), "another way is agreed on")  # type: ignore[misc]
        sees_and_hears(one, 1)

    relay.kill()
    for one in people:
        expect(one.page.get_by_text(re.compile("is lost. Trying again"))).to_be_visible(timeout=40_000)
    relay.start()
    for one, name in zip(people, names, strict=True):
        sees_and_hears(one, 1, seconds=60)
        assert connected(one) == name, "the same connection, by another way"
    for one in people:
        one.context.close()
        assert one.faults == []


def steps(visitor: Visitor) -> list[float]:
    """How the camera's picture has gone out until now: whole (1), a third (3), not at all (0)."""
    found: list[float] = visitor.page.evaluate("window.steps")
    return found


def credentials(visitor: Visitor) -> set[str]:
    """Both sides' names of the way through the network; an ICE restart makes others."""
    found: list[str] = visitor.page.evaluate(
        """() => window.connections.filter((one) => one.connectionState === 'connected')
            .flatMap((one) => [one.currentLocalDescription, one.currentRemoteDescription])
            .map(({ sdp }) => /a=ice-ufrag:(.*)/.exec(sdp)[1].trim())"""
    )
    return set(found)
