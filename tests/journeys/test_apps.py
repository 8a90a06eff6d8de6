"""An app asks to be let in: sign in, say yes or no, go back to it; see it among one's apps, and show it out."""

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from playwright.sync_api import Page, expect

from tests.features.identity.oauth.apps import pkce
from tests.journeys.conftest import Visitors
from tests.journeys.installation import OWN_PASSWORD, Account, Installation
from tests.journeys.test_spanish import english_on

SCOPES = ["openid", "offline_access", "patient/Appointment.cruds"]


def asking(installation: Installation, app: dict[str, Any], challenge: str, **more: str) -> str:
    """Where the app sends the browser. The state is one that no program may read as a number."""
    fields = {
        "response_type": "code",
        "client_id": app["app"]["id"],
        "redirect_uri": f"{installation.address}/preferences",
        "scope": "openid offline_access patient/Appointment.rs",
        "state": "0012345678901234567890e5",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **more,
    }
    return f"/authorize?{urlencode(fields)}"


def told(page: Page, act: Any) -> dict[str, str]:
    """What the app is told when the browser comes back to it."""
    with page.expect_request(re.compile(r"/preferences\?")) as request:
        act()
    page.wait_for_url(re.compile("/preferences"))  # to close a browser on its way somewhere can take it for ever
    return {name: values[0] for name, values in parse_qs(urlsplit(request.value.url).query).items()}


def sign_in(page: Page, account: Account) -> None:
    page.get_by_label("E-mail address").fill(account.email)
    page.get_by_label("Password", exact=True).fill(OWN_PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def test_an_app_is_let_in_used_and_shown_out(visitors: Visitors, installation: Installation) -> None:
    app = installation.app([f"{installation.address}/preferences"], SCOPES, method="client_secret_basic")
    patient = installation.new_patient("Corin Velthuis")
    verifier, challenge = pkce()
    page = visitors("patient").go(asking(installation, app, challenge))
    expect(page).to_have_url(re.compile("/sign-in"))
    sign_in(page, patient)
    expect(page.get_by_role("heading", level=1, name="Let Heart Diary in?")).to_be_visible()
    expect(page.get_by_text(patient.email)).to_be_visible()
    wishes = page.get_by_role("list", name="It wants to").get_by_role("listitem")
    assert wishes.all_inner_texts() == [
        "Know that it is you",
        "See your visits",
        "Stay connected when you are not using it, for up to 180 days",
    ]
    back = told(page, page.get_by_role("button", name="Let it in").click)
    assert back["state"] == "0012345678901234567890e5"
    assert back["iss"] == installation.address

    redeemed = httpx.post(
        f"{installation.address}/oauth/token",
        data={
            "grant_type": "authorization_code",
            "code": back["code"],
            "redirect_uri": f"{installation.address}/preferences",
            "code_verifier": verifier,
        },
        auth=(app["app"]["id"], app["secret"]),
    )
    assert redeemed.status_code == 200, redeemed.text
    bearer = {"Authorization": f"Bearer {redeemed.json()['access_token']}"}
    installation.api("GET", "appointments", headers=bearer, expect=200)

    page.goto(f"{installation.address}/account/security")
    apps = page.get_by_role("list", name="Connected apps")
    expect(apps.get_by_text("Heart Diary", exact=True)).to_be_visible()
    page.get_by_role("button", name="Show out Heart Diary").click()
    page.get_by_role("dialog").get_by_role("button", name="Show out").click()
    expect(page.get_by_text("You have not let any app in.")).to_be_visible()
    installation.api("GET", "appointments", headers=bearer, expect=401)


def test_an_app_is_refused_in_spanish(visitors: Visitors, installation: Installation) -> None:
    app = installation.app([f"{installation.address}/preferences"], SCOPES)
    _, challenge = pkce()
    page = visitors("patient", installation.new_patient(), locale="es-ES").go(asking(installation, app, challenge))
    expect(page.get_by_role("heading", level=1, name="¿Dar acceso a Heart Diary?")).to_be_visible()
    expect(page.get_by_text("Ver sus citas")).to_be_visible()
    assert english_on(page) == set()
    back = told(page, page.get_by_role("button", name="No, volver").click)
    assert (back["error"], "code" in back) == ("access_denied", False)


def test_what_was_agreed_to_is_not_asked_again(visitors: Visitors, installation: Installation) -> None:
    app = installation.app([f"{installation.address}/preferences"], SCOPES, method="client_secret_basic")
    _, challenge = pkce()
    visitor = visitors("patient", installation.new_patient())
    page = visitor.go("/")
    address = installation.address + asking(installation, app, challenge)
    page.goto(address)
    told(page, page.get_by_role("button", name="Let it in").click)
    # By a link of the page: the answer leads on at once, which Playwright takes for the failure of a `goto`.
    assert "code" in told(page, lambda: page.evaluate("to => void setTimeout(() => location.assign(to))", address))


def test_an_app_can_ask_for_a_new_sign_in(visitors: Visitors, installation: Installation) -> None:
    app = installation.app([f"{installation.address}/preferences"], SCOPES)
    patient = installation.new_patient()
    _, challenge = pkce()
    page = visitors("patient", patient).go(asking(installation, app, challenge, prompt="login"))
    page.get_by_role("button", name="Sign in again").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    sign_in(page, patient)
    assert "code" in told(page, page.get_by_role("button", name="Let it in").click)


def test_an_unknown_app_leads_nowhere(visitors: Visitors, installation: Installation) -> None:
    visitor = visitors("patient", installation.new_patient())
    visitor.expects(422, "/api/oauth/requests")
    page = visitor.go("/authorize?response_type=code&client_id=none&redirect_uri=https%3A%2F%2Fevil.example%2F")
    expect(page.get_by_role("heading", level=1, name="This app's request cannot be answered")).to_be_visible()
    assert "evil" not in page.locator("main").inner_html()


def test_no_other_site_can_frame_the_question(installation: Installation) -> None:
    answer = httpx.get(f"{installation.address}/authorize?client_id=x")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"


def test_an_admin_registers_an_app(visitors: Visitors, installation: Installation) -> None:
    page = visitors("admin", installation.demo("admin")).go("/admin/apps")
    page.get_by_role("button", name="Register an app").click()
    form = page.get_by_role("dialog", name="Register an app")
    form.get_by_label("Name").fill("Ward Screen")
    form.get_by_label("On a server, with a secret", exact=True).check()
    form.get_by_label("Addresses to come back to").fill("https://ward.example/done")
    form.get_by_role("button", name="Register an app").click()
    made = page.get_by_role("dialog", name="Ward Screen is registered")
    secret = made.locator("code").nth(1).inner_text()
    assert len(secret) > 40
    made.get_by_role("button", name="Done").click()
    table = page.get_by_role("table", name="Apps")
    expect(table.get_by_text("Ward Screen", exact=True)).to_be_visible()
    assert secret not in page.content()
