"""What vendors tell: taken once, from nobody else, and handed to whoever hears it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx
import pytest

from openvisit.adapters.twilio.signature import signature
from openvisit.platform.channels import InboundText, inbox
from openvisit.platform.db import Row, fetch_all
from openvisit.settings import Settings
from tests.support.application import Application, running
from tests.support.clock import StandingClock

pytestmark = pytest.mark.anyio

TOKEN = "an auth token"
SID = "SM" + "0" * 32
PHONE = "+34600111222"
DELIVERED = {"MessageSid": SID, "MessageStatus": "delivered", "To": PHONE}
ANSWER = {"MessageSid": SID, "From": PHONE, "To": "+15005550006", "Body": "C, the rash is gone"}


@pytest.fixture
async def reached(settings: Settings, clock: StandingClock) -> AsyncIterator[Application]:
    """The application that Twilio may call."""
    told = replace(
        settings, sms_sender="twilio", twilio_account_sid="AC1", twilio_auth_token=TOKEN, sms_from="+15005550006"
    )
    async with running(told, clock) as app:
        app.parts.subscriptions.add("tests:delivery", inbox.DELIVERY)
        app.parts.subscriptions.add("tests:reply", inbox.REPLY)
        yield app


async def call(
    app: Application, form: dict[str, str], *, vendor: str = "twilio", token: str = TOKEN, query: str = ""
) -> httpx.Response:
    """A call as Twilio makes it, to the address that the public knows."""
    path = f"/api/webhooks/{vendor}{query}"
    signed = signature(token, app.parts.settings.public_url + path, {name: [value] for name, value in form.items()})
    return await app.client.post(
        path,
        content=urlencode(form),
        headers={"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"},
    )


async def rows(app: Application, query: str) -> list[Row]:
    async with app.parts.db.connection(as_system="tests look") as connection:
        return await fetch_all(connection, query)


async def test_a_report_is_announced_once_however_often_it_is_told(reached: Application) -> None:
    answers = await asyncio.gather(*(call(reached, DELIVERED) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].headers["content-type"].startswith("text/xml")
    (event,) = await rows(reached, "SELECT * FROM event WHERE type = 'notifications.delivery'")
    assert event["data"] == {
        "vendor": "twilio", "message_id": SID, "status": "delivered", "at": event["data"]["at"], "key": "",
        "reason": "", "address_is_dead": False,
    }  # fmt: skip
    (job,) = await rows(reached, "SELECT args FROM procrastinate_jobs WHERE task_name = 'tests:delivery'")
    assert job["args"]["data"] == event["data"]


async def test_an_answer_is_sealed_and_opened_by_who_hears_of_it(reached: Application) -> None:
    assert (await call(reached, ANSWER)).status_code == 200
    (job,) = await rows(
        reached, "SELECT args::text AS text, args FROM procrastinate_jobs WHERE task_name = 'tests:reply'"
    )
    (kept,) = await rows(reached, "SELECT * FROM vendor_event")
    for secret in ("600111222", "rash"):
        assert secret not in job["text"]
        assert secret.encode() not in bytes(kept["content"])
    async with reached.parts.db.connection(as_system="as the job") as connection:
        told = await inbox.reply(connection, reached.parts.vault, UUID(job["args"]["subject"]))
    assert isinstance(told, InboundText)
    assert (told.sender, told.text, told.vendor) == (PHONE, "C, the rash is gone", "twilio")


async def test_words_are_forgotten_after_a_week_and_ids_after_two_months(
    reached: Application, clock: StandingClock
) -> None:
    await call(reached, ANSWER)
    (kept,) = await rows(reached, "SELECT id FROM vendor_event")

    async def forget(after: timedelta) -> None:
        async with reached.parts.db.transaction(as_system="as the job") as connection:
            await inbox.forget(connection, clock() + after)

    await forget(inbox.KEPT_WORDS - timedelta(hours=1))
    assert [row["content"] is None for row in await rows(reached, "SELECT content FROM vendor_event")] == [False]
    await forget(inbox.KEPT_WORDS + timedelta(hours=1))
    assert [row["content"] for row in await rows(reached, "SELECT content FROM vendor_event")] == [None]
    async with reached.parts.db.connection(as_system="as the job") as connection:
        assert await inbox.reply(connection, reached.parts.vault, kept["id"]) is None
    await forget(inbox.KEPT + timedelta(hours=1))
    assert await rows(reached, "SELECT id FROM vendor_event") == []


async def test_nobody_else_is_believed(reached: Application) -> None:
    forged = await call(reached, DELIVERED, token="another")
    assert (forged.status_code, forged.json()["code"]) == (403, "webhook_forged")
    elsewhere = await call(reached, DELIVERED, vendor="sendgrid")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "vendor_unknown")
    assert await rows(reached, "SELECT id FROM vendor_event") == []


async def test_a_call_of_the_vendors_that_says_nothing_is_malformed(reached: Application) -> None:
    answer = await call(reached, {"MessageStatus": "delivered", "MessageSid": "S" * 100})
    assert (answer.status_code, answer.json()["code"]) == (422, "webhook_malformed")


async def test_the_query_is_part_of_what_is_signed(reached: Application) -> None:
    pressed = {"CallSid": "CA1", "From": "+15005550006", "To": PHONE, "Digits": "1"}
    good = await call(reached, pressed, query="?language=es&digits=12")
    assert good.status_code == 200
    assert "Gracias" in good.text
    signed = good.request.headers["X-Twilio-Signature"]
    other = await reached.client.post(
        "/api/webhooks/twilio?language=es&digits=123", content=urlencode(pressed),
        headers={"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert other.status_code == 403


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00", b"\xff" * 50, b"{", b"[" * 30_000, b"=&=&=", b"a=1&" * 20_000, b'{"Type": null}', b"null", b"[1]"],
)
@pytest.mark.parametrize("vendor", ["twilio", "sendgrid", "mailgun", "bird", "sns"])
async def test_hostile_bodies_get_a_clear_no(
    settings: Settings, clock: StandingClock, body: bytes, vendor: str, everybody: dict[str, Any]
) -> None:
    async with running(replace(settings, **everybody), clock) as app:
        answer = await app.client.post(f"/api/webhooks/{vendor}", content=body)
        assert answer.status_code in (400, 403, 422), answer.text
        big = await app.client.post(f"/api/webhooks/{vendor}", content=b"x" * (settings.max_body_bytes + 1))
        assert big.status_code == 413


@pytest.fixture(scope="module")
def everybody() -> dict[str, Any]:
    """Settings under which every vendor may call."""
    key = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="  # noqa: E501
    return {
        "sms_sender": "twilio", "twilio_account_sid": "AC1", "twilio_auth_token": TOKEN, "sms_from": "+15005550006",
        "sendgrid_webhook_key": key, "mailgun_webhook_key": "k", "bird_webhook_key": "whsec_a2V5",
        "sns_topics": "arn:aws:sns:eu-west-1:1:mail",
    }  # fmt: skip
