"""Visits at Twilio, as far as one comes without an account: its client in our page, under the policy of our pages."""

from datetime import UTC, datetime

import psycopg
from playwright.sync_api import WebSocket, expect

from openvisit.platform.postgres import running_url
from tests.journeys.calling import MEDIA, until, visit_now
from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation, eventually

TWILIO = "https://global.vss.twilio.com"


def held_at_twilio(installation: Installation, room: str) -> None:
    """The visit's room is there, at Twilio."""
    url = running_url(installation.data / "postgres", "openvisit")
    assert url is not None

    def there() -> bool | None:
        with psycopg.connect(url) as connection:
            found = connection.execute(
                """UPDATE video_room v SET platform = 'twilio', state = 'ready', vendor_id = 'RM1',
                                           updated_at = %(now)s, starts_at = a.starts_at, ends_at = a.ends_at
                   FROM appointment a WHERE a.id = v.appointment_id AND v.appointment_id = %(room)s""",
                {"room": room, "now": datetime.now(UTC)},
            )
            return found.rowcount == 1 or None

    eventually(there, "the room is planned")


def test_who_enters_a_visit_at_twilio_is_told_first_that_twilio_could_listen(
    visitors: Visitors, installation: Installation
) -> None:
    patient, doctor = installation.new_patient("Wren Aldous"), installation.demo("provider")
    room = visit_now(installation, patient, doctor)
    held_at_twilio(installation, room)
    provider = visitors("provider", doctor, **MEDIA)
    provider.goes_to(TWILIO)
    provider.loses_the_server()  # no name leaves the loopback: their client cannot reach them
    asked: list[str] = []

    def opens(socket: WebSocket) -> None:
        asked.append(socket.url)

    provider.page.on("websocket", opens)
    page = provider.go(f"/visit/{room}")
    expect(page.get_by_role("heading", name="This call goes through Twilio Video")).to_be_visible()
    expect(page.get_by_text("Twilio Video could see and hear this call")).to_be_visible()
    expect(page.locator("[data-call]")).to_have_count(0)
    assert not any(one.startswith("wss://") for one in asked), "nothing is sent before one has read it"

    page.get_by_role("button", name="Join the call").click()
    page.locator("[data-call]").wait_for()
    until(lambda: f"{TWILIO.replace('http', 'ws', 1)}/signaling" in asked, "Twilio's client opens its socket")
    expect(page.get_by_text("Not encrypted from end to end")).to_be_visible()
    expect(page.get_by_role("button", name="Security code")).to_have_count(0)
    page.keyboard.press("Alt+c")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Mute the microphone").click()
    expect(page.get_by_role("button", name="Unmute the microphone")).to_be_visible()
