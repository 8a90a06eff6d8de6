"""One installation and one browser for all journeys; a context of their own for every person in them."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.journeys.installation import ZONE, Account, Installation
from tests.journeys.visitor import Visitor
from tests.support.oidc_provider import OidcProvider, free_port, oidc_provider, provider_setting

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "artifacts" / "journeys"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHELL = "chromium-headless-shell"
"""Chromium without what it shows itself by: the same pages for three quarters of the time."""
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A camera that shows a clock, a microphone that beeps, a screen to share; and calls from this machine to itself.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # nothing leaves the loopback
]

TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000000",
    "TWILIO_VIDEO_KEY": "SK00000000000000000000000000000000",
    "TWILIO_VIDEO_SECRET": "a secret of the tests, long enough for HMAC",
    "TWILIO_VIDEO_URL": "http://127.0.0.1:9",  # nothing is there
}
"""An account that nobody has: visits can be held at Twilio as far as our page goes."""

TRACED = bool(os.environ.get("JOURNEY_TRACES"))
"""Whether every step of a journey that fails is kept for Playwright's trace viewer, which makes each step slower."""

Visitors = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder is a journey."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the fixtures know whether the test failed."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="package")
def provider_port() -> int:
    """Where the identity provider will be that the installation is told of."""
    return free_port()


@pytest.fixture(scope="package")
def installation(provider_port: int) -> Iterator[Installation]:
    """A whole installation with demo data, serving the built web app; one can sign in to it by a provider, too."""
    if not os.environ.get("WEB_DIST") and not (ROOT / "web" / "dist" / "index.html").exists():
        subprocess.run(["npm", "run", "--silent", "build"], cwd=ROOT / "web", check=True)
    with tempfile.TemporaryDirectory(prefix="ov-journeys-") as folder:
        os.chmod(folder, 0o711)
        known = provider_setting(f"http://127.0.0.1:{provider_port}", trusts_email=True)
        running = Installation(Path(folder) / "data", OIDC_PROVIDERS=json.dumps([known]), **TWILIO)
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="package")
def provider(installation: Installation, provider_port: int) -> Iterator[OidcProvider]:
    """The identity provider itself."""
    with oidc_provider(installation.address, ("example",), port=provider_port) as running:
        yield running


@pytest.fixture(scope="package")
def automation() -> Iterator[Playwright]:
    """What drives browsers."""
    with sync_playwright() as driver:
        yield driver


@contextmanager
def launched(driver: Playwright, program: str) -> Iterator[Browser]:
    """A browser by the path of its program."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    running = driver.chromium.launch(executable_path=program, args=[*FLAGS, *sandbox])
    yield running
    running.close()


@pytest.fixture(scope="package")
def whole_browser(automation: Playwright) -> Iterator[Browser]:
    """The system's Chromium, or the one at OPENVISIT_CHROMIUM."""
    found = os.environ.get("OPENVISIT_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "no Chromium: install it, or give its path in OPENVISIT_CHROMIUM"
    with launched(automation, found) as running:
        yield running


@pytest.fixture(scope="package")
def browser(automation: Playwright, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Chromium's headless shell where it is installed, or Chromium itself."""
    if found := shutil.which(SHELL):
        with launched(automation, found) as running:
            yield running
    else:
        yield request.getfixturevalue("whole_browser")


@pytest.fixture
def visitors(request: pytest.FixtureRequest, browser: Browser, installation: Installation) -> Iterator[Visitors]:
    """Brings people to the app, each in a context of their own: `visitors("Ana", account, **context_options)`.

    When the test ends, nothing on any page may have gone wrong. What a failed test saw is kept in artifacts/journeys.
    """
    here: list[Visitor] = []

    def arrive(name: str = "visitor", account: Account | None = None, **options: Any) -> Visitor:
        usual: dict[str, Any] = {
            "base_url": installation.address,
            "locale": "en-US",
            "timezone_id": ZONE,
            "viewport": {"width": 1280, "height": 900},
            "reduced_motion": "reduce",
        }
        if account:
            usual["storage_state"] = installation.signed_in(account)
        context = browser.new_context(**(usual | options))
        if TRACED:
            context.tracing.start(snapshots=True)
        here.append(Visitor(context, installation, name))
        return here[-1]

    yield arrive
    faults = [f"{visitor.name}: {fault}" for visitor in here for fault in visitor.faults]
    failed = request.node.stash.get(FAILED, True) or bool(faults)
    folder = ARTIFACTS / re.sub(r"\W+", "-", request.node.name).strip("-")
    for visitor in here:
        if failed:
            visitor.keep(folder)
        if TRACED:
            visitor.context.tracing.stop(**({"path": folder / f"{visitor.name}.zip"} if failed else {}))
        visitor.context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(visitors: Visitors) -> Page:
    """A page of somebody nobody knows yet."""
    return visitors().page
