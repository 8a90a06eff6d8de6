"""Apps and the people who let them in, as tests play them."""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.support.application import Application
from tests.support.cast import Person, Scene

CALLBACK = "https://diary.example/callback"
SCOPES = ["openid", "profile", "email", "offline_access", "patient/Appointment.cruds", "patient/Patient.r", "me:read"]


@dataclass
class App:
    """A registered app."""

    id: str
    method: str
    secret: str | None = None
    key: ECKey | None = None
    callback: str = CALLBACK
    tokens: dict[str, Any] = field(default_factory=dict)


async def register(scene: Scene, method: str = "none", scopes: Sequence[str] = SCOPES, **more: Any) -> App:
    """The clinic's admin registers an app; one that uses a key gets it."""
    key = ECKey.generate_key("P-256", {"kid": uuid4().hex}, private=True) if method == "private_key_jwt" else None
    body = {
        "clinic_id": str(scene.clinic.id),
        "name": "Heart Diary",
        "auth_method": method,
        "scopes": list(scopes),
        "redirect_uris": [CALLBACK],
        **({"jwks": {"keys": [key.as_dict(private=False)]}} if key and "jwks_uri" not in more else {}),
        **more,
    }
    answer = await scene.admin.client.post("/api/apps", json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    callback = (made["app"]["redirect_uris"] or [CALLBACK])[0]
    return App(made["app"]["id"], method, made["secret"], key, callback)


def pkce() -> tuple[str, str]:
    """A verifier and its challenge."""
    verifier = secrets.token_urlsafe(48)
    return verifier, base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def query(app: App, challenge: str, scope: str = "openid offline_access", **more: Any) -> str:
    """What the app sends the browser with; a parameter of None is left out."""
    fields = {
        "response_type": "code",
        "client_id": app.id,
        "redirect_uri": app.callback,
        "scope": scope,
        "state": "xyz",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **more,
    }
    return urlencode({name: value for name, value in fields.items() if value is not None})


def told(location: str) -> dict[str, str]:
    """What the app is told in the address that the browser comes back with."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


async def asked(person: Person | None, app: Application, text: str) -> dict[str, Any]:
    """What the authorization page is told."""
    client = person.client if person else app.client
    answer = await client.post("/api/oauth/requests", json={"query": text})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def allowed(person: Person, text: str, allow: bool = True) -> dict[str, str]:
    """The person answers; what the app is told."""
    answer = await person.client.post("/api/oauth/decisions", json={"query": text, "allow": allow})
    assert answer.status_code == 200, answer.text
    assert answer.json()["step"] == "go", answer.text
    return told(answer.json()["redirect_to"])


async def code_for(person: Person, app: App, scope: str = "openid offline_access", **more: Any) -> tuple[str, str]:
    """A code that the person lets the app have, and its verifier."""
    verifier, challenge = pkce()
    back = await allowed(person, query(app, challenge, scope, **more))
    assert "code" in back, back
    return back["code"], verifier


def assertion(app: App, issuer: str, now: float, **claims: Any) -> str:
    """What an app signs to prove who it is (RFC 7523); a claim of None is left out."""
    assert app.key is not None
    whole = {
        "iss": app.id,
        "sub": app.id,
        "aud": issuer,
        "iat": int(now),
        "exp": int(now) + 60,
        "jti": uuid4().hex,
        **claims,
    }
    return jwt.encode(
        {"alg": "ES256", "kid": app.key.kid}, {name: v for name, v in whole.items() if v is not None}, app.key
    )


async def call(application: Application, app: App | None, path: str, **fields: Any) -> httpx.Response:
    """The app calls an endpoint of the authorization server and proves who it is."""
    form = {name: value for name, value in fields.items() if value is not None}
    auth = None
    if app is not None:
        if app.method == "client_secret_basic":
            auth = (app.id, str(app.secret))
        else:
            form.setdefault("client_id", app.id)
        if app.method == "client_secret_post":
            form["client_secret"] = app.secret
        if app.method == "private_key_jwt":
            form.setdefault("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            issuer = application.parts.settings.public_url
            form.setdefault("client_assertion", assertion(app, issuer, application.clock().timestamp()))
    return await application.client.post(f"/oauth/{path}", data=form, auth=auth)  # type: ignore[arg-type]


async def redeem(application: Application, app: App, code: str, verifier: str | None, **more: Any) -> httpx.Response:
    """The app takes its code to the token endpoint."""
    fields = {"redirect_uri": app.callback, **more}
    return await call(
        application, app, "token", grant_type="authorization_code", code=code, code_verifier=verifier, **fields
    )


async def connected(application: Application, person: Person, app: App, scope: str, **more: Any) -> dict[str, Any]:
    """The tokens of an app that the person let in."""
    code, verifier = await code_for(person, app, scope, **more)
    answer = await redeem(application, app, code, verifier)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def renewed(application: Application, app: App, token: str, **more: Any) -> httpx.Response:
    """The app renews its tokens."""
    return await call(application, app, "token", grant_type="refresh_token", refresh_token=token, **more)
