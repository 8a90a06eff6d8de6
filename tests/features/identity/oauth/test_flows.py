"""Apps come to their tokens, and what they can do with them."""

import pytest

from tests.features.identity.oauth.apps import (
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
from tests.support.cast import Scene

METHODS = ["none", "private_key_jwt", "client_secret_basic", "client_secret_post"]


@pytest.mark.parametrize("method", METHODS)
async def test_a_code_becomes_tokens_and_they_are_renewed(scene: Scene, method: str) -> None:
    app = await register(scene, method)
    verifier, challenge = pkce()
    scope = "openid offline_access patient/Appointment.rs"
    step = await asked(scene.patient, scene.app, query(app, challenge, scope))
    assert step["step"] == "consent", step["redirect_to"]
    assert (step["step"], step["app"]["name"], step["app"]["place"]) == ("consent", "Heart Diary", "diary.example")
    assert step["abilities"] == ["sign-in", "visits-see:own", "offline"]
    back = await allowed(scene.patient, query(app, challenge, scope))
    assert (back["state"], back["iss"]) == ("xyz", scene.app.parts.settings.public_url)
    answer = await redeem(scene.app, app, back["code"], verifier)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    assert (tokens["token_type"], tokens["scope"], tokens["patient"]) == (
        "Bearer",
        scope,
        str(scene.patient.patient_id),
    )
    client = scene.app.signed(tokens["access_token"])
    assert (await client.get("/api/appointments")).status_code == 200

    again = await renewed(scene.app, app, tokens["refresh_token"])
    assert again.status_code == 200, again.text
    assert again.json()["refresh_token"] != tokens["refresh_token"]
    assert (await scene.app.signed(again.json()["access_token"]).get("/api/appointments")).status_code == 200


async def test_what_was_agreed_to_is_remembered_and_more_is_asked_anew(scene: Scene) -> None:
    app = await register(scene)
    _, challenge = pkce()
    await code_for(scene.patient, app, "openid email")
    again = await asked(scene.patient, scene.app, query(app, challenge, "openid"))
    assert again["step"] == "go"
    assert "code" in told(again["redirect_to"])
    more = await asked(scene.patient, scene.app, query(app, challenge, "openid me:read"))
    assert (more["step"], more["abilities"], more["agreed"]) == ("consent", ["account-see:all"], ["sign-in"])
    assert (await asked(scene.patient, scene.app, query(app, challenge, "openid", prompt="consent")))[
        "step"
    ] == "consent"
    assert (await asked(scene.other_patient, scene.app, query(app, challenge, "openid")))["step"] == "consent"


async def test_a_clinics_server_comes_by_its_own_key(scene: Scene) -> None:
    app = await register(scene, "private_key_jwt", ["system/Patient.rs", "system/Appointment.r"], redirect_uris=[])
    answer = await call(scene.app, app, "token", grant_type="client_credentials", scope="system/Patient.rs")
    assert answer.status_code == 200, answer.text
    assert "refresh_token" not in answer.json()
    client = scene.app.signed(answer.json()["access_token"])
    assert (await client.get("/api/patients")).status_code == 200
    refused = await client.get("/api/appointments")
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")


async def test_tokens_are_ended_and_asked_about(scene: Scene) -> None:
    app = await register(scene, "client_secret_basic")
    tokens = await connected(scene.app, scene.patient, app, "openid offline_access")
    for kind in ("access_token", "refresh_token"):
        told_of = (await call(scene.app, app, "introspect", token=tokens[kind])).json()
        assert (told_of["active"], told_of["sub"], told_of["client_id"]) == (True, str(scene.patient.id), app.id)
    assert (await call(scene.app, app, "revoke", token=tokens["refresh_token"])).status_code == 200
    for kind in ("access_token", "refresh_token"):
        assert (await call(scene.app, app, "introspect", token=tokens[kind])).json() == {"active": False}
    assert (await scene.app.signed(tokens["access_token"]).get("/oauth/userinfo")).status_code == 401
    assert (await renewed(scene.app, app, tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await call(scene.app, app, "revoke", token="unknown")).status_code == 200
