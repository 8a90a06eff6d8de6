"""Bird: SMS against a server of ours, and both of its signatures."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from openvisit.adapters.bird import BirdHooks, BirdSender
from openvisit.platform.channels import Call, DeliveryReport, Doubtful, Forged, InboundText, Message, Refused
from tests.support.vendor_server import Vendor

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SMS_ID = "sms_01krdgeqcxet5s7t44vh8rt9mg"
WORKSPACE = "ws_01krdgeqcxet5s7t44vh8rt9mg"
TEXT = Message("r.1", "sms", "+34600111222", "Visita mañana", NOW)
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes....").decode()


@pytest.fixture
async def bird(vendor: Vendor) -> AsyncIterator[BirdSender]:
    sender = BirdSender("bird-key", vendor.url, "+15557654321")
    yield sender
    await sender.close()


async def test_an_sms_goes_out_under_its_key(vendor: Vendor, bird: BirdSender) -> None:
    vendor.says(202, {"id": SMS_ID, "status": "accepted"})
    taken = await bird.send(TEXT)
    assert (taken.vendor, taken.message_id) == ("bird", SMS_ID)
    (asked,) = vendor.asked
    assert (asked.path, asked.headers["idempotency-key"]) == ("/v1/sms/messages", "r.1")
    assert asked.headers["authorization"] == "Bearer bird-key"
    assert asked.json == {
        "to": "+34600111222", "from": "+15557654321", "text": "Visita mañana", "category": "transactional",
        "metadata": {"openvisit_key": "r.1"},
    }  # fmt: skip


def error(name: str) -> dict[str, Any]:
    return {"error": {"type": "validation_error", "code": "E10001", "name": name, "message": "+34600111222 is wrong",
                      "doc_url": "https://bird.com/docs", "request_id": "r"}}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "name", "permanent", "dead"),
    [
        (422, "SMSInvalidRecipient", True, True),
        (422, "SMSNoEligibleSender", True, False),
        (402, "InsufficientBalance", False, False),
        (429, "RateLimited", False, False),
        (500, "Internal", False, False),
    ],
)
async def test_a_refusal_says_whether_to_try_again(
    vendor: Vendor, bird: BirdSender, status: int, name: str, permanent: bool, dead: bool
) -> None:
    vendor.says(status, error(name), retry_after="3")
    with pytest.raises(Refused) as refused:
        await bird.send(TEXT)
    told = refused.value
    assert (told.permanent, told.address_is_dead, told.reason) == (permanent, dead, f"refused with {status} {name}")
    assert told.retry_after == timedelta(seconds=3)


async def test_no_answer_is_a_doubt_that_sending_again_ends(vendor: Vendor, bird: BirdSender) -> None:
    vendor.silent = True
    hasty = BirdSender("bird-key", vendor.url, "+15557654321", seconds=0.5)
    with pytest.raises(Doubtful):
        await hasty.send(TEXT)
    await hasty.close()
    vendor.silent = False
    vendor.says(202, {"id": SMS_ID})
    await bird.send(TEXT)
    assert bird.takes_idempotency_key
    assert [asked.headers["idempotency-key"] for asked in vendor.asked] == ["r.1", "r.1"]


def event(kind: str, **more: Any) -> bytes:
    data = {"sms_id": SMS_ID, "workspace_id": WORKSPACE, "to": "+34600111222", "from": "+15557654321", "tags": None,
            "metadata": {"openvisit_key": "r.1"}, **more}  # fmt: skip
    return json.dumps({"type": kind, "timestamp": "2026-03-01T09:00:00Z", "data": data}).encode()


def call(body: bytes, *, sent: datetime = NOW, secret: str = SECRET) -> Call:
    """As Standard Webhooks has it, beside a signature of a secret that is rotated out."""
    stamp = str(int(sent.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = base64.b64encode(hmac.digest(key, f"msg_1.{stamp}.".encode() + body, hashlib.sha256)).decode()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": f"v1,b2xk v1a,eA== v1,{signed}"}
    return Call("https://visits.example/api/webhooks/bird", headers, body)


def failed(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "description": "+34600111222", "occurred_at": "2026-03-01T09:00:00Z"}}


@pytest.mark.parametrize(
    ("body", "status", "reason", "dead"),
    [
        (event("sms.delivered"), "delivered", "", False),
        (event("sms.failed", **failed("invalid_destination")), "failed", "invalid_destination", True),
        (event("sms.undelivered", **failed("unreachable")), "failed", "unreachable", False),
        (event("sms.rejected", **failed("recipient_opted_out")), "unsubscribed", "recipient_opted_out", True),
        (event("sms.expired"), "failed", "", False),
    ],
)
async def test_what_became_of_an_sms(body: bytes, status: str, reason: str, dead: bool) -> None:
    hooks, made = BirdHooks(SECRET), call(body)
    await hooks.verify(made, NOW)
    (told,) = await hooks.read(made)
    assert isinstance(told, DeliveryReport)
    assert (told.status, told.reason, told.address_is_dead) == (status, reason, dead)
    assert (told.message_id, told.key, told.at) == (SMS_ID, "r.1", NOW)


async def test_an_sms_that_came_in_is_read() -> None:
    body = event("sms.received", to="+15557654321", **{"from": "+34600111222"}, text="C", segments={})
    (told,) = await BirdHooks(SECRET).read(call(body))
    assert isinstance(told, InboundText)
    assert (told.sender, told.to, told.text) == ("+34600111222", "+15557654321", "C")


async def test_other_news_is_none() -> None:
    assert await BirdHooks(SECRET).read(call(event("sms.sent"))) == []


async def test_a_call_that_is_too_old_or_not_birds_own_is_forged() -> None:
    good = call(event("sms.delivered"))
    hooks = BirdHooks(SECRET)
    await hooks.verify(good, NOW + timedelta(minutes=4))
    for at in (NOW + timedelta(minutes=6), NOW - timedelta(minutes=6)):
        with pytest.raises(Forged):
            await hooks.verify(good, at)
    other = "whsec_" + base64.b64encode(b"another").decode()
    spoiled = [Call(good.url, {**good.headers, name: value}, good.body)
               for name in good.headers for value in ("", "v1,", "ñ")]  # fmt: skip
    for forged in (call(good.body, secret=other), Call(good.url, good.headers, good.body + b" "), *spoiled):
        with pytest.raises(Forged):
            await hooks.verify(forged, NOW)


@pytest.mark.shared
async def test_messagebirds_own_cases(shared: Path) -> None:
    cases = json.loads((shared / "corpora/webhooks/messagebird-signature.json").read_text())
    assert len(cases) >= 40
    for case in cases:
        made = Call(
            case["url"], {"messagebird-signature-jwt": case["token"]}, case.get("payload", "").encode("latin-1")
        )
        at = datetime.fromisoformat(case["timestamp"])
        hooks = BirdHooks(case.get("secret", "a secret of no case"))
        if case["valid"]:
            await hooks.verify(made, at)
        else:
            with pytest.raises(Forged):
                await hooks.verify(made, at)
