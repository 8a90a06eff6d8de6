"""A visit is recorded by consent of two people, over a restart of the server, until one withdraws; and is played."""

from typing import Any

import psycopg
import psycopg.rows
from playwright.sync_api import Page, expect

from openvisit.platform.postgres import running_url
from tests.journeys.calling import kill_web, sees_and_hears, until, visit_now, without_keys
from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation
from tests.journeys.planted import Planted, no_table_holds
from tests.journeys.talking import SLOW, in_calls, with_keys
from tests.journeys.visitor import Visitor
from tests.support.e2e import make_keys, new_keys

PLAIN = Planted("\x42\x82\x84webm", "OpusHead", "A_OPUS", "Chrome")
"""What every recording of this browser begins with, unless it is encrypted."""

A_SECOND = 40_000
"""Bytes that hold more than a second of these pictures. A busy browser's first pieces are a few bytes of a header."""


def test_recording_by_consent_over_a_restart_until_it_is_withdrawn(
    visitors: Visitors, installation: Installation
) -> None:
    patient, doctor, admin = installation.new_patient("Nell Ashdown"), *map(installation.demo, ("provider", "admin"))
    clinic = installation.api("GET", "me", by=admin)["clinic_roles"][0]["clinic_id"]
    installation.api("PUT", f"clinics/{clinic}/recording-rules", by=admin, json={"allowed": True, "keep_days": 30})
    room = visit_now(installation, patient, doctor)
    without_keys(installation, doctor)
    planted = Planted()
    provider, nell = in_calls(visitors, "provider", doctor), in_calls(visitors, "patient", patient)
    for one in (provider, nell):
        planted.hears_keys_of(one.context)
        planted.add(with_keys(one, room))
        one.go(f"/visit/{room}")
    provider.page.get_by_role("button", name="Let Nell Ashdown in").click(timeout=SLOW)
    sees_and_hears(provider, 1)
    for one in (provider, nell):
        one.page.get_by_role("tab", name="Recording").click(timeout=SLOW)

    start = _panel(provider).get_by_role("button", name="Start recording")
    expect(start).to_be_disabled()
    _panel(provider).get_by_role("button", name="I agree").click()
    expect(_panel(nell).get_by_role("list", name="Who has agreed")).to_contain_text("Agrees")
    expect(start).to_be_disabled()
    _panel(nell).get_by_role("button", name="I agree").click()
    start.click(timeout=SLOW)
    for one in (provider, nell):
        expect(_sign(one)).to_be_visible(timeout=SLOW)
    until(lambda: _recording(installation)["size"] >= 3 * A_SECOND, "three seconds are kept")

    for one in (provider, nell):
        one.loses_the_server()
    kill_web(installation)
    until(installation.reachable, "the server is back")
    before = _recording(installation)["pieces"]
    until(lambda: _recording(installation)["pieces"] >= before + 4, "what was recorded without the server arrives")
    _panel(provider).get_by_role("button", name="Stop recording").click(timeout=SLOW)
    until(lambda: _recording(installation)["completed_at"] is not None, "all of it has arrived")
    first = _recording(installation)
    assert first["stopped_why"] == "stopped"

    start.click(timeout=SLOW)
    expect(_sign(nell)).to_be_visible(timeout=SLOW)
    until(lambda: _recording(installation)["id"] != first["id"], "the second one runs")
    until(lambda: _recording(installation)["size"] >= A_SECOND, "a second of it is kept")
    _panel(nell).get_by_role("button", name="Withdraw").click()
    for one in (nell, provider):
        expect(_sign(one)).to_be_hidden(timeout=5_000)
    expect(_panel(provider).get_by_text("Recording was stopped because somebody does not agree.")).to_be_visible()
    expect(start).to_be_disabled()
    until(lambda: _recording(installation)["completed_at"] is not None, "its end has arrived")
    second = _recording(installation)
    assert second["stopped_why"] == "withdrawn"
    late = "piece.number >= r.pieces - 1 AND octet_length(piece.content) > 28"
    after = f"SELECT 1 FROM recording_piece piece JOIN recording r ON r.id = piece.recording_id WHERE {late}"
    assert not _rows(installation, after), "the end of each holds nothing"

    nell.go(f"/visits/{room}")
    listed = nell.page.get_by_role("region", name="Recordings").get_by_role("article")
    expect(listed).to_have_count(2)
    for number, seconds in ((1, 4), (0, 1)):
        _plays(nell.page, number, seconds)

    # She has lost her phrase and makes other keys: to the provider it might be anybody.
    mine = installation.api("GET", "me/keys", by=patient)["keys"]["key_id"]
    installation.api("POST", "me/keys/replace", by=patient, json={"replaces": mine, **new_keys(make_keys())})
    warned = _panel(provider).get_by_role("alert").filter(has_text="Nell Ashdown has new keys")
    expect(warned).to_contain_text("Safety number with Nell Ashdown", timeout=SLOW)
    expect(start).to_be_disabled()
    warned.get_by_role("button", name="The key is right, go on").click()
    expect(start).to_be_enabled()

    pieces = _rows(installation, "SELECT content FROM recording_piece")
    assert len(pieces) == first["pieces"] + second["pieces"]
    for piece in pieces:
        PLAIN.absent(piece["content"], "in a piece")
    assert len(planted) >= 8, "private keys, and those of the recordings"
    no_table_holds(installation, planted)


def _panel(visitor: Visitor) -> Any:
    return visitor.page.get_by_role("region", name="Recording", exact=True)


def _sign(visitor: Visitor) -> Any:
    return visitor.page.locator("[data-recording-sign]")


def _plays(page: Page, number: int, seconds: float) -> None:
    """The recording is decrypted in the browser, and its pictures move."""
    article = page.get_by_role("region", name="Recordings").get_by_role("article").nth(number)
    article.get_by_role("button", name="Play").click()
    video = article.locator("video")
    expect(video).to_be_visible(timeout=SLOW)
    video.evaluate("(video) => { video.muted = true; }")
    page.wait_for_function(
        """([video, seconds]) => (video.currentTime >= seconds || (video.ended && video.currentTime > seconds / 2))
            && video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames > 5""",
        arg=[video.element_handle(), seconds * 0.9],
        timeout=SLOW,
    )
    expect(article.get_by_role("alert")).to_have_count(0)
    expect(article.get_by_text("The end is missing")).to_have_count(0)


def _recording(installation: Installation) -> dict[str, Any]:
    """The newest recording."""
    found = _rows(installation, "SELECT * FROM recording ORDER BY started_at DESC LIMIT 1")
    return found[0] if found else {"pieces": 0, "size": 0, "completed_at": None}


def _rows(installation: Installation, query: str) -> list[dict[str, Any]]:
    url = running_url(installation.data / "postgres", "openvisit")
    assert url is not None
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
        return connection.execute(query).fetchall()  # type: ignore[call-overload,no-any-return]
