"""Visits at a LiveKit server: our own page and controls; what passes through it is readable in the browsers alone.

Needs the program `livekit-server` (https://github.com/livekit/livekit) on the PATH, or its path in
OPENVISIT_LIVEKIT_SERVER. `script/test --interop` builds it.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from openvisit.adapters.livekit.tokens import ApiKey
from openvisit.platform.postgres import running_url
from tests.journeys.calling import MEDIA, SMALL_PICTURES, counts, until, visit_now
from tests.journeys.conftest import Visitors
from tests.journeys.eavesdropping import NOTED_KEYS, Eavesdropper, noted_keys
from tests.journeys.installation import Account, Installation, eventually
from tests.journeys.planted import Planted, Wire, no_table_holds
from tests.journeys.test_calls import code_of, let_in
from tests.journeys.visitor import Visitor
from tests.support.livekit import KEY, SECRET, MediaServer

MADE = 150.0  # seconds; rooms are seen to once a minute


@pytest.fixture(scope="module")
def media_server() -> Iterator[MediaServer]:
    """A LiveKit server on the loopback."""
    server = MediaServer()
    server.start()
    try:
        eventually(server.answers, "the LiveKit server answers")
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="module")
def installation(media_server: MediaServer) -> Iterator[Installation]:
    """An installation of its own, which knows the server."""
    with tempfile.TemporaryDirectory(prefix="ov-livekit-") as folder:
        os.chmod(folder, 0o711)
        running = Installation(Path(folder) / "data", **media_server.settings)
        try:
            yield running
        finally:
            running.stop()


def comes(
    visitors: Visitors, name: str, account: Account | None, room: str, server: MediaServer, **options: Any
) -> Visitor:
    """Somebody opens the address of the room, in a browser whose keys are noted."""
    visitor = visitors(name, account, **(MEDIA | options))
    visitor.goes_to(server.url.replace("ws", "http", 1))
    visitor.expects(409, f"/api/telehealth/rooms/{room}/way-in")  # while the room is being made
    for script in (SMALL_PICTURES, NOTED_KEYS):
        visitor.context.add_init_script(script)
    return visitor


def receives(visitor: Visitor) -> tuple[int, float]:
    """Frames decoded and energy of sounds until now, by all connections."""
    all_ = counts(visitor.page)
    return sum(one["frames"] for one in all_), sum(one["energy"] for one in all_)


def sees_and_hears(visitor: Visitor) -> None:
    frames, energy = receives(visitor)

    def more() -> bool:
        nonlocal frames, energy
        now = receives(visitor)
        if now[0] < frames or now[1] < energy:  # connected anew, which counts anew
            frames, energy = now
        return now[0] > frames + 5 and now[1] > energy

    until(more, f"{visitor.name} sees and hears", 60)


def everybody(visitor: Visitor, others: int) -> None:
    """So many others are seen and heard, each of them."""

    def there() -> tuple[int, int]:
        rising = [
            (one["kind"], one["now"]) for one in incoming(visitor) if one["now"] > first.get(one["id"], one["now"])
        ]
        return sum(kind == "video" for kind, _ in rising), sum(kind == "audio" for kind, _ in rising)

    first = {one["id"]: one["now"] for one in incoming(visitor)}

    def all_there() -> bool:
        if there() == (others, others):
            return True
        for one in incoming(visitor):
            first.setdefault(one["id"], one["now"])
        return False

    until(all_there, f"{visitor.name} sees and hears {others}", 90)


def incoming(visitor: Visitor) -> list[dict[str, Any]]:
    """What comes in: frames of each picture, energy of each sound."""
    found: list[dict[str, Any]] = visitor.page.evaluate(
        """async () => {
          const on = window.connections.filter((one) => one.connectionState === 'connected');
          const all = (await Promise.all(on.map((one) => one.getStats()))).flatMap((one) => [...one.values()]);
          return all.filter((one) => one.type === 'inbound-rtp').map(({ id, kind, framesDecoded, totalAudioEnergy }) =>
            ({ id, kind, now: (kind === 'video' ? framesDecoded : totalAudioEnergy) ?? 0 }));
        }"""
    )
    return found


def held_at_livekit(installation: Installation) -> None:
    """Every clinic chooses LiveKit."""
    admin = installation.demo("admin")
    (clinic,) = installation.api("GET", "clinics")["items"]
    body = {"choices": [{"platform": "livekit"}]}
    installation.api("PUT", f"clinics/{clinic['id']}/video-rules", by=admin, json=body, headers={"If-Match": "*"})


def brought_forward(installation: Installation, room: str) -> str:
    """Lets the plan of the visit's room follow the visit, as its move would; what the media server calls the room."""
    url = running_url(installation.data / "postgres", "openvisit")
    assert url is not None
    start = datetime.now(UTC) + timedelta(minutes=5)

    def planned() -> str | None:
        with psycopg.connect(url) as connection:
            row = connection.execute(
                """UPDATE video_room v SET starts_at = a.starts_at, ends_at = a.ends_at FROM appointment a
                   WHERE a.id = v.appointment_id AND v.appointment_id = %(id)s AND a.starts_at <= %(start)s
                   RETURNING v.key""",
                {"id": room, "start": start},
            ).fetchone()
            return row and str(row[0])

    return eventually(planned, "the room is planned", seconds=60)


def guest_of(host: Visitor, visitors: Visitors, room: str, server: MediaServer) -> Visitor:
    """Somebody whom the host invites, and who knocks by that link."""
    host.page.get_by_role("tab", name=re.compile("People")).click()
    form = host.page.get_by_role("form", name="Invite a guest")
    form.get_by_label("Name").fill("Nell Okafor")
    form.get_by_role("button", name="Make the link").click()
    link = host.page.get_by_role("textbox", name="Link for Nell Okafor").input_value()
    guest = comes(visitors, "guest", None, room, server)
    guest.go(link)
    guest.page.get_by_role("button", name="Enter the waiting room").click()
    return guest


def test_a_visit_is_held_through_a_livekit_server_that_can_read_none_of_it(
    visitors: Visitors, installation: Installation, media_server: MediaServer, browser: Browser
) -> None:
    held_at_livekit(installation)
    patient, doctor = installation.new_patient("Ida Fernley"), installation.demo("provider")
    room = visit_now(installation, patient, doctor)
    key = brought_forward(installation, room)
    wire = Wire()
    provider = comes(visitors, "provider", doctor, room, media_server)
    ida = comes(visitors, "patient", patient, room, media_server, viewport={"width": 375, "height": 760})
    for one in (provider, ida):
        wire.watch(one.page)
        one.go(f"/visit/{room}")
    let_in(provider, "Ida Fernley")
    for one in (provider, ida):
        one.page.locator("[data-call]").wait_for(timeout=MADE * 1000)
    for one in (provider, ida):
        sees_and_hears(one)
    assert code_of(provider, "Ida Fernley") == code_of(ida, doctor.name)

    # The media server's owner, in the room with all that passes through it, but without the keys.
    keys = [one for visitor in (provider, ida) for one in noted_keys(visitor.page)]
    wrong = [one | {"bytes": [byte ^ 1 for byte in one["bytes"]]} for one in keys]
    owner, now = Eavesdropper(browser), datetime.now(UTC)
    token = ApiKey(KEY, SECRET).for_participant(key, "owner", leads=True, now=now, until=now + timedelta(hours=1))
    owner.enters(media_server.url, token, wrong)
    until(lambda: owner.takes()["packets"] > 300, "pictures and sound pass through the media server")
    assert owner.takes()["frames"] == owner.takes()["energy"] == 0
    owner.has([one for visitor in (provider, ida) for one in noted_keys(visitor.page)])  # as nobody but this test could
    until(lambda: owner.takes()["frames"] > 5 and owner.takes()["energy"] > 0, "only the keys were missing")
    owner.close()

    # The controls are those of every call.
    tile = provider.page.locator("[data-tile]")
    ida.page.keyboard.press("Alt+a")
    expect(tile.get_by_role("img", name="Muted")).to_be_visible()
    ida.page.get_by_role("button", name="Unmute the microphone").click()
    expect(tile.get_by_role("img", name="Muted")).to_be_hidden()
    ida.page.get_by_role("button", name="Turn the camera off").click()
    expect(tile.get_by_label("Picture of Ida Fernley")).to_be_hidden()
    still, _ = receives(provider)
    ida.page.get_by_role("button", name="Turn the camera on").click()
    until(lambda: receives(provider)[0] > still + 5, "the camera's pictures arrive again")
    provider.page.get_by_role("button", name="Share your screen").click()
    expect(ida.page.get_by_label(f"Screen of {doctor.name}")).to_be_visible()
    for one in (provider, ida):
        sees_and_hears(one)

    # The media server is killed: they enter it again when it is back, and go on.
    for one in (provider, ida):
        one.loses_the_server()
    media_server.kill()
    for one, other in ((provider, "Ida Fernley"), (ida, doctor.name)):
        lost = one.page.get_by_text(f"The connection to {other} is lost. Trying again")
        expect(lost).to_be_visible(timeout=30_000)
    media_server.start()
    eventually(media_server.answers, "the LiveKit server answers")
    for one in (provider, ida):
        sees_and_hears(one)

    # Who leaves is gone for the other, and no key is in anything that crossed a wire, or in the database.
    keys = [one for visitor in (provider, ida) for one in noted_keys(visitor.page)]
    ida.page.get_by_role("button", name="Leave the visit").click()
    expect(tile).to_have_count(0)
    assert len(keys) >= 4
    planted = Planted()
    planted.add_secret(*(bytes(one["bytes"]) for one in keys))
    assert any(b'"kind":"sealed"' in said for _, said in wire.seen), "what the keys went in was looked at"
    wire.without(planted)
    no_table_holds(installation, planted)


def test_a_group_has_new_keys_whenever_somebody_comes_or_goes(
    visitors: Visitors, installation: Installation, media_server: MediaServer
) -> None:
    """Five, as many as no call from browser to browser holds."""
    held_at_livekit(installation)
    patient, doctor = installation.new_patient("Tamsin Roe"), installation.demo("provider")
    room = visit_now(installation, patient, doctor)
    brought_forward(installation, room)
    names = ("provider", "staff", "admin")
    hosts = [comes(visitors, name, installation.demo(name), room, media_server) for name in names]
    provider = hosts[0]
    tamsin = comes(visitors, "patient", patient, room, media_server)
    for one in (*hosts, tamsin):
        one.go(f"/visit/{room}")
    let_in(provider, "Tamsin Roe")
    four = [*hosts, tamsin]
    for one in four:
        one.page.locator("[data-call]").wait_for(timeout=MADE * 1000)
    for one in four:
        everybody(one, 3)

    before = known_keys(provider)
    guest = guest_of(provider, visitors, room, media_server)
    let_in(provider, "Nell Okafor")
    for one in (*four, guest):
        everybody(one, 4)
    assert not known_keys(guest) & before, "who comes cannot open what was before"

    until_then = known_keys(provider)
    guest.page.get_by_role("button", name="Leave the visit").click()
    until(lambda: len(known_keys(provider) - until_then) >= 4, "each has a new key")
    assert not known_keys(guest) & (known_keys(provider) - until_then), "who went cannot open what is after"
    for one in four:
        everybody(one, 3)


def known_keys(visitor: Visitor) -> set[bytes]:
    """The keys that a browser has had until now, its own and those of others."""
    return {bytes(one["bytes"]) for one in noted_keys(visitor.page)}
