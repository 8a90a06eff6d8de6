"""Two-step verification and passkeys in the browser, with Chromium's own virtual authenticator."""

import re
from contextlib import suppress
from typing import Any

import pyotp
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import OWN_PASSWORD, Account, Installation
from tests.journeys.visitor import Visitor


def test_an_app_is_set_up_and_asked_for_and_a_recovery_code_helps(
    visitors: Visitors, installation: Installation
) -> None:
    patient = installation.new_patient("Corin Velthuis")
    page = visitors("settings", patient).go("/account/security")
    page.get_by_role("button", name="Set up an authenticator app").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    assert page.evaluate("document.querySelector('[role=dialog] img').naturalWidth") > 100, "the picture is drawn"
    secret = dialog.locator("pre").inner_text().replace(" ", "")
    dialog.get_by_label("Code that the app shows").fill(pyotp.TOTP(secret).now())
    dialog.get_by_role("button", name="Finish").click()
    codes = page.get_by_role("dialog", name="Your recovery codes")
    expect(codes.get_by_role("listitem")).to_have_count(10)
    recovery = codes.get_by_role("listitem").all_inner_texts()
    done = codes.get_by_role("button", name="Done")
    expect(done).to_be_disabled()
    codes.get_by_label("I have kept these codes").check()
    done.click()
    expect(page.get_by_role("region", name="Two-step verification").get_by_text("On", exact=True)).to_be_visible()
    expect(page.get_by_text("10 codes left")).to_be_visible()

    second = visitors("another device")
    second.expects(422, "/api/auth/factor")
    page = _password(second, patient, "/visits")
    expect(page.get_by_role("heading", level=1, name="One more step")).to_be_visible()
    page.get_by_label("Code from your authenticator app").fill("000000")
    page.get_by_role("main").get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_have_text("This is not right, or was used already.")
    page.get_by_role("button", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(recovery[0])
    page.get_by_role("main").get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1, name="My visits")).to_be_visible()
    page.goto("/account/security")
    expect(page.get_by_text("9 codes left")).to_be_visible()
    installation.mail(patient.email, "recovery code of your OpenVisit account was used")


def test_a_passkey_is_added_and_signs_in_alone(visitors: Visitors, installation: Installation) -> None:
    patient = installation.new_patient("Corin Velthuis")
    visitor = visitors("phone", base_url=_by_name(installation))
    visitor.goes_to(_by_name(installation))
    device = _authenticator(visitor)
    page = _password(visitor, patient, "/account/security")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Blue phone")
    page.get_by_role("dialog").get_by_role("button", name="Continue").click()
    codes = page.get_by_role("dialog", name="Your recovery codes")
    codes.get_by_label("I have kept these codes").check()
    codes.get_by_role("button", name="Done").click()
    expect(page.get_by_role("list", name="Passkeys").get_by_text("Blue phone")).to_be_visible()
    (kept,) = device("getCredentials")["credentials"]
    assert (kept["rpId"], kept["isResidentCredential"]) == ("localhost", True)

    page.get_by_role("button", name="Account of Corin Velthuis").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()
    page.goto("/sign-in?next=%2Faccount%2Fsecurity")
    with suppress(PlaywrightError):  # the passkey offered beside the field may have signed in already
        page.get_by_role("button", name="Sign in with a passkey").click(timeout=3_000)
    expect(page.get_by_role("heading", level=1, name="Security")).to_be_visible()
    expect(page.get_by_role("button", name="Account of Corin Velthuis")).to_be_visible()

    # The proof is fresh: the passkey goes without another question.
    page.get_by_role("button", name="Rename Blue phone").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Old phone")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    page.get_by_role("button", name="Remove Old phone").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_role("list", name="Passkeys")).to_be_hidden()


def test_what_is_sensitive_asks_again_and_then_goes_on(visitors: Visitors, installation: Installation) -> None:
    patient = installation.new_patient("Corin Velthuis")
    visitor = visitors("patient", patient)
    page = visitor.go("/account/security")
    visitor.expects(403, "/api/me/totp")
    visitor.expects(422, "/api/auth/step-up")
    first = {"refused": False}

    def stale(route: Any) -> None:
        """The first call comes as if an hour had passed since signing in."""
        if first["refused"] or route.request.method != "POST":
            route.fallback()
            return
        first["refused"] = True
        route.fulfill(
            status=403,
            content_type="application/problem+json",
            json={"title": "x", "status": 403, "code": "step-up-needed"},
        )

    page.route("**/api/me/totp", stale)
    page.get_by_role("button", name="Set up an authenticator app").click()
    dialog = page.get_by_role("dialog", name="Is it you?")
    dialog.get_by_label("Password", exact=True).fill("not the one")
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog.get_by_role("alert")).to_have_text("This is not right, or was used already.")
    dialog.get_by_label("Password", exact=True).fill(OWN_PASSWORD)
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("dialog").get_by_role("img", name=re.compile("QR code"))).to_be_visible()


def test_who_has_run_out_of_grace_sets_up_a_second_step_and_goes_on(
    visitors: Visitors, installation: Installation
) -> None:
    admin, staff = installation.demo("admin"), installation.demo("staff")
    (clinic_id,) = {held["clinic_id"] for held in installation.api("GET", "me", by=staff)["clinic_roles"]}
    policy = f"clinics/{clinic_id}/policy"
    installation.api("PUT", policy, by=admin, json={"mfa_required_for": ["staff"], "mfa_grace_days": 0})
    try:
        page = _password(visitors("staff"), staff, "/desk")
        expect(page.get_by_role("heading", level=1, name="Set up two-step verification")).to_be_visible()
        page.goto("/desk")
        expect(page.get_by_role("heading", level=1, name="Set up two-step verification")).to_be_visible()
        page.get_by_role("button", name="Set up an authenticator app").click()
        dialog = page.get_by_role("dialog")
        secret = dialog.locator("pre").inner_text().replace(" ", "")
        dialog.get_by_label("Code that the app shows").fill(pyotp.TOTP(secret).now())
        dialog.get_by_role("button", name="Finish").click()
        codes = page.get_by_role("dialog", name="Your recovery codes")
        codes.get_by_label("I have kept these codes").check()
        codes.get_by_role("button", name="Done").click()
        page.get_by_role("main").get_by_role("button", name="Continue").click()
        expect(page).to_have_url(re.compile("/desk"))
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Set up two-step verification")
    finally:
        installation.api("PUT", policy, by=admin, json={"mfa_required_for": [], "mfa_grace_days": 14})
    page.goto("/account/security")
    page.get_by_role("button", name="Remove the authenticator app").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove the authenticator app").click()
    expect(page.get_by_role("region", name="Two-step verification").get_by_text("Off", exact=True)).to_be_visible()


def _password(visitor: Visitor, account: Account, next_path: str) -> Page:
    page = visitor.go(f"/sign-in?next={next_path.replace('/', '%2F')}")
    page.get_by_label("E-mail address").fill(account.email)
    page.get_by_label("Password", exact=True).fill(account.password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    return page


def _by_name(installation: Installation) -> str:
    """Passkeys belong to a domain, which an address in numbers is not."""
    return installation.address.replace("127.0.0.1", "localhost")


def _authenticator(visitor: Visitor) -> Any:
    """A device with a fingerprint reader, as the browser's developer tools make one."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    id_ = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return lambda command: session.send(f"WebAuthn.{command}", {"authenticatorId": id_})
