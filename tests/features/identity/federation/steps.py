"""The steps that the tests of federation share."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import httpx

from openvisit.features.identity import jobs as identity_jobs
from openvisit.features.identity.federation import jobs as federation_jobs
from openvisit.platform.jobs import create_app
from tests.features.identity.steps import Postbox
from tests.support.oidc_provider import OidcProvider
from tests.support.oidc_provider.hostile import HostileIssuer

START = {"next": "/visits", "time_zone": "America/New_York", "language": "en"}


class FederationPostbox(Postbox):
    """A postbox whose worker knows the notices of connected accounts too."""

    async def deliver(self) -> list[Any]:
        before = len(self.mails)
        parts = self._app.parts
        worker = create_app(parts.db)
        common: dict[str, Any] = {
            "db": parts.db,
            "vault": parts.vault,
            "mailer": self,
            "clock": parts.clock,
            "public_url": parts.settings.public_url,
        }
        worker.add_tasks_from(identity_jobs.blueprint(**common), namespace="identity")
        worker.add_tasks_from(federation_jobs.blueprint(**common), namespace="federation")
        async with worker.open_async():
            await worker.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)
        return self.mails[before:]


def new_person(provider: OidcProvider, **claims: Any) -> tuple[str, str]:
    """Somebody new at the provider: their name there, and their address."""
    sub = f"sub-{uuid4().hex[:12]}"
    email = claims.pop("email", f"{sub}@example.org")
    provider.person(sub, email, **claims)
    return sub, email


async def begin(browser: httpx.AsyncClient, id_: str = "example", **more: Any) -> str:
    """The provider's address that signing in leads to."""
    answer = await browser.post(f"/api/auth/federation/{id_}/start", json={**START, **more})
    assert answer.status_code == 200, answer.text
    url: str = answer.json()["url"]
    return url


async def come_back(
    browser: httpx.AsyncClient, told: dict[str, str], id_: str = "example", **more: Any
) -> httpx.Response:
    """What our page does with the answer of the provider."""
    body = {name: value for name, value in told.items() if name in ("state", "code", "iss", "error")}
    return await browser.post(f"/api/auth/federation/{id_}/finish", json={**body, **more})


async def sign_in(browser: httpx.AsyncClient, provider: OidcProvider, sub: str, id_: str = "example") -> httpx.Response:
    """The whole way there and back."""
    return await come_back(browser, provider.sign_in(await begin(browser, id_), sub), id_)


def asked(url: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(url).query))


async def lie(
    browser: httpx.AsyncClient, hostile: HostileIssuer, make: Callable[[str], str], **more: Any
) -> httpx.Response:
    """Sign in at the hostile issuer, whose ID token `make` makes of the nonce."""
    told = asked(await begin(browser, "hostile"))
    hostile.token = {"access_token": "opaque", "token_type": "Bearer", "id_token": make(told["nonce"]), **more}
    return await come_back(browser, {"state": told["state"], "code": "any"}, "hostile")
