"""A real OpenID provider in a process of its own: the npm package `oidc-provider`, which is certified."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
import pytest

from openvisit.platform.trusted import authorities

ROOT = Path(__file__).resolve().parents[3]
CLIENT_ID, CLIENT_SECRET = "openvisit", "a secret + of the/tests: only"


class OidcProvider:
    """The running provider. `setting` is what OpenVisit is told of it."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(verify=authorities(), base_url=self.issuer, trust_env=False)

    def setting(self, id_: str = "example", **more: Any) -> dict[str, Any]:
        """An entry of OIDC_PROVIDERS."""
        return provider_setting(self.issuer, id_, **more)

    def person(self, sub: str, email: str, **claims: Any) -> None:
        """Somebody with an account there."""
        told = {"sub": sub, "email": email, "email_verified": True, "name": "Ana Flores", **claims}
        self._control(person=told)

    def rotate(self) -> None:
        """Sign with a new key from now on; the old one is not published any more."""
        self._control(rotate=True)

    def sign_in(self, url: str, login: str, *, browser: httpx.Client | None = None) -> dict[str, str]:
        """What the redirect carries back after signing in there: its parameters, and where it leads as `to`."""
        mine = browser or httpx.Client(verify=authorities(), trust_env=False)
        try:
            where = url
            form: dict[str, str] | None = None
            for _ in range(12):
                answer = mine.post(where, data=form) if form else mine.get(where)
                form = None
                if answer.status_code == 200:
                    form = {"login": login} if login else {"cancel": "1"}
                    continue
                assert answer.is_redirect, answer.text
                where = urljoin(where, answer.headers["location"])
                if not where.startswith(self.issuer):
                    return {**dict(parse_qsl(urlsplit(where).query)), "to": where.partition("?")[0]}
            raise AssertionError("the provider goes round in circles")
        finally:
            if browser is None:
                mine.close()

    def _control(self, **asked: Any) -> None:
        self.client.post("/control", json=asked).raise_for_status()


def provider_setting(issuer: str, id_: str = "example", **more: Any) -> dict[str, Any]:
    """An entry of OIDC_PROVIDERS for the provider at that address."""
    known = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "label": "Example ID"}
    return {"id": id_, "issuer": issuer, **known, **more}


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def oidc_provider(
    public_url: str, ids: tuple[str, ...] = ("example", "twin"), *, port: int = 0
) -> Iterator[OidcProvider]:
    """Start the provider with OpenVisit at `public_url` as its client, under each of the ids; stop it at the end."""
    node = shutil.which("node")
    modules = ROOT / "web" / "node_modules" / "oidc-provider"
    if node is None or not modules.is_dir():
        assert not os.environ.get("CI"), "node and web/node_modules must be there in CI"
        pytest.skip("no node, or web/node_modules is not installed")
    port = port or free_port()
    client = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uris": [f"{public_url}/sign-in/with/{id_}" for id_ in ids],
        "post_logout_redirect_uris": [f"{public_url}/"],
        "backchannel_logout_uri": f"{public_url}/api/auth/federation/{ids[0]}/backchannel-logout",
        "backchannel_logout_session_required": True,
    }
    server = Path(__file__).parent / "server.mjs"
    process = subprocess.Popen(
        [node, str(server), str(port), str(modules.parent.parent), json.dumps([client])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        while (said := process.stdout.readline()).strip() != "ready":
            assert said, "the provider did not start"
        running = OidcProvider(port)
        yield running
        running.client.close()
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
