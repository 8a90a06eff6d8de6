"""The check before a video visit, in a real browser with a camera and a microphone that are made up."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import Account, Installation

_MEDIA = {"permissions": ["camera", "microphone"]}
_REFUSED = """
navigator.mediaDevices.getUserMedia = async ({ video }) => {
  throw new DOMException('no', video ? 'NotAllowedError' : 'NotFoundError');
};
"""
NAMES = ("browser", "secure", "camera", "microphone", "speaker", "network")


def _booked(installation: Installation) -> tuple[Account, dict[str, str]]:
    patient = installation.new_patient("Mara Whitlock")
    offer = installation.offer()
    return patient, installation.book(patient, offer, offer.slots[0]["start"])


def test_everything_works_and_the_clinic_is_told_so(visitors: Visitors, installation: Installation) -> None:
    patient, visit = _booked(installation)
    visitor = visitors("patient", patient, viewport={"width": 375, "height": 800}, **_MEDIA)
    page = visitor.go("/visits")
    page.get_by_role("link", name=re.compile("^Check camera and sound")).click()
    expect(page.get_by_role("heading", name="Check your camera and sound")).to_be_visible()
    heard = page.get_by_role("group", name="Did you hear three notes?")
    heard.get_by_role("button", name="Yes, I heard them").click(timeout=30_000)
    expect(page.get_by_text("You are ready.")).to_be_visible(timeout=30_000)
    picture = page.get_by_label("Your own picture")
    assert picture.evaluate("(video) => video.videoWidth > 0 && video.currentTime > 0")
    (check,) = installation.api("GET", f"telehealth/checks/{visit['id']}", by=installation.demo("staff"))["items"]
    assert check["steps"] == dict.fromkeys(NAMES, "passed")

    # Left: the light of the camera goes out.
    stream = page.evaluate_handle("document.querySelector('video').srcObject")
    page.get_by_role("link", name="My visits").first.click()
    page.get_by_role("heading", name="My visits").wait_for()
    assert stream.evaluate("(stream) => stream.getTracks().every((track) => track.readyState === 'ended')")


def test_what_does_not_work_is_explained_tried_again_or_skipped(visitors: Visitors, installation: Installation) -> None:
    patient, visit = _booked(installation)
    visitor = visitors("patient", patient)
    visitor.context.add_init_script(_REFUSED)
    page = visitor.go(f"/visit/{visit['id']}/check")
    camera = page.get_by_role("region", name="Camera")
    expect(camera.get_by_text("The browser was not allowed to use it.")).to_be_visible()
    expect(camera.get_by_text("In Chrome and Edge: click the symbol to the left of the address")).to_be_visible()
    camera.get_by_role("button", name="Try again: Camera").click()
    expect(camera.get_by_role("alert")).to_be_visible()
    expect(camera.get_by_text("If you skip this, you can still take part")).to_be_visible()
    camera.get_by_role("button", name="Skip this step: Camera").click()
    expect(page.get_by_role("region", name="Microphone").get_by_text("None was found.")).to_be_visible()

    def told() -> dict[str, str]:
        items = installation.api("GET", f"telehealth/checks/{visit['id']}", by=installation.demo("staff"))["items"]
        return items[0]["steps"] if items else {}

    page.wait_for_load_state("networkidle")
    assert told() == {"browser": "passed", "secure": "passed", "camera": "skipped", "microphone": "failed"}
