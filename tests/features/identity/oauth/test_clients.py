"""Client libraries of others complete every flow against real server processes, and what ends in one ends in all."""

import asyncio
import json
import shutil
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from authlib.deprecate import AuthlibDeprecationWarning
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from joserfc import jwt
from joserfc.jwk import KeySet

from openvisit.platform.trusted import authorities
from openvisit.settings import Settings
from tests.features.identity.oauth.apps import App, register
from tests.features.identity.steps import eventually
from tests.support.application import running
from tests.support.cast import Person, Scene, usual_scene
from tests.support.clock import StandingClock
from tests.support.servers import WebServer

with warnings.catch_warnings():  # it would rather have httpx2, which nobody else needs yet
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import AsyncOAuth2Client

WEB = Path(__file__).resolve().parents[4] / "web"
VERIFIER = "a verifier that is long enough for RFC 7636, with room to spare".replace(" ", "-").replace(",", "")
SCOPE = "openid profile email offline_access patient/Appointment.rs"


@dataclass(frozen=True)
class Installation:
    """Two server processes over one database, the scene that was set in it, and what discovery says."""

    scene: Scene
    servers: list[WebServer]
    metadata: dict[str, Any]

    def client(self, app: App, scope: str = SCOPE, **more: Any) -> AsyncOAuth2Client:
        """The app's client library."""
        return AsyncOAuth2Client(
            client_id=app.id,
            client_secret=app.key or app.secret,
            token_endpoint_auth_method=app.method,
            scope=scope,
            redirect_uri=app.callback,
            code_challenge_method="S256",
            token_endpoint=self.metadata["token_endpoint"],
            trust_env=False,
            **more,
        )

    async def let_in(self, person: Person, client: AsyncOAuth2Client, **more: Any) -> tuple[str, str]:
        """The person lets the app in; where the browser goes back to, and the state that was sent."""
        url, state = client.create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=VERIFIER, **more
        )
        async with httpx.AsyncClient(verify=authorities(), base_url=self.servers[0].url, trust_env=False) as browser:
            answer = await browser.post(
                "/api/oauth/decisions",
                json={"query": urlsplit(url).query, "allow": True},
                headers={"Authorization": f"Bearer {person.token}"},
            )
        assert answer.status_code == 200, answer.text
        return answer.json()["redirect_to"], state

    async def status(self, server: int, token: str, path: str = "/oauth/userinfo") -> int:
        """What a server says to a token."""
        async with httpx.AsyncClient(
            verify=authorities(), base_url=self.servers[server].url, trust_env=False
        ) as client:
            return (await client.get(path, headers={"Authorization": f"Bearer {token}"})).status_code


@pytest.fixture(scope="module")
async def installation(module_settings: Settings) -> AsyncIterator[Installation]:
    """Played in the present: processes do not take a clock of ours. Each test brings an app of its own."""
    servers = [WebServer(module_settings, f"web-{number}") for number in range(2)]
    issuer = servers[0].url
    try:
        for server in servers:
            server.told("PUBLIC_URL", issuer)
            server.start()
        for server in servers:
            await server.ready()
        async with httpx.AsyncClient(verify=authorities(), trust_env=False) as client:
            metadata = (await client.get(f"{issuer}/.well-known/openid-configuration")).json()
        async with running(replace(module_settings, public_url=issuer), StandingClock(datetime.now(UTC))) as app:
            yield Installation(await usual_scene(app), servers, metadata)
    finally:
        for server in servers:
            server.stop()


async def test_codes_with_pkce_an_id_token_and_renewal(installation: Installation) -> None:
    patient = installation.scene.patient
    for method in ("none", "client_secret_basic", "client_secret_post", "private_key_jwt"):
        app = await register(installation.scene, method)
        async with installation.client(app) as client:
            client.register_client_auth_method(PrivateKeyJWT(installation.metadata["token_endpoint"], alg="ES256"))
            location, state = await installation.let_in(patient, client, nonce="once")
            assert f"iss={installation.metadata['issuer'].replace(':', '%3A').replace('/', '%2F')}" in location
            token = await client.fetch_token(authorization_response=location, state=state, code_verifier=VERIFIER)
            claims = await verified(installation, token["id_token"], app)
            assert (claims["sub"], claims["nonce"], claims["email"]) == (str(patient.id), "once", patient.email)
            assert claims["name"] == "Pat Rivera"
            assert abs(claims["auth_time"] - datetime.now(UTC).timestamp()) < 600
            told = (await client.get(installation.metadata["userinfo_endpoint"])).json()
            assert (told["sub"], told["email"], told["email_verified"]) == (str(patient.id), patient.email, True)
            renewed = await client.refresh_token(installation.metadata["token_endpoint"])
            assert renewed["refresh_token"] != token["refresh_token"]
            visits = await client.get(f"{installation.servers[1].url}/api/appointments")
            assert visits.status_code == 200, "another process takes the token too"


async def verified(installation: Installation, token: str, app: App) -> dict[str, Any]:
    """The claims of an ID token, checked as a client does that knows nothing but discovery."""
    async with httpx.AsyncClient(verify=authorities(), trust_env=False) as client:
        keys = KeySet.import_key_set((await client.get(installation.metadata["jwks_uri"])).json())
    decoded = jwt.decode(token, keys, algorithms=["ES256"])
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": installation.metadata["issuer"]},
        aud={"essential": True, "value": app.id},
        exp={"essential": True},
    ).validate(decoded.claims)
    assert decoded.header["typ"] == "JWT"
    return decoded.claims


JOSE = """
import { createRemoteJWKSet, jwtVerify } from 'jose';
const { issuer, jwks_uri: uri, audience, api, id_token: identity, access_token: access } = JSON.parse(process.argv[1]);
const keys = createRemoteJWKSet(new URL(uri));
const id = await jwtVerify(identity, keys, { issuer, audience, typ: 'JWT', algorithms: ['ES256', 'EdDSA'] });
const at = await jwtVerify(access, keys, { issuer, audience: api, typ: 'at+jwt', algorithms: ['ES256'] });
console.log(JSON.stringify({ alg: id.protectedHeader.alg, sub: id.payload.sub, client: at.payload.client_id }));
"""


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
async def test_a_library_in_another_language_verifies_both_kinds_of_token(
    installation: Installation, algorithm: str
) -> None:
    node = shutil.which("node")
    assert node, "the tests need Node.js"
    patient = installation.scene.patient
    app = await register(installation.scene, id_token_alg=algorithm)
    async with installation.client(app) as client:
        location, state = await installation.let_in(patient, client)
        token = await client.fetch_token(authorization_response=location, state=state, code_verifier=VERIFIER)
    issuer = installation.metadata["issuer"]
    asked = {**token, "issuer": issuer, "jwks_uri": installation.metadata["jwks_uri"], "audience": app.id}
    arguments = ["--input-type=module", "-e", JOSE, json.dumps({**asked, "api": f"{issuer}/api"})]
    process = await asyncio.create_subprocess_exec(
        node, *arguments, cwd=WEB, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    assert json.loads(said) == {"alg": algorithm, "sub": str(patient.id), "client": app.id}


async def test_a_server_on_its_own_and_its_tokens(installation: Installation) -> None:
    app = await register(
        installation.scene, "private_key_jwt", ["system/Patient.rs", "system/Schedule.rs"], redirect_uris=[]
    )
    async with installation.client(app, "system/Patient.rs") as client:
        client.register_client_auth_method(PrivateKeyJWT(installation.metadata["token_endpoint"], alg="ES256"))
        token = await client.fetch_token(grant_type="client_credentials")
        assert (token["scope"], "refresh_token" in token) == ("system/Patient.rs", False)
        assert (await client.get(f"{installation.servers[1].url}/api/patients")).status_code == 200
        refused = await client.get(
            f"{installation.servers[1].url}/api/providers/{installation.scene.provider_id}/schedule"
        )
        assert refused.status_code == 403
        client.register_client_auth_method(PrivateKeyJWT(installation.metadata["introspection_endpoint"], alg="ES256"))
        told = await client.introspect_token(
            installation.metadata["introspection_endpoint"], token=token["access_token"]
        )
        assert (told.json()["active"], told.json()["client_id"]) == (True, app.id)


async def test_what_is_ended_in_one_process_is_ended_in_all(installation: Installation) -> None:
    patient = installation.scene.patient
    app = await register(installation.scene, "client_secret_basic")

    async def let_in() -> dict[str, Any]:
        async with installation.client(app) as client:
            location, state = await installation.let_in(patient, client)
            token: dict[str, Any] = await client.fetch_token(
                authorization_response=location, state=state, code_verifier=VERIFIER
            )
        assert [await installation.status(server, token["access_token"]) for server in (0, 1)] == [200, 200]
        return token

    async def ended(token: dict[str, Any]) -> None:
        async def refused() -> bool:
            return [await installation.status(server, token["access_token"]) for server in (0, 1)] == [401, 401]

        await eventually(refused)

    by_app = await let_in()
    async with installation.client(app) as client:
        await client.revoke_token(installation.metadata["revocation_endpoint"], token=by_app["refresh_token"])
    await ended(by_app)
    by_person = await let_in()
    headers = {"Authorization": f"Bearer {patient.token}"}
    async with httpx.AsyncClient(
        verify=authorities(), base_url=installation.servers[1].url, trust_env=False, headers=headers
    ) as browser:
        assert app.id in [one["id"] for one in (await browser.get("/api/me/apps")).json()["items"]]
        assert (await browser.delete(f"/api/me/apps/{app.id}")).status_code == 204
        assert app.id not in [one["id"] for one in (await browser.get("/api/me/apps")).json()["items"]]
    await ended(by_person)
    by_clinic = await let_in()
    off = await installation.scene.admin.client.patch(
        f"/api/apps/{app.id}", json={"active": False}, headers={"If-Match": "*"}
    )
    assert off.status_code == 200, off.text
    await ended(by_clinic)


async def test_discovery_is_what_the_standards_ask_for(installation: Installation) -> None:
    issuer = installation.metadata["issuer"]
    async with httpx.AsyncClient(verify=authorities(), base_url=issuer, trust_env=False) as client:
        oauth = (await client.get("/.well-known/oauth-authorization-server")).json()
        smart = (await client.get("/.well-known/smart-configuration")).json()
    assert oauth == installation.metadata
    secure = {name: _secure(value, issuer) for name, value in oauth.items()}
    AuthorizationServerMetadata(secure).validate()
    assert oauth["issuer"] == issuer
    assert oauth["code_challenge_methods_supported"] == smart["code_challenge_methods_supported"] == ["S256"]
    assert {"permission-v2", "client-confidential-asymmetric", "launch-standalone"} <= set(smart["capabilities"])


def _secure(value: Any, issuer: str) -> Any:
    """Addresses as they are in production: the validator takes https alone."""
    return value.replace(issuer, "https://visits.example") if isinstance(value, str) else value
