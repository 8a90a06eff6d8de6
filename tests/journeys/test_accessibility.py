"""axe looks at every screen, as each who may see it, light and dark, on a phone and on a desk."""

from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.journeys.conftest import ROOT, Visitors
from tests.journeys.installation import Account, Installation
from tests.journeys.screens import NOBODY, Screen, all_screens, filled

AXE = (ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text()
RUN = """async (rules) => {
  const frame = () => new Promise(requestAnimationFrame);
  // A colour that is inherited changes level by level, a frame each: look when nothing has moved for a while.
  for (let frames = 0, still = 0; still < 4 && frames < 300; frames += 1) {
    await frame();
    still = document.getAnimations().length > 0 ? 0 : still + 1;
  }
  return (await axe.run(document, { resultTypes: ['violations'], ...rules })).violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 4).map(({ html, failureSummary }) =>
    html.slice(0, 160) + ' -> ' + failureSummary.split('\\n').slice(1, 3).join(' ')) }));
}"""
WIDTHS: dict[str, ViewportSize] = {"phone": {"width": 375, "height": 800}, "desk": {"width": 1280, "height": 900}}
Rules = dict[str, Any]
Look = tuple[str, Literal["light", "dark"], Rules]
ALL: Rules = {}
COLOURS: Rules = {"runOnly": ["color-contrast"]}
"""In the dark nothing but the colours is different."""
SHAPE: Rules = {"rules": {"color-contrast": {"enabled": False}}}
"""On a desk other things are shown, in the colours of the phone."""
FIRST: list[Look] = [("phone", "light", ALL), ("phone", "dark", COLOURS), ("desk", "light", SHAPE)]
AGAIN: list[Look] = [("desk", "dark", ALL)]
"""Enough for a second role, which sees the same screen with a few more or fewer things on it."""
ROLES = [NOBODY, "patient", "provider", "staff", "admin"]


MORE = {
    "/book": "?provider=$providerId&type=$typeId&mode=telehealth&start=$start",
    "/desk": "?visit=$takenId",
    "/schedule": "?view=week",
}
"""What stands in the address of screens that show something more with it."""
NEEDED = {
    "/authorize": "?response_type=code&client_id=$appId&redirect_uri=https://diary.example/done&scope=openid"
    "&state=1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
    "/reset": "#email=ana%40example.org&code=123456",
}
"""What the address must hold for the screen to show itself at all."""


def variants(screen: Screen) -> list[str]:
    """What to look at the screen with in its address."""
    if screen.path in NEEDED:
        return [NEEDED[screen.path]]
    return ["", MORE[screen.path]] if screen.path in MORE else [""]


def parameters(installation: Installation, account: Account | None) -> dict[str, str]:
    """A provider with a free time, a visit, and one of the person's own where they are a patient."""
    admin = installation.demo("admin")
    offer = installation.offer()
    taken = installation.book(installation.new_patient(), offer, offer.slots[0]["start"])
    found = {
        "providerId": offer.provider_id,
        "provider": "example",
        "typeId": offer.visit_type_id,
        "start": offer.slots[4]["start"],
        "takenId": taken["id"],
        "appId": installation.app(["https://diary.example/done"], ["openid"])["app"]["id"],
        "guestId": "0197a3c2-5d21-7c3e-9b1f-3f6f5d7a1c12",  # of nobody, as its page says
        "clinicId": installation.api("GET", "me", by=admin)["clinic_roles"][0]["clinic_id"],
    }
    if account and account.patient_id:
        found["visitId"] = found["roomId"] = installation.book(account, offer, offer.slots[2]["start"])["id"]
    return found


def look(page: Page, looks: list[Look]) -> list[str]:
    """What axe finds on the screen as it is open, in each width and colour."""
    complaints = []
    for width, colours, rules in looks:
        page.set_viewport_size(WIDTHS[width])
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", colours)
        violations: list[dict[str, Any]] = page.evaluate(RUN, rules)
        complaints += [f"{width} {colours}: {one}" for one in violations]
    return complaints


ON_THE_WAY = {"/second-step", "/enrol"}
"""Screens in the middle of signing in, which send everybody else away; the journeys of signing in pass them."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ROLES)
def test_nothing_serious_on_any_screen(role: str, visitors: Visitors, installation: Installation) -> None:
    account = None if role == NOBODY else installation.new_patient() if role == "patient" else installation.demo(role)
    visitor = visitors(role, account)
    visitor.context.add_init_script(AXE)
    known = parameters(installation, account)
    screens = [screen for screen in all_screens() if role in screen.roles and screen.path not in ON_THE_WAY]
    assert screens
    complaints: list[str] = []
    visitor.go("/preferences")
    for screen in screens:
        for search in variants(screen):
            address = filled(screen.path + search, known)
            page = visitor.go(address) if search else visitor.move(address)
            assert urlsplit(page.url).path.rstrip("/") == urlsplit(address).path.rstrip("/"), "sent elsewhere"
            expect(page.locator("[aria-busy=true]")).to_have_count(0)
            found = look(page, FIRST if role == screen.roles[0] else AGAIN)
            complaints += [f"{address} {one}" for one in found]
    assert not complaints, "\n".join(complaints)
