"""OpenVisit beside a real OpenID provider: one provider for all tests of this folder, at the present time."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from openvisit.settings import Settings
from tests.features.identity.federation.steps import FederationPostbox
from tests.support.application import Application, client_of
from tests.support.clock import StandingClock
from tests.support.oidc_provider import OidcProvider, oidc_provider
from tests.support.oidc_provider.hostile import HostileIssuer, hostile_issuer

PUBLIC_URL = "http://127.0.0.1:8000"


@pytest.fixture(scope="session")
def provider() -> Iterator[OidcProvider]:
    with oidc_provider(PUBLIC_URL) as running:
        yield running


@pytest.fixture
def clock() -> StandingClock:
    """Standing at the present: the provider's own clock cannot be set."""
    return StandingClock(datetime.now(UTC))


@pytest.fixture(scope="session")
def hostile_server() -> Iterator[HostileIssuer]:
    with hostile_issuer() as running:
        yield running


@pytest.fixture
def hostile(hostile_server: HostileIssuer, clock: StandingClock) -> HostileIssuer:
    """The issuer that lies; honest until the test says how. Its clock is the test's."""
    hostile_server.forget()
    hostile_server.clock = clock
    return hostile_server


@pytest.fixture
def entries(provider: OidcProvider, hostile: HostileIssuer) -> list[dict[str, object]]:
    """OIDC_PROVIDERS: the provider as one whose word for an address is taken, and as one whose word is not; a liar."""
    return [provider.setting(trusts_email=True), provider.setting("twin", label="Twin ID"), hostile.setting()]


@pytest.fixture
def settings(settings: Settings, entries: list[dict[str, object]]) -> Settings:
    return replace(settings, public_url=PUBLIC_URL, oidc_providers=json.dumps(entries))


@pytest.fixture
def postbox(app: Application) -> FederationPostbox:
    return FederationPostbox(app)


@pytest.fixture
async def browser(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app.asgi) as client:
        yield client


@pytest.fixture
async def other_browser(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app.asgi) as client:
        yield client
