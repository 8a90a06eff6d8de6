"""Twilio: messages and calls against a server of ours, webhooks by the cases its own library is tested with."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from openvisit.adapters.twilio import TwilioHooks, TwilioSms, TwilioVoice
from openvisit.adapters.twilio.account import Account
from openvisit.adapters.twilio.signature import signature
from openvisit.platform.channels import Call, DeliveryReport, Doubtful, Forged, InboundText, Message, Refused
from tests.support.vendor_server import Vendor

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
WEBHOOK = "https://visits.example/api/webhooks/twilio"
SID = "SM" + "0" * 32
CALL_SID = "CA" + "1" * 32
TOKEN = "12345"


def account(vendor: Vendor) -> Account:
    return Account("AC" + "a" * 32, TOKEN, vendor.url, WEBHOOK)


@pytest.fixture
async def sms(vendor: Vendor) -> AsyncIterator[TwilioSms]:
    sender = TwilioSms(account(vendor), "+15005550006")
    yield sender
    await sender.close()


@pytest.fixture
async def voice(vendor: Vendor) -> AsyncIterator[TwilioVoice]:
    sender = TwilioVoice(account(vendor), "+15005550006")
    yield sender
    await sender.close()


def text(**more: Any) -> Message:
    return Message(**{
        "key": "r.1", "channel": "sms", "address": "+34600111222", "text": "Visit at 14:30 & on time: ñ",
        "written_at": NOW, **more,
    })  # fmt: skip


def call_to(**more: Any) -> Message:
    return text(channel="voice", **more)


async def test_an_sms_is_sent_as_twilio_takes_it(vendor: Vendor, sms: TwilioSms) -> None:
    vendor.says(201, {"sid": SID, "status": "queued"})
    taken = await sms.send(text(good_until=NOW + timedelta(hours=2)))
    assert (taken.vendor, taken.message_id) == ("twilio", SID)
    (asked,) = vendor.asked
    assert asked.path == f"/2010-04-01/Accounts/AC{'a' * 32}/Messages.json"
    assert asked.headers["authorization"].startswith("Basic ")
    assert asked.form == {
        "To": "+34600111222",
        "From": "+15005550006",
        "Body": "Visit at 14:30 & on time: ñ",
        "StatusCallback": WEBHOOK,
        "ValidityPeriod": "7200",
    }


async def test_a_messaging_service_chooses_the_number(vendor: Vendor) -> None:
    vendor.says(201, {"sid": SID})
    sender = TwilioSms(account(vendor), "MG" + "b" * 32)
    await sender.send(text())
    await sender.close()
    assert vendor.asked[0].form["MessagingServiceSid"] == "MG" + "b" * 32
    assert "From" not in vendor.asked[0].form


@pytest.mark.parametrize(
    ("status", "code", "permanent", "dead"),
    [
        (400, 21211, True, True),  # not a number
        (400, 21610, True, True),  # answered STOP
        (400, 21617, True, False),  # too long
        (401, 20003, False, False),  # credentials: somebody will put them right
        (429, 20429, False, False),
        (500, 20500, False, False),
        (503, None, False, False),
    ],
)
async def test_a_refusal_says_whether_to_try_again(
    vendor: Vendor, sms: TwilioSms, status: int, code: int | None, permanent: bool, dead: bool
) -> None:
    vendor.says(status, {"code": code, "message": "The 'To' number +34600111222 is not valid", "status": status})
    with pytest.raises(Refused) as refused:
        await sms.send(text())
    assert (refused.value.permanent, refused.value.address_is_dead) == (permanent, dead)
    assert "600111" not in str(refused.value)
    assert str(status) in refused.value.reason


async def test_too_many_are_tried_again_when_the_vendor_says(vendor: Vendor, sms: TwilioSms) -> None:
    vendor.says(429, {"code": 20429}, retry_after="7")
    with pytest.raises(Refused) as refused:
        await sms.send(text())
    assert refused.value.retry_after == timedelta(seconds=7)


async def test_silence_and_a_cut_connection_leave_a_doubt(vendor: Vendor, sms: TwilioSms) -> None:
    vendor.silent = True
    hasty = TwilioSms(account(vendor), "+15005550006", seconds=0.5)
    with pytest.raises(Doubtful, match="time-out"):
        await hasty.send(text())
    await hasty.close()
    vendor.silent, vendor.cut = False, True
    with pytest.raises(Doubtful):
        await sms.send(text())
    vendor.cut = False
    vendor.says(504)
    with pytest.raises(Doubtful):
        await sms.send(text())
    assert len(vendor.asked) == 3


async def test_a_vendor_that_was_never_reached_has_refused(vendor: Vendor) -> None:
    sender = TwilioSms(Account("AC", TOKEN, "http://127.0.0.1:9", WEBHOOK), "+15005550006")
    with pytest.raises(Refused) as refused:
        await sender.send(text())
    await sender.close()
    assert not refused.value.permanent


async def test_a_call_says_the_words_and_asks_for_keys(vendor: Vendor, voice: TwilioVoice) -> None:
    vendor.says(201, {"sid": CALL_SID})
    taken = await voice.send(call_to(text="Pulse 1 <para> confirmar", language="es", digits="12"))
    assert taken.message_id == CALL_SID
    said = ElementTree.fromstring(vendor.asked[0].form["Twiml"])
    gathers = said.findall("Gather")
    assert [gather.get("action") for gather in gathers] == [f"{WEBHOOK}?language=es&digits=12"] * 2
    (words, _) = said.iter("Say")
    assert (words.text, words.get("language")) == ("Pulse 1 <para> confirmar", "es-ES")


async def test_a_call_that_asks_nothing_only_speaks(vendor: Vendor, voice: TwilioVoice) -> None:
    vendor.says(201, {"sid": CALL_SID})
    await voice.send(call_to())
    said = ElementTree.fromstring(vendor.asked[0].form["Twiml"])
    assert [part.tag for part in said] == ["Say", "Pause", "Say"]


def hook(form: dict[str, str], query: str = "", token: str = TOKEN) -> Call:
    """A call as Twilio signs it."""
    url = WEBHOOK + query
    signed = signature(token, url, {name: [value] for name, value in form.items()})
    return Call(url, {"x-twilio-signature": signed}, urlencode(form).encode())


@pytest.mark.shared
async def test_signatures_are_checked_as_twilios_library_does(shared: Path) -> None:
    cases = json.loads((shared / "corpora/webhooks/twilio-signature.json").read_text())["cases"]
    assert len(cases) >= 4
    for case in cases:
        body = case["body"] if "body" in case else urlencode(case["params"], doseq=True)
        good = Call(case["url"], {"x-twilio-signature": case["signature"]}, body.encode())
        hooks = TwilioHooks(case["token"])
        await hooks.verify(good, NOW)
        for bad in (
            Call(good.url + "&a=b", good.headers, good.body),
            Call(good.url, {}, good.body),
            Call(good.url, {"x-twilio-signature": "ñ"}, good.body),
            Call(good.url, good.headers, good.body + b"&Digits=1"),
        ):
            with pytest.raises(Forged):
                await hooks.verify(bad, NOW)
        with pytest.raises(Forged):
            await TwilioHooks("another token").verify(good, NOW)


@pytest.mark.parametrize(
    ("told", "status", "reason", "dead"),
    [
        ({"MessageStatus": "delivered"}, "delivered", "", False),
        ({"MessageStatus": "undelivered", "ErrorCode": "30005"}, "failed", "30005", True),
        ({"MessageStatus": "failed", "ErrorCode": "30008"}, "failed", "30008", False),
        ({"MessageStatus": "undelivered", "ErrorCode": "21610"}, "unsubscribed", "21610", True),
    ],
)
async def test_what_became_of_an_sms(told: dict[str, str], status: str, reason: str, dead: bool) -> None:
    call = hook({"MessageSid": SID, "To": "+34600111222", **told})
    hooks = TwilioHooks(TOKEN)
    await hooks.verify(call, NOW)
    (report,) = await hooks.read(call)
    assert isinstance(report, DeliveryReport)
    assert (report.message_id, report.status, report.reason, report.address_is_dead) == (SID, status, reason, dead)
    (again,) = await hooks.read(call)
    assert again.id == report.id
    assert "Response" in hooks.reply(call).content


@pytest.mark.parametrize("status", ["queued", "sent", "sending", "accepted", "read", "no such status"])
async def test_what_is_on_its_way_is_no_news(status: str) -> None:
    assert await TwilioHooks(TOKEN).read(hook({"MessageSid": SID, "MessageStatus": status})) == []


async def test_an_sms_that_came_in_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    form = {"MessageSid": SID, "From": "+34600111222", "To": "+15005550006", "Body": " c ñ "}
    (told,) = await TwilioHooks(TOKEN).read(hook(form))
    assert isinstance(told, InboundText)
    assert (told.sender, told.to, told.text, told.id) == ("+34600111222", "+15005550006", " c ñ ", SID)
    assert "600111" not in repr(told)


async def test_a_key_that_was_asked_for_is_an_answer() -> None:
    form = {
        "CallSid": CALL_SID,
        "From": "+15005550006",
        "To": "+34600111222",
        "Digits": "1",
        "CallStatus": "in-progress",
    }
    hooks = TwilioHooks(TOKEN)
    call = hook(form, "?language=es&digits=12")
    await hooks.verify(call, NOW)
    (told,) = await hooks.read(call)
    assert isinstance(told, InboundText)
    assert (told.channel, told.sender, told.text, told.answers) == ("voice", "+34600111222", "1", CALL_SID)
    assert "Gracias" in hooks.reply(call).content


@pytest.mark.parametrize("digits", ["7", "12", "#"])
async def test_another_key_is_none(digits: str) -> None:
    form = {"CallSid": CALL_SID, "From": "+15005550006", "To": "+34600111222", "Digits": digits}
    call = hook(form, "?language=en&digits=12")
    assert await TwilioHooks(TOKEN).read(call) == []
    assert "no meaning" in TwilioHooks(TOKEN).reply(call).content


@pytest.mark.parametrize(("status", "told"), [("completed", "delivered"), ("busy", "failed"), ("no-answer", "failed")])
async def test_what_became_of_a_call(status: str, told: str) -> None:
    (report,) = await TwilioHooks(TOKEN).read(hook({"CallSid": CALL_SID, "CallStatus": status}))
    assert isinstance(report, DeliveryReport)
    assert (report.message_id, report.status) == (CALL_SID, told)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe=1", b"MessageStatus=delivered", b"Digits=1&CallSid=", b"MessageSid=" + b"S" * 9000 + b"&Body=",
     b"ErrorCode=" + "९".encode() + b"&MessageSid=S&MessageStatus=failed"],
)  # fmt: skip
async def test_what_is_malformed_is_a_value_error_at_worst(body: bytes) -> None:
    with suppress(ValueError):
        await TwilioHooks(TOKEN).read(Call(WEBHOOK + "?digits=1", {}, body))
