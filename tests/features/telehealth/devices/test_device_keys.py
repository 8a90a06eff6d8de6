"""The keys that browsers sign with: registered with a proof, listed, revoked, and good for one person."""

import asyncio
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openvisit.features.telehealth.devices import commands
from openvisit.features.telehealth.devices.queries import good_keys
from openvisit.features.telehealth.devices.signatures import (
    REGISTRATION,
    base64url,
    framed,
    from_base64url,
    key_id,
    verified,
)
from openvisit.platform.db import fetch_all
from tests.support.cast import Person, Scene

pytestmark = pytest.mark.anyio

URL = "/api/me/devices/keys"


class Browser:
    """Signs as WebCrypto does."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.public_key = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def sign(self, signed: bytes) -> bytes:
        """r and s, as WebCrypto gives them."""
        r, s = decode_dss_signature(self._key.sign(signed, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def registration(self, who: Person, purpose: str = REGISTRATION) -> dict[str, str]:
        """What it sends after its owner signed in."""
        proof = self.sign(framed(purpose, str(who.id), self.public_key))
        return {"public_key": base64url(self.public_key), "proof": base64url(proof)}


async def register(who: Person, browser: Browser) -> Any:
    return await who.client.post(
        URL, json=browser.registration(who), headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"}
    )


async def audited(scene: Scene) -> list[tuple[str, Any]]:
    async with scene.app.parts.db.connection(as_system="tests look") as connection:
        rows = await fetch_all(connection, "SELECT action, actor_id FROM audit WHERE thing = 'device_key' ORDER BY id")
    return [(row["action"], row["actor_id"]) for row in rows]


async def test_a_browser_registers_once_and_is_known_again(scene: Scene) -> None:
    browser = Browser()
    answers = await asyncio.gather(*(register(scene.patient, browser) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}, answers[0].text
    scene.app.clock.advance(minutes=3)
    (item,) = (await register(scene.patient, browser)).json()["items"]
    assert item["key_id"] == base64url(key_id(browser.public_key))
    assert "Firefox" in item["device"]
    assert item["last_used_at"] > item["created_at"]
    assert await audited(scene) == [("device-key:add", scene.patient.id)]


async def test_a_key_of_somebody_else_is_not_taken(scene: Scene) -> None:
    browser = Browser()
    await register(scene.patient, browser)
    theirs = await register(scene.provider, browser)
    assert (theirs.status_code, theirs.json()["code"]) == (409, "device_key_used_up")
    assert (await scene.provider.client.get(URL)).json()["items"] == []


async def test_a_revoked_key_speaks_for_nobody_and_never_comes_back(scene: Scene) -> None:
    browser = Browser()
    (item,) = (await register(scene.patient, browser)).json()["items"]
    assert (await scene.provider.client.delete(f"{URL}/{item['id']}")).status_code == 404
    assert (await scene.patient.client.delete(f"{URL}/{item['id']}")).status_code == 204
    assert (await scene.patient.client.delete(f"{URL}/{item['id']}")).status_code == 404
    assert (await scene.patient.client.get(URL)).json()["items"] == []
    assert (await register(scene.patient, browser)).json()["code"] == "device_key_used_up"
    async with scene.app.parts.db.connection(as_system="tests look") as connection:
        assert await good_keys(connection, [scene.patient.id]) == []
    assert await audited(scene) == [("device-key:add", scene.patient.id), ("device-key:revoke", scene.patient.id)]


async def test_nothing_is_taken_without_proof(scene: Scene) -> None:
    browser = Browser()
    good = browser.registration(scene.patient)
    wrong: list[dict[str, str]] = [
        browser.registration(scene.provider),  # a proof for somebody else, played to us
        browser.registration(scene.patient, "openvisit/e2e/v1/call-description"),  # made for another purpose
        {**good, "proof": Browser().registration(scene.patient)["proof"]},
        {**good, "public_key": "A" * 87},
        {**good, "public_key": base64url(b"\4" + b"\1" * 64)},  # not on the curve
        {**good, "proof": base64url(bytes(64))},
    ]
    for body in wrong:
        answer = await scene.patient.client.post(URL, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "device_key_invalid"), body
    assert (await scene.patient.client.post(URL, json={**good, "proof": "short"})).status_code == 422
    assert (await scene.patient.client.get(URL)).json()["items"] == []


async def test_the_key_used_longest_ago_makes_room(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST", 2)
    first, second, third = Browser(), Browser(), Browser()
    for browser in (first, second, first, third):
        assert (await register(scene.patient, browser)).status_code == 200
        scene.app.clock.advance(minutes=1)
    held = [item["key_id"] for item in (await scene.patient.client.get(URL)).json()["items"]]
    assert held == [base64url(key_id(browser.public_key)) for browser in (third, first)]


def test_frames_cannot_be_shifted_into_each_other() -> None:
    assert framed("ab", "c") != framed("a", "bc")
    assert framed("a", b"") == bytes.fromhex("000000016100000000")


def test_a_signature_of_webcrypto_is_understood() -> None:
    """`web/src/lib/e2e/signing.test.ts` has the same key and signature."""
    public_key = from_base64url(
        "BEBxre16Xy3YuPzlz3Ki2jrXTgCYd2rIJLx62DYKpeowQF2dbXuhtXpx6rTwStcrMYxmWmjkEOnWghUOI89Ch3I"
    )
    proof = from_base64url("Im6hKHtrIfZslpywMtyw2T9JFGRWmaaqihE7l_UkJSAaJ2LolFORi9XV7t3DRHnUczhzJtzISYCOyt5KfzgVUQ")
    said = framed(REGISTRATION, "0197a3c2-5d14-7e0a-8b55-6c7d8e9fa0b2", public_key)
    assert verified(public_key, proof, said)
    assert not verified(public_key, proof, said + b"!")
    assert not verified(public_key, b"", said)
