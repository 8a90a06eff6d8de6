"""What goes wrong, and what others try: each is refused in the words of the protocol, and nothing is given away."""

import asyncio
import base64
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from openvisit.platform.db import fetch_all
from tests.features.identity.oauth.apps import (
    CALLBACK,
    App,
    allowed,
    asked,
    assertion,
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
from tests.features.identity.steps import eventually
from tests.support.cast import Scene

SERVER = {"scopes": ["system/Patient.rs"], "redirect_uris": []}


async def works(scene: Scene, token: str) -> bool:
    """Whether an access token is good."""
    answer = await scene.app.signed(token).get("/oauth/userinfo")
    assert answer.status_code in (200, 401, 403), answer.text
    return answer.status_code != 401


async def test_a_code_used_twice_ends_what_came_of_it(scene: Scene) -> None:
    app = await register(scene)
    code, verifier = await code_for(scene.patient, app)
    first = (await redeem(scene.app, app, code, verifier)).json()
    assert await works(scene, first["access_token"])
    again = await redeem(scene.app, app, code, verifier)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert not await works(scene, first["access_token"])
    assert (await renewed(scene.app, app, first["refresh_token"])).json()["error"] == "invalid_grant"


async def test_of_two_who_race_with_one_code_nobody_keeps_a_token(scene: Scene) -> None:
    app = await register(scene)
    code, verifier = await code_for(scene.patient, app)
    answers = await asyncio.gather(*(redeem(scene.app, app, code, verifier) for _ in range(5)))
    given = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(given) == 1
    assert not await works(scene, given[0]["access_token"])


async def test_a_code_is_no_good_to_another_app(scene: Scene) -> None:
    app, thief = await register(scene), await register(scene, "client_secret_basic")
    code, verifier = await code_for(scene.patient, app)
    stolen = await redeem(scene.app, thief, code, verifier)
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert (await redeem(scene.app, app, code, verifier)).status_code == 200


async def test_a_code_is_good_for_a_minute(scene: Scene) -> None:
    app = await register(scene)
    code, verifier = await code_for(scene.patient, app)
    scene.app.clock.advance(seconds=61)
    assert (await redeem(scene.app, app, code, verifier)).json()["error"] == "invalid_grant"


VERIFIERS = {"none": None, "empty": "", "alike": "a" * 43, "short": "short", "other": pkce()[0]}


@pytest.mark.parametrize("verifier", VERIFIERS.values(), ids=VERIFIERS.keys())
async def test_the_verifier_must_fit(scene: Scene, verifier: str | None) -> None:
    app = await register(scene, "client_secret_basic")
    code, right = await code_for(scene.patient, app)
    refused = await redeem(scene.app, app, code, verifier)
    assert refused.status_code == 400
    assert refused.json()["error"] in ("invalid_grant", "invalid_request")
    assert (await redeem(scene.app, app, code, right)).json()["error"] == "invalid_grant", "the code is spent"


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": None},
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge_method": "s256"},
        {"code_challenge": "short"},
    ],
)
async def test_pkce_is_never_left_out_nor_weakened(scene: Scene, changed: dict[str, Any]) -> None:
    app = await register(scene, "client_secret_basic")
    _, challenge = pkce()
    step = await asked(scene.patient, scene.app, query(app, challenge, **changed))
    assert step["step"] == "go"
    back = told(step["redirect_to"])
    assert (back["error"], back["state"], "code" in back) == ("invalid_request", "xyz", False)
    assert back["iss"] == scene.app.parts.settings.public_url


@pytest.mark.parametrize(
    "uri",
    [
        "https://diary.example/callback/",
        "https://diary.example/callback?more=1",
        "https://diary.example/Callback",
        "https://DIARY.example/callback",
        "https://diary.example:443/callback",
        "https://diary.example/callback#part",
        "https://diary.example/callback/../evil",
        "https://diary.example/%63allback",
        "https://diary.example@evil.example/callback",
        "https://diary.example.evil.example/callback",
        "https://evil.example/callback",
        "http://diary.example/callback",
        "//diary.example/callback",
        "javascript:alert(1)",
        'https://diary.example/callback"',
        "https://diary.example/callback\\@evil.example",
        None,
    ],
)
async def test_nobody_is_sent_anywhere_but_to_a_registered_address(scene: Scene, uri: str | None) -> None:
    app = await register(scene)
    _, challenge = pkce()
    for path in ("requests", "decisions"):
        body: dict[str, Any] = {"query": query(app, challenge, redirect_uri=uri)}
        if path == "decisions":
            body["allow"] = True
        answer = await scene.patient.client.post(f"/api/oauth/{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "authorization_refused")
        assert "evil" not in answer.headers.get("location", "")


async def test_a_native_app_comes_back_to_any_port_of_the_loopback(scene: Scene) -> None:
    app = await register(scene, redirect_uris=["http://127.0.0.1/done", "com.example.diary:/done"])
    _, challenge = pkce()
    for good in ("http://127.0.0.1:49152/done", "http://127.0.0.1/done", "com.example.diary:/done"):
        back = await allowed(scene.patient, query(app, challenge, redirect_uri=good))
        assert "code" in back
        # Any program on the machine could pass for the app: the person is asked every time.
        assert (await asked(scene.patient, scene.app, query(app, challenge, redirect_uri=good)))["step"] == "consent"
    for bad in (
        "http://127.0.0.1:49152/other",
        "http://localhost:49152/done",
        "http://127.0.0.2/done",
        "http://127.0.0.1:0/done",
        "http://127.0.0.1:49152@evil.example/done",
        "com.example.diary:/other",
    ):
        answer = await scene.patient.client.post(
            "/api/oauth/requests", json={"query": query(app, challenge, redirect_uri=bad)}
        )
        assert answer.json()["code"] == "authorization_refused", bad


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "openid OpenID"}, "invalid_scope"),
        ({"scope": "Patient/Appointment.rs"}, "invalid_scope"),
        ({"scope": "patient/appointment.rs"}, "invalid_scope"),
        ({"scope": "patient/Appointment.sr"}, "invalid_scope"),
        ({"scope": "patient/Appointment.RS"}, "invalid_scope"),
        ({"scope": "openid person:edit"}, "invalid_scope"),
        ({"scope": "user/Patient.r"}, "invalid_scope"),
        ({"scope": "system/Patient.r"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
    ],
)
async def test_what_cannot_be_asked_is_told_to_the_app(scene: Scene, changed: dict[str, Any], error: str) -> None:
    app = await register(scene)
    _, challenge = pkce()
    step = await asked(scene.patient, scene.app, query(app, challenge, **changed))
    assert step["redirect_to"].startswith(CALLBACK)
    back = told(step["redirect_to"])
    assert (back["error"], back["state"], "code" in back) == (error, "xyz", False)


async def test_a_parameter_given_twice_is_refused(scene: Scene) -> None:
    app = await register(scene)
    _, challenge = pkce()
    text = query(app, challenge) + "&redirect_uri=https%3A%2F%2Fevil.example%2F"
    answer = await scene.patient.client.post("/api/oauth/requests", json={"query": text})
    assert (answer.status_code, answer.json()["code"]) == (422, "authorization_refused")
    twice = await scene.app.client.post(
        "/oauth/token",
        content=f"grant_type=authorization_code&code=a&code=b&client_id={app.id}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (twice.status_code, twice.json()["error"]) == (400, "invalid_request")


async def test_a_refresh_token_used_twice_ends_the_family(scene: Scene) -> None:
    app = await register(scene)
    first = await connected(scene.app, scene.patient, app, "openid offline_access")
    second = (await renewed(scene.app, app, first["refresh_token"])).json()
    stolen = await renewed(scene.app, app, first["refresh_token"])
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert not await works(scene, second["access_token"])
    assert (await renewed(scene.app, app, second["refresh_token"])).json()["error"] == "invalid_grant"


async def test_of_many_who_race_with_one_refresh_token_one_wins_and_all_lose(scene: Scene) -> None:
    app = await register(scene)
    tokens = await connected(scene.app, scene.patient, app, "openid offline_access")
    answers = await asyncio.gather(*(renewed(scene.app, app, tokens["refresh_token"]) for _ in range(5)))
    given = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(given) == 1
    assert not await works(scene, given[0]["access_token"])


async def test_a_refresh_token_is_no_good_to_another_app_nor_for_more(scene: Scene) -> None:
    app, thief = await register(scene), await register(scene)
    tokens = await connected(scene.app, scene.patient, app, "openid offline_access patient/Appointment.r")
    assert (await renewed(scene.app, thief, tokens["refresh_token"])).json()["error"] == "invalid_grant"
    for more in ("openid email", "patient/Appointment.rs", "OPENID", "patient/Appointment.cruds"):
        refused = await renewed(scene.app, app, tokens["refresh_token"], scope=more)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope"), more
    fewer = await renewed(scene.app, app, tokens["refresh_token"], scope="openid")
    assert (fewer.status_code, fewer.json()["scope"]) == (200, "openid")
    assert (await scene.app.signed(fewer.json()["access_token"]).get("/api/appointments")).status_code == 403


async def test_without_offline_access_there_is_no_refresh_token_and_tokens_end_with_the_session(scene: Scene) -> None:
    app = await register(scene)
    tokens = await connected(scene.app, scene.patient, app, "openid")
    assert "refresh_token" not in tokens
    assert await works(scene, tokens["access_token"])
    kept = await connected(scene.app, scene.patient, app, "openid offline_access")
    assert (await scene.patient.client.post("/api/auth/logout", headers={"X-OpenVisit": "1"})).status_code == 204

    async def ended() -> bool:
        return not await works(scene, tokens["access_token"])

    await eventually(ended)  # told by the live channel, as to other processes
    assert await works(scene, kept["access_token"])


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example"},
        {"aud": None},
        {"iss": "somebody"},
        {"sub": None},
        {"jti": None},
        {"jti": 7},
        {"exp": None},
        {"exp": 1},
        {"exp": 4_000_000_000},
        {"exp": "soon"},
        {"nbf": 4_000_000_000},
    ],
)
async def test_an_assertion_that_says_something_else_is_refused(scene: Scene, claims: dict[str, Any]) -> None:
    app = await register(scene, "private_key_jwt", **SERVER)
    made = assertion(app, scene.app.parts.settings.public_url, scene.app.clock().timestamp(), **claims)
    answer = await server_token(scene, app, made)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def server_token(scene: Scene, app: App, made: str, **more: Any) -> Any:
    return await call(
        scene.app,
        app,
        "token",
        grant_type="client_credentials",
        scope="system/Patient.rs",
        client_assertion=made,
        **more,
    )


async def test_an_assertion_is_good_once_also_for_those_who_race(scene: Scene) -> None:
    app = await register(scene, "private_key_jwt", **SERVER)
    made = assertion(app, scene.app.parts.settings.public_url, scene.app.clock().timestamp())
    answers = await asyncio.gather(*(server_token(scene, app, made) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]


async def test_an_assertion_under_another_key_or_algorithm_is_refused(scene: Scene) -> None:
    app = await register(scene, "private_key_jwt", **SERVER)
    assert app.key is not None
    issuer, now = scene.app.parts.settings.public_url, int(scene.app.clock().timestamp())
    claims = {"iss": app.id, "sub": app.id, "aud": issuer, "exp": now + 60, "jti": "1"}
    foreign = ECKey.generate_key("P-256", {"kid": app.key.kid}, private=True)
    forged = [jwt.encode({"alg": "ES256", "kid": app.key.kid}, claims, foreign)]
    for header in ({"alg": "none"}, {"alg": "None"}, {"alg": "none", "kid": app.key.kid}):
        forged.append(f"{part(header)}.{part(claims)}.")
    public = OctKey.import_key(json.dumps(app.key.as_dict(private=False)))
    forged.append(jwt.encode({"alg": "HS256", "kid": app.key.kid}, claims, public, algorithms=["HS256"]))
    jwk = {"alg": "ES256", "jwk": foreign.as_dict(private=False)}
    forged.append(jwt.encode(jwk, claims, foreign))
    forged += ["", "a.b.c", "...", "x" * 3_000]
    for made in forged:
        answer = await server_token(scene, app, made)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), made[:60]


def part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


async def test_an_app_proves_itself_by_its_own_method_alone(scene: Scene) -> None:
    app = await register(scene, "client_secret_basic")
    code, verifier = await code_for(scene.patient, app)
    for wrong in (
        App(app.id, "none"),
        App(app.id, "client_secret_post", app.secret),
        App(app.id, "client_secret_basic", "wrong"),
        App(app.id.upper(), "client_secret_basic", app.secret),
    ):
        answer = await redeem(scene.app, wrong, code, verifier)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert (await redeem(scene.app, app, code, verifier)).status_code == 200


async def test_only_the_owner_of_a_token_can_end_it_or_ask_about_it(scene: Scene) -> None:
    app, other = await register(scene, "client_secret_basic"), await register(scene, "client_secret_basic")
    tokens = await connected(scene.app, scene.patient, app, "openid offline_access")
    assert (await call(scene.app, other, "introspect", token=tokens["access_token"])).json() == {"active": False}
    assert (await call(scene.app, other, "revoke", token=tokens["access_token"])).json()["error"] == "invalid_grant"
    assert (await call(scene.app, None, "introspect", token=tokens["access_token"])).status_code == 401
    public = await register(scene)
    assert (await call(scene.app, public, "introspect", token=tokens["access_token"])).status_code == 401
    assert await works(scene, tokens["access_token"])


async def test_grants_that_we_do_not_have_are_named_so(scene: Scene) -> None:
    app = await register(scene, "client_secret_basic")
    for grant in ("password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", "AUTHORIZATION_CODE"):
        answer = await call(scene.app, app, "token", grant_type=grant, username="a", password="b")
        assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
    denied = await call(scene.app, app, "token", grant_type="client_credentials", scope="openid")
    assert denied.status_code == 401, "a secret is not enough for an app on its own"


async def test_consent_is_given_by_the_persons_own_token_alone(scene: Scene) -> None:
    app = await register(scene, "client_secret_basic")
    _, challenge = pkce()
    body = {"query": query(app, challenge), "allow": True}
    forged = await scene.app.client.post(
        "/api/oauth/decisions",
        json=body,
        headers={"Origin": "https://evil.example", "Cookie": "openvisit_refresh=anything; __Host-x=1"},
    )
    assert forged.status_code == 401
    tokens = await connected(scene.app, scene.patient, app, "openid me:read")
    by_app = scene.app.signed(tokens["access_token"])
    for path, sent in (("decisions", body), ("requests", {"query": body["query"]})):
        refused = await by_app.post(f"/api/oauth/{path}", json=sent)
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    assert (await by_app.get("/api/me/apps")).status_code == 403
    assert (await by_app.post("/api/auth/logout", headers={"X-OpenVisit": "1"})).status_code == 403


async def test_nothing_that_opens_a_door_is_stored_or_logged(
    scene: Scene, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    app = await register(scene, "client_secret_post")
    code, verifier = await code_for(scene.patient, app)
    tokens = (await redeem(scene.app, app, code, verifier)).json()
    opening = [code, verifier, str(app.secret), tokens["access_token"], tokens["refresh_token"]]
    async with scene.app.parts.db.connection() as connection:
        names = ["oauth_client", "oauth_authorization", "oauth_access_token", "oauth_refresh_token", "audit"]
        rows = [str(await fetch_all(connection, f"SELECT t::text FROM {name} t")) for name in names]
    told_of = capsys.readouterr()
    seen = "".join([*rows, told_of.out, told_of.err, caplog.text])
    assert app.id in seen
    assert [secret for secret in opening if secret in seen] == []
