"""People's keys: made once, unlocked in several ways, given up for others."""

from typing import Any

from openvisit.core.ids import new_id
from openvisit.platform.db import execute
from tests.support import e2e
from tests.support.cast import Scene

_PASSKEY = {"kind": "passkey", "salt": "A" * 22, "iterations": 0, "sealed": "A" * 40}


async def test_keys_are_made_once_and_are_the_persons_own(scene: Scene) -> None:
    client, keys = scene.patient.client, e2e.make_keys()
    assert (await client.get("/api/me/keys")).json() == {"keys": None}
    made = await client.post("/api/me/keys", json=e2e.new_keys(keys))
    assert made.status_code == 201
    kept = (await client.get("/api/me/keys")).json()["keys"]
    assert (kept["key_id"], kept["public_key"]) == (keys.id, keys.public)
    assert [(seal["kind"], seal["credential"]) for seal in kept["seals"]] == [("phrase", None)]
    again = await client.post("/api/me/keys", json=e2e.new_keys(e2e.make_keys()))
    assert (again.status_code, again.json()["code"]) == (409, "keys_exist")
    stolen = await scene.other_patient.client.post("/api/me/keys", json=e2e.new_keys(keys))
    assert stolen.json()["code"] == "keys_exist", "the same key for two people"
    assert (await scene.other_patient.client.get("/api/me/keys")).json() == {"keys": None}


async def test_what_is_no_key_is_refused(scene: Scene) -> None:
    good = e2e.new_keys(e2e.make_keys())
    bodies: list[Any] = [
        {**good, "public_key": "A" * 174},
        {**good, "public_key": good["public_key"][:-1]},
        {**good, "seals": []},
        {**good, "seals": [{**good["seals"][0], "kind": "password"}]},
        {**good, "seals": [{**good["seals"][0], "credential": "aa"}]},
        {**good, "seals": [_PASSKEY]},
        {**good, "seals": [{**good["seals"][0], "iterations": 10_000_001}]},
        {**good, "seals": [{**good["seals"][0], "sealed": "not base64url!" * 3}]},
    ]
    for body in bodies:
        assert (await scene.patient.client.post("/api/me/keys", json=body)).status_code == 422, body
    assert (await scene.patient.client.get("/api/me/keys")).json() == {"keys": None}


async def test_a_passkey_of_ones_own_unlocks_too_and_one_way_is_always_left(scene: Scene) -> None:
    client = scene.patient.client
    await client.post("/api/me/keys", json=e2e.new_keys(e2e.make_keys()))
    theirs = await client.post("/api/me/keys/seals", json={**_PASSKEY, "credential": e2e.b64(b"somebody else's")})
    assert theirs.json()["code"] == "not_your_passkey"
    await _passkey(scene, b"own")
    added = (await client.post("/api/me/keys/seals", json={**_PASSKEY, "credential": e2e.b64(b"own")})).json()
    phrase, passkey = added["keys"]["seals"]
    assert (phrase["kind"], passkey["kind"]) == ("phrase", "passkey")
    other = {**e2e.new_keys(e2e.make_keys())["seals"][0], "salt": "B" * 22}
    changed = (await client.post("/api/me/keys/seals", json=other)).json()["keys"]["seals"]
    assert [(seal["kind"], seal["salt"][0]) for seal in changed] == [("passkey", "A"), ("phrase", "B")]
    assert (await scene.other_patient.client.delete(f"/api/me/keys/seals/{passkey['id']}")).status_code == 404
    assert (await client.delete(f"/api/me/keys/seals/{passkey['id']}")).status_code == 204
    last = await client.delete(f"/api/me/keys/seals/{changed[1]['id']}")
    assert (last.status_code, last.json()["code"]) == (409, "last_seal")


async def test_giving_keys_up_asks_who_one_is_and_names_the_ones(scene: Scene) -> None:
    client, keys, others = scene.patient.client, e2e.make_keys(), e2e.make_keys()
    await client.post("/api/me/keys", json=e2e.new_keys(keys))
    wrong = await client.post("/api/me/keys/replace", json={"replaces": others.id, **e2e.new_keys(others)})
    assert wrong.json()["code"] == "no_keys"
    body = {"replaces": keys.id, **e2e.new_keys(others)}
    assert (await client.post("/api/me/keys/replace", json=body)).json()["keys"]["key_id"] == others.id
    assert (await client.post("/api/me/keys/replace", json=body)).json()["code"] == "no_keys"
    scene.app.clock.advance(hours=2)
    late = await client.post("/api/me/keys/replace", json={"replaces": others.id, **e2e.new_keys(e2e.make_keys())})
    assert (late.status_code, late.json()["code"]) in ((403, "step-up-needed"), (401, "not_signed_in"))


async def _passkey(scene: Scene, credential: bytes) -> None:
    async with scene.app.parts.db.connection() as connection:
        await execute(
            connection,
            """INSERT INTO passkey (id, person_id, credential_id, public_key, sign_count, transports, aaguid,
                                    backup_eligible, backed_up, name, created_at)
               VALUES (%(id)s, %(person)s, %(credential)s, 'k', 0, '{}', %(id)s, false, false, 'Phone', %(now)s)""",
            {"id": new_id(), "person": scene.patient.id, "credential": credential, "now": scene.app.clock()},
        )
