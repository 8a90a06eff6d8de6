"""Signing in by an identity provider: a new person, an account that is there already, connecting and disconnecting."""

import re
from uuid import uuid4

import httpx
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import OWN_PASSWORD, Installation, eventually
from tests.journeys.visitor import Visitor
from tests.support.oidc_provider import OidcProvider


def someone(provider: OidcProvider, email: str, name: str) -> str:
    """A person at the provider; the answer is their login there."""
    login = f"login-{uuid4().hex[:8]}"
    provider.person(login, email, name=name)
    return login


def by_provider(page: Page, login: str) -> None:
    """The provider's own page: who are you?"""
    page.get_by_label("Login").fill(login)
    page.get_by_role("button", name="Continue").click()


def at_provider(visitors: Visitors, provider: OidcProvider) -> Visitor:
    visitor = visitors("patient")
    visitor.goes_to(provider.issuer)
    return visitor


def test_a_new_person_comes_in_and_out_by_the_provider(
    visitors: Visitors, installation: Installation, provider: OidcProvider
) -> None:
    login = someone(provider, installation.new_address(), "Nadia Quill")
    visitor = at_provider(visitors, provider)
    page = visitor.go("/visits")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.get_by_role("button", name="Continue with Example ID").click()
    by_provider(page, login)
    expect(page.get_by_role("heading", level=1, name="My visits")).to_be_visible()
    expect(page).to_have_url(f"{installation.address}/visits")
    page.reload()
    expect(page.get_by_role("heading", level=1, name="My visits")).to_be_visible()

    # The only way in stays.
    page = visitor.go("/account/security")
    accounts = page.locator("section", has=page.get_by_role("heading", name="Connected accounts"))
    expect(accounts.get_by_text("This is the only way into your account.")).to_be_visible()
    expect(accounts.get_by_role("button", name="Disconnect Example ID")).to_have_count(0)

    # Signing out ends the provider's session as well: it asks, and comes back.
    page.get_by_role("button", name="Account of Nadia Quill").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()
    assert page.url.startswith(f"{installation.address}/")


def test_cancelling_there_is_told_here(visitors: Visitors, provider: OidcProvider) -> None:
    visitor = at_provider(visitors, provider)
    visitor.expects(409, "/api/auth/federation/example/finish")
    page = visitor.go("/sign-in")
    page.get_by_role("button", name="Continue with Example ID").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("alert")).to_have_text("The sign-in was cancelled.")
    assert "state=" not in page.url
    page.get_by_role("link", name="Back to sign in").click()
    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()


def test_an_account_is_joined_by_its_password_and_parted_again(
    visitors: Visitors, installation: Installation, provider: OidcProvider
) -> None:
    patient = installation.new_patient("Ivo Marchetti")
    login = someone(provider, patient.email, "Ivo Marchetti")
    visitor = at_provider(visitors, provider)
    page = visitor.go("/sign-in")
    page.get_by_role("button", name="Continue with Example ID").click()
    by_provider(page, login)
    expect(page.get_by_role("heading", level=1, name="Connect your accounts")).to_be_visible()
    expect(page.get_by_text(f"There is an OpenVisit account for {patient.email} already")).to_be_visible()
    page.get_by_role("link", name="Sign in to it").click()
    page.get_by_label("Password", exact=True).fill(OWN_PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text(f"Connect Example ID ({patient.email})")).to_be_visible()
    page.get_by_role("button", name="Connect", exact=True).click()

    page = visitor.go("/account/security")
    accounts = page.locator("section", has=page.get_by_role("heading", name="Connected accounts"))
    expect(accounts.get_by_text(patient.email)).to_be_visible()
    installation.mail(patient.email, "Example ID can now sign in")
    accounts.get_by_role("button", name="Disconnect Example ID").click()
    page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
    expect(accounts.get_by_text("No account is connected.")).to_be_visible()

    # And connected again from here.
    accounts.get_by_role("button", name="Connect Example ID").click()
    expect(accounts.get_by_text(patient.email)).to_be_visible()
    expect(page).to_have_url(f"{installation.address}/account/security")


def test_an_account_is_joined_by_a_mailed_code(
    visitors: Visitors, installation: Installation, provider: OidcProvider
) -> None:
    patient = installation.new_patient("Greta Solheim")
    login = someone(provider, patient.email, "Greta Solheim")
    page = at_provider(visitors, provider).go("/register")
    page.get_by_role("button", name="Continue with Example ID").click()
    by_provider(page, login)
    page.get_by_role("button", name="Send me a code").click()
    mail = installation.mail(patient.email, "is your OpenVisit code")
    page.get_by_label("Code").fill(mail["subject"][:6])
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("button", name="Account of Greta Solheim")).to_be_visible()


def test_signing_out_at_the_provider_ends_the_session_here(installation: Installation, provider: OidcProvider) -> None:
    """The provider tells the server behind the browser's back (OpenID Connect Back-Channel Logout 1.0)."""
    login = someone(provider, installation.new_address(), "Odile Brandt")
    with httpx.Client(trust_env=False) as there, httpx.Client(base_url=installation.address, trust_env=False) as here:
        begun = here.post("/api/auth/federation/example/start", json={})
        told = provider.sign_in(begun.json()["url"], login, browser=there)
        body = {name: told[name] for name in ("state", "code", "iss")}
        session = here.post("/api/auth/federation/example/finish", json=body).json()["session"]
        who = {"Authorization": f"Bearer {session['access_token']}"}
        assert here.get("/api/me", headers=who).json()["full_name"] == "Odile Brandt"

        asked = there.get(f"{provider.issuer}/session/end")
        form = dict(re.findall(r'name="(xsrf)" value="([^"]+)"', asked.text))
        there.post(f"{provider.issuer}/session/end/confirm", data={**form, "logout": "yes"})
        out = eventually(lambda: here.get("/api/me", headers=who).status_code == 401 or None, "the session is over")
        assert out
        assert here.post("/api/auth/refresh").status_code == 401
