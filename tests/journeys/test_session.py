"""A session lives through a reload, and ends for good when the person signs out."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import OWN_PASSWORD, Installation


@pytest.fixture(scope="module")
def browser(whole_browser: Browser) -> Browser:
    """The shell breaks off what a page asked for to outlive it (`keepalive`)."""
    return whole_browser


def test_a_reload_keeps_the_session_and_signing_out_ends_it(visitors: Visitors, installation: Installation) -> None:
    patient = installation.new_patient("Corin Velthuis")
    visitor = visitors("patient")
    page = visitor.go("/visits")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.get_by_label("E-mail address").fill(patient.email)
    page.get_by_label("Password", exact=True).fill(OWN_PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="My visits")).to_be_visible()
    expect(page).to_have_url(re.compile("/visits"))

    page.reload()
    expect(page.get_by_role("heading", level=1, name="My visits")).to_be_visible()
    account = page.get_by_role("button", name="Account of Corin Velthuis")
    expect(account).to_be_visible()
    assert re.fullmatch(r"openvisit_renewal=[0-9a-f]{8}", page.evaluate("document.cookie")), "no session to be read"
    assert not re.search(r"eyJ|Velthuis", page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))

    (kept,) = [cookie for cookie in visitor.context.cookies() if cookie["name"] == "openvisit_refresh"]
    account.click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()
    page.reload()
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()

    name = kept["name"]
    (other,) = [cookie for cookie in installation.signed_in(patient)["cookies"] if cookie["name"] == name]
    installation.api("POST", "auth/refresh", headers={"Cookie": f"{name}={other['value']}"}, expect=200)
    installation.api("POST", "auth/refresh", headers={"Cookie": f"{name}={kept['value']}"}, expect=401)


def test_a_wrong_password_is_told_and_opens_nothing(visitors: Visitors, installation: Installation) -> None:
    patient = installation.new_patient()
    visitor = visitors("patient")
    visitor.expects(401, "/api/auth/login")
    page = visitor.go("/sign-in")
    page.get_by_label("E-mail address").fill(patient.email)
    page.get_by_label("Password", exact=True).fill("something else entirely")
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("The e-mail address or the password is not right.")
    assert not visitor.context.cookies()


def test_a_forgotten_password_is_replaced_by_the_mailed_link(visitors: Visitors, installation: Installation) -> None:
    patient = installation.new_patient("Corin Velthuis")
    page = visitors("patient").go("/sign-in")
    page.get_by_role("link", name="Forgotten your password?").click()
    expect(page.get_by_role("heading", level=1, name="Choose a new password")).to_be_visible()
    page.get_by_label("E-mail address").fill(patient.email)
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_text("a code is on its way to it")).to_be_visible()
    mail = installation.mail(patient.email, "choose a new openvisit password")
    (link,) = set(re.findall(rf"{installation.address}/reset#\S+", mail["text"]))
    page.goto(link)
    page.get_by_label("New password").fill("thirteen loud lanterns")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("button", name="Account of Corin Velthuis")).to_be_visible()
    body = {"email": patient.email, "password": "thirteen loud lanterns"}
    installation.api("POST", "auth/login", json=body, expect=200)
    installation.api("POST", "auth/login", json={**body, "password": OWN_PASSWORD}, expect=401)


def test_who_reloads_a_page_before_it_is_there_stays_signed_in(visitors: Visitors, installation: Installation) -> None:
    page = visitors("hasty", installation.new_patient()).go("/visits")
    for _ in range(10):
        with page.expect_request("**/api/auth/refresh"):  # and gone before its answer
            page.evaluate("() => void setTimeout(() => location.reload())")
    expect(page.get_by_role("heading", level=1, name="My visits")).to_be_visible()
