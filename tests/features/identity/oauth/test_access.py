"""What a token of an app reaches, and what it never does; registering apps; requests that come ahead or again."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus
from uuid import UUID

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from openvisit.core.errors import Unauthenticated
from openvisit.features.identity.keys import OAUTH, signing_key
from openvisit.features.identity.oauth.store import sweep
from openvisit.features.identity.tokens import Session, header_of, payload_of
from openvisit.platform.db import fetch_all, fetch_one
from tests.features.identity.oauth.apps import (
    CALLBACK,
    allowed,
    asked,
    call,
    code_for,
    connected,
    pkce,
    query,
    redeem,
    register,
    renewed,
    told,
)
from tests.support.cast import Person, Scene


async def server(scene: Scene, *wanted: str) -> httpx.AsyncClient:
    """A server of the clinic, with a token of these scopes."""
    app = await register(scene, "private_key_jwt", wanted, redirect_uris=[])
    answer = await call(scene.app, app, "token", grant_type="client_credentials", scope=" ".join(wanted))
    assert answer.status_code == 200, answer.text
    return scene.app.signed(answer.json()["access_token"])


async def seen(client: httpx.AsyncClient, path: str) -> list[str]:
    """The ids on a list."""
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def visit(scene: Scene, person: Person, days: int) -> str:
    """A visit of the person at the scene's clinic."""
    start = scene.app.clock().replace(hour=15) + timedelta(days=days)
    answer = await person.client.post("/api/appointments", json=scene.slot(start))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_person_is_seen_at_the_level_that_was_agreed_to(scene: Scene) -> None:
    cast, clinic = scene.cast, scene.clinic
    both = await cast.person("Bo Both", patient=True, roles={clinic.id: ["admin"]})
    own, others = await visit(scene, both, 1), await visit(scene, scene.patient, 2)
    assert set(await seen(both.client, "/api/appointments")) == {own, others}
    app = await register(scene, scopes=["patient/Appointment.rs", "user/Appointment.rs", "appointment:list"])
    levels = {"patient/Appointment.rs": {own}, "user/Appointment.rs": {own, others}, "appointment:list": {own, others}}
    for scope, expected in levels.items():
        tokens = await connected(scene.app, both, app, scope)
        client = scene.app.signed(tokens["access_token"])
        assert set(await seen(client, "/api/appointments")) == expected, scope
    tokens = await connected(scene.app, both, app, "patient/Appointment.rs")
    client = scene.app.signed(tokens["access_token"])
    assert (await client.get(f"/api/appointments/{own}")).status_code == 200
    assert (await client.get(f"/api/appointments/{others}")).status_code == 404
    assert (await client.delete(f"/api/appointments/{own}")).status_code == 403


async def test_an_app_of_one_clinic_does_not_reach_into_another_through_a_person(scene: Scene) -> None:
    elsewhere = await scene.cast.clinic("Lakeside")
    both = await scene.cast.person("Bo Both", roles={scene.clinic.id: ["admin"], elsewhere.id: ["admin"]})
    rooms = [str(await scene.cast.member("room", place, "Room")) for place in (scene.clinic, elsewhere)]
    assert set(await seen(both.client, "/api/rooms")) == set(rooms)
    app = await register(scene, scopes=["room:read", "room:manage"])
    tokens = await connected(scene.app, both, app, "room:read room:manage")
    client = scene.app.signed(tokens["access_token"])
    assert await seen(client, "/api/rooms") == rooms[:1]
    assert (await client.get(f"/api/rooms/{rooms[1]}")).status_code == 404
    changed = await client.patch(f"/api/rooms/{rooms[1]}", json={"name": "X"}, headers={"If-Match": "*"})
    assert changed.status_code == 404


async def test_a_role_that_is_taken_away_is_gone_for_the_app_too(scene: Scene) -> None:
    app = await register(scene, scopes=["front-desk:read", "appointment:list"])
    tokens = await connected(scene.app, scene.staff, app, "front-desk:read appointment:list")
    client = scene.app.signed(tokens["access_token"])
    await visit(scene, scene.patient, 1)
    assert len(await seen(client, "/api/appointments")) == 1
    body = {"clinic_id": str(scene.clinic.id), "roles": ["provider"]}
    assert (await scene.admin.client.put(f"/api/people/{scene.staff.id}/roles", json=body)).status_code == 200
    scene.app.parts.oauth.tokens.forget(scene.staff.id)
    assert await seen(client, "/api/appointments") == []


async def test_a_server_sees_its_own_clinic_and_what_it_did_is_on_record(scene: Scene) -> None:
    other = await scene.cast.clinic("Lakeside")
    await visit(scene, scene.patient, 1)
    client = await server(scene, "system/Patient.rs", "system/Appointment.s")
    assert await seen(client, "/api/patients") == [str(scene.patient.patient_id)]
    assert (await client.get(f"/api/patients?clinic_id={other.id}")).status_code == 403
    assert (await client.get(f"/api/patients/{scene.patient.patient_id}")).status_code == 200
    assert (await client.get(f"/api/patients/{scene.other_patient.patient_id}")).status_code == 404
    for method, path in (("GET", "/api/me"), ("GET", "/api/people"), ("GET", "/oauth/userinfo"), ("GET", "/api/apps")):
        refused = await client.request(method, f"{path}?clinic_id={scene.clinic.id}")
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope"), path
    async with scene.app.parts.db.connection() as connection:
        entries = await fetch_all(
            connection,
            "SELECT action FROM audit WHERE actor_id IN (SELECT id FROM oauth_client) ORDER BY id",
        )
    assert {entry["action"] for entry in entries} >= {"app:token", "patient:read"}


async def test_neither_kind_of_token_passes_for_the_other(scene: Scene) -> None:
    parts = scene.app.parts
    app = await register(scene)
    tokens = await connected(scene.app, scene.patient, app, "openid profile")
    for wrong in (tokens["id_token"], scene.patient.token):
        with pytest.raises(Unauthenticated):
            await parts.oauth.tokens.actor(wrong)
    for wrong in (tokens["id_token"], tokens["access_token"]):
        with pytest.raises(Unauthenticated):
            await parts.tokens.actor(wrong)
    assert (await scene.app.signed(tokens["id_token"]).get("/api/me")).status_code == 401
    keys = parts.oauth.tokens.signatures
    now = int(scene.app.clock().timestamp())
    claims = {"iss": "http://127.0.0.1:8000", "aud": "http://127.0.0.1:8000/api", "exp": now + 60, "jti": app.id}
    for kind, changed in (
        ("JWT", {}),
        ("at+jwt", {"aud": "http://elsewhere.example/api"}),
        ("at+jwt", {"aud": [claims["aud"], "other"]}),
        ("at+jwt", {"iss": "http://elsewhere.example"}),
        ("at+jwt", {"exp": now - 1}),
        ("at+jwt", {"jti": "none"}),
        ("at+jwt", {}),  # signed by us, but never given
    ):
        forged = keys.sign({**claims, **changed}, kind)
        assert (await scene.app.signed(forged).get("/api/me")).status_code == 401, (kind, changed)


async def test_a_forged_signature_is_refused_whatever_its_header_says(scene: Scene) -> None:
    app = await register(scene, scopes=["me:read"])
    token = (await connected(scene.app, scene.patient, app, "me:read"))["access_token"]
    assert (await scene.app.signed(token).get("/api/me")).status_code == 200
    keys = (await scene.app.client.get("/.well-known/jwks.json")).json()["keys"]
    (public,) = [key for key in keys if key.get("alg") == "ES256"]
    assert all("d" not in key for key in keys)
    parts = token.split(".")
    claims = jwt.decode(token, ECKey.import_key(public)).claims
    secret = OctKey.import_key(json.dumps(public))
    header = {"alg": "HS256", "kid": public["kid"], "typ": "at+jwt"}
    by_secret = jwt.encode(header, claims, secret, algorithms=["HS256"])
    none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0"
    for forged in (
        by_secret,
        f"{none}.{parts[1]}.",
        f"{parts[0]}.{parts[1]}.",
        f"{parts[0]}.{parts[1]}.{parts[2][::-1]}",
    ):
        assert (await scene.app.signed(forged).get("/api/me")).status_code == 401


async def test_keys_change_without_anybody_being_asked_anew(scene: Scene) -> None:
    app = await register(scene)
    tokens = await connected(scene.app, scene.patient, app, "openid offline_access")
    scene.app.clock.advance(days=29, hours=23, minutes=58)
    again = (await renewed(scene.app, app, tokens["refresh_token"])).json()
    scene.app.clock.advance(minutes=5)
    assert (await scene.app.signed(again["access_token"]).get("/oauth/userinfo")).status_code == 200
    newer = (await renewed(scene.app, app, again["refresh_token"])).json()
    assert header(newer)["kid"] != header(again)["kid"]
    assert (await scene.app.signed(newer["access_token"]).get("/oauth/userinfo")).status_code == 200
    async with scene.app.parts.db.transaction() as connection:
        key = await signing_key(
            connection, scene.app.parts.vault, scene.app.clock(), timedelta(hours=1), OAUTH["ES256"]
        )
    assert str(key.id) == header(newer)["kid"]


def header(tokens: dict[str, Any]) -> dict[str, Any]:
    return header_of(tokens["access_token"])


async def test_userinfo_tells_what_was_agreed_to(scene: Scene) -> None:
    app = await register(scene, scopes=["openid", "profile", "email", "fhirUser", "offline_access", "launch/patient"])
    tokens = await connected(scene.app, scene.patient, app, "openid email offline_access fhirUser launch/patient")
    assert tokens["patient"] == str(scene.patient.patient_id)
    said = (await scene.app.signed(tokens["access_token"]).get("/oauth/userinfo")).json()
    assert said == {
        "sub": str(scene.patient.id),
        "email": scene.patient.email,
        "email_verified": True,
        "fhirUser": f"http://127.0.0.1:8000/fhir/Patient/{scene.patient.patient_id}",
    }
    fewer = (await renewed(scene.app, app, tokens["refresh_token"], scope="openid")).json()
    said = (await scene.app.signed(fewer["access_token"]).post("/oauth/userinfo")).json()
    assert said == {"sub": str(scene.patient.id)}


async def test_a_pushed_request_is_the_one_that_counts(scene: Scene) -> None:
    app = await register(scene, "client_secret_basic")
    verifier, challenge = pkce()
    fields = dict(pair.split("=", 1) for pair in query(app, challenge, "openid").split("&"))
    plain = {name: unquote_plus(value) for name, value in fields.items()}
    pushed = await call(scene.app, app, "par", **plain)
    assert (pushed.status_code, pushed.json()["expires_in"]) == (201, 90)
    text = f"client_id={app.id}&request_uri={pushed.json()['request_uri']}"
    back = await allowed(scene.patient, f"{text}&scope=openid+email&redirect_uri=https%3A%2F%2Fevil.example%2F")
    answer = await redeem(scene.app, app, back["code"], verifier)
    assert (answer.status_code, answer.json()["scope"]) == (200, "openid")
    refused = await call(scene.app, app, "par", **{**plain, "redirect_uri": "https://evil.example/"})
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
    other = await register(scene)
    for wrong in (text.replace(app.id, other.id), f"{text[:-4]}0000", f"client_id={app.id}&request_uri=https://x/"):
        answer = await scene.patient.client.post("/api/oauth/requests", json={"query": wrong})
        assert answer.json()["code"] == "authorization_refused"
    scene.app.clock.advance(seconds=91)
    answer = await scene.patient.client.post("/api/oauth/requests", json={"query": text})
    assert answer.json()["code"] == "authorization_refused"


async def test_silence_and_new_sign_ins_are_kept_to(scene: Scene) -> None:
    app = await register(scene)
    _, challenge = pkce()
    nobody = await asked(None, scene.app, query(app, challenge, prompt="none"))
    assert told(nobody["redirect_to"])["error"] == "login_required"
    new = await asked(scene.patient, scene.app, query(app, challenge, prompt="none"))
    assert told(new["redirect_to"])["error"] == "consent_required"
    await code_for(scene.patient, app)
    assert "code" in told((await asked(scene.patient, scene.app, query(app, challenge, prompt="none")))["redirect_to"])
    other = await connected(scene.app, scene.other_patient, app, "openid")
    hinted = query(app, challenge, prompt="none", id_token_hint=other["id_token"])
    assert told((await asked(scene.patient, scene.app, hinted))["redirect_to"])["error"] == "login_required"
    scene.app.clock.advance(minutes=8)
    assert "code" in told((await asked(scene.patient, scene.app, query(app, challenge, max_age="3600")))["redirect_to"])
    for more in ({"max_age": "300"}, {"prompt": "login"}):
        again = await asked(scene.patient, scene.app, query(app, challenge, **more))
        assert (again["step"], "redirect_to" in again and again["redirect_to"]) == ("sign-in-again", None)
        refused = await scene.patient.client.post(
            "/api/oauth/decisions", json={"query": query(app, challenge, **more), "allow": True}
        )
        assert refused.json()["step"] == "sign-in-again", "nobody gets around it by answering at once"
        stale = await asked(scene.patient, scene.app, again["resume"])
        assert stale["step"] == "sign-in-again"


async def test_an_app_may_end_the_session_at_its_own_address_alone(scene: Scene) -> None:
    app = await register(scene, post_logout_redirect_uris=["https://diary.example/bye"])
    tokens = await connected(scene.app, scene.patient, app, "openid")

    async def look(**fields: str) -> dict[str, Any]:
        text = "&".join(f"{name}={value}" for name, value in fields.items())
        answer = await scene.patient.client.post("/api/oauth/end-session", json={"query": text})
        found: dict[str, Any] = answer.json()
        return found

    bye = {"post_logout_redirect_uri": "https%3A%2F%2Fdiary.example%2Fbye", "state": "7"}
    assert await look(id_token_hint=tokens["id_token"], **bye) == {
        "app_name": "Heart Diary",
        "own": True,
        "redirect_to": "https://diary.example/bye?state=7",
    }
    evil = {"post_logout_redirect_uri": "https%3A%2F%2Fevil.example%2F"}
    assert (await look(id_token_hint=tokens["id_token"], **evil))["redirect_to"] is None
    assert (await look(client_id=app.id, **bye))["redirect_to"] is None, "without an ID token anybody could ask"
    other = await register(scene)
    assert (await look(id_token_hint=tokens["id_token"], client_id=other.id, **bye))["redirect_to"] is None
    assert (await look(id_token_hint=tokens["access_token"], **bye))["redirect_to"] is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"redirect_uris": ["javascript:alert(1)"]}, "redirect_uris.0"),
        ({"redirect_uris": ["https://ok.example/", "http://diary.example/"]}, "redirect_uris.1"),
        ({"redirect_uris": ["https://*.diary.example/"]}, "redirect_uris.0"),
        ({"redirect_uris": ["https://diary.example/#part"]}, "redirect_uris.0"),
        ({"redirect_uris": ["https://a@diary.example/"]}, "redirect_uris.0"),
        ({"redirect_uris": ["diary:/done"]}, "redirect_uris.0"),
        ({"redirect_uris": ["data:text/html,x"]}, "redirect_uris.0"),
        ({"redirect_uris": []}, "redirect_uris"),
        ({"post_logout_redirect_uris": ["file:///etc/passwd"]}, "post_logout_redirect_uris.0"),
        ({"scopes": ["openid", "person:edit"]}, "scopes.1"),
        ({"scopes": ["openid", "system/Patient.r"]}, "scopes"),
        ({"jwks": {"keys": []}}, "jwks"),
        ({"auth_method": "private_key_jwt"}, "jwks"),
        ({"auth_method": "private_key_jwt", "jwks": {"keys": [{"kty": "oct", "k": "AAAA"}]}}, "jwks"),
        ({"auth_method": "private_key_jwt", "jwks_uri": "ftp://diary.example/keys"}, "jwks_uri"),
    ],
)
async def test_what_cannot_be_registered_is_named(scene: Scene, changed: dict[str, Any], field: str) -> None:
    body = {
        "clinic_id": str(scene.clinic.id),
        "name": "X",
        "auth_method": "none",
        "scopes": ["openid"],
        "redirect_uris": [CALLBACK],
        **changed,
    }
    answer = await scene.admin.client.post("/api/apps", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, f"body.{field}")


async def test_registering_asks_for_a_fresh_proof_and_the_secret_is_shown_once(scene: Scene) -> None:
    app = await register(scene, "client_secret_basic")
    listed = await scene.admin.client.get(f"/api/apps?clinic_id={scene.clinic.id}")
    assert str(app.secret) not in listed.text
    renewed_secret = (await scene.admin.client.post(f"/api/apps/{app.id}/secret")).json()["secret"]
    assert renewed_secret != app.secret
    assert (await call(scene.app, app, "introspect", token="x")).status_code == 401
    app.secret = renewed_secret
    assert (await call(scene.app, app, "introspect", token="x")).json() == {"active": False}
    public = await register(scene)
    assert (await scene.admin.client.post(f"/api/apps/{public.id}/secret")).json()["code"] == "app_has_no_secret"
    scene.app.clock.advance(minutes=scene.app.parts.settings.step_up_minutes + 1)
    session = Session(UUID(payload_of(scene.admin.token)["sid"]), scene.admin.id)
    token, _ = await scene.app.parts.tokens.issue(session)
    late = await scene.app.signed(token).post("/api/apps", json={"clinic_id": str(scene.clinic.id)})
    assert (late.status_code, late.json()["code"]) == (403, "step-up-needed")


async def test_an_app_that_loses_a_scope_asks_everybody_anew(scene: Scene) -> None:
    app = await register(scene)
    tokens = await connected(scene.app, scene.patient, app, "openid offline_access")
    path, version = f"/api/apps/{app.id}", {"If-Match": '"1"'}
    renamed = await scene.admin.client.patch(path, json={"name": "Diary"}, headers=version)
    assert (renamed.status_code, renamed.json()["connected"]) == (200, 1)
    assert (await scene.app.signed(tokens["access_token"]).get("/oauth/userinfo")).status_code == 200
    assert (await scene.admin.client.patch(path, json={"name": "Old"}, headers=version)).status_code == 412
    fewer = await scene.admin.client.patch(
        path, json={"scopes": ["openid", "offline_access"]}, headers={"If-Match": "*"}
    )
    assert fewer.status_code == 200
    assert (await scene.app.signed(tokens["access_token"]).get("/oauth/userinfo")).status_code == 401
    assert (await renewed(scene.app, app, tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_what_nobody_can_use_is_swept_out_and_reuse_is_still_seen(scene: Scene) -> None:
    app = await register(scene)
    tokens = await connected(scene.app, scene.patient, app, "openid offline_access")
    newer = (await renewed(scene.app, app, tokens["refresh_token"])).json()
    parts = scene.app.parts
    scene.app.clock.advance(days=1)
    async with parts.db.transaction() as connection:
        await sweep(connection, scene.app.clock())
        left = await fetch_one(connection, "SELECT count(*) AS n FROM oauth_access_token")
    assert left == {"n": 0}
    assert (await renewed(scene.app, app, tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await renewed(scene.app, app, newer["refresh_token"])).json()["error"] == "invalid_grant"
    scene.app.clock.advance(days=90)
    async with parts.db.transaction() as connection:
        await sweep(connection, scene.app.clock())
        left = await fetch_one(connection, "SELECT count(*) AS n FROM oauth_authorization")
    assert left == {"n": 0}
