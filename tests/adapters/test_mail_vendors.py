"""SendGrid and Mailgun: mails against a server of ours, and their signed webhooks."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openvisit.adapters.mailgun import MailgunHooks, MailgunSender
from openvisit.adapters.sendgrid import SendGridHooks, SendGridSender
from openvisit.platform.channels import CalendarFile, Call, Doubtful, Forged, Message, Refused, Sender
from tests.support.vendor_server import Asked, Vendor

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
ORIGIN = "Clínica Sol <visits@clinic.example>"
ICS = "BEGIN:VCALENDAR\r\nX:ñ\r\nEND:VCALENDAR\r\n"
KEY = "event.person"


def mail(**more: Any) -> Message:
    return Message(**{
        "key": KEY, "channel": "email", "address": "ana@people.example", "name": "Ana Ruiz", "subject": "Su visita ñ",
        "text": "Mañana", "html": "<p>Mañana</p>", "language": "es", "written_at": NOW,
        "calendar": CalendarFile(ICS, "REQUEST"),
        "headers": {
            "List-Unsubscribe": "<https://v.example/u/1>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"
        },
        **more,
    })  # fmt: skip


@pytest.fixture
async def sendgrid(vendor: Vendor) -> AsyncIterator[SendGridSender]:
    sender = SendGridSender("SG.key", vendor.url, ORIGIN)
    yield sender
    await sender.close()


@pytest.fixture
async def mailgun(vendor: Vendor) -> AsyncIterator[MailgunSender]:
    sender = MailgunSender("key-1", vendor.url, "mg.clinic.example", ORIGIN)
    yield sender
    await sender.close()


@pytest.fixture(params=["sendgrid", "mailgun"])
def either(request: pytest.FixtureRequest, sendgrid: SendGridSender, mailgun: MailgunSender) -> Sender:
    return {"sendgrid": sendgrid, "mailgun": mailgun}[request.param]  # type: ignore[return-value]


async def test_sendgrid_gets_the_whole_mail(vendor: Vendor, sendgrid: SendGridSender) -> None:
    vendor.says(202, b"", x_message_id="14c5d75ce93")
    taken = await sendgrid.send(mail())
    assert (taken.vendor, taken.message_id) == ("sendgrid", "14c5d75ce93")
    (asked,) = vendor.asked
    assert (asked.path, asked.headers["authorization"]) == ("/v3/mail/send", "Bearer SG.key")
    body = asked.json
    (to,) = body["personalizations"]
    assert to == {
        "to": [{"email": "ana@people.example", "name": "Ana Ruiz"}], "custom_args": {"openvisit_key": KEY}
    }  # fmt: skip
    assert body["from"] == {"email": "visits@clinic.example", "name": "Clínica Sol"}
    assert [part["type"].split(";")[0] for part in body["content"]] == ["text/plain", "text/html", "text/calendar"]
    assert base64.b64decode(body["attachments"][0]["content"]).decode() == ICS
    assert body["headers"]["Message-ID"] == "<event.person@clinic.example>"
    assert body["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert body["tracking_settings"]["click_tracking"] == {"enable": False}


def mime_of(asked: Asked) -> Any:
    """The mail inside a form of Mailgun's, and the form's other fields."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    form = message_from_bytes(head + asked.body, policy=default)
    parts = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
    (mail,) = parts.pop("message").get_payload()
    return mail, {name: part.get_payload(decode=True) for name, part in parts.items()}


async def test_mailgun_gets_the_mail_as_it_goes_out(vendor: Vendor, mailgun: MailgunSender) -> None:
    vendor.says(200, {"id": "<event.person@clinic.example>", "message": "Queued. Thank you."})
    taken = await mailgun.send(mail())
    assert (taken.vendor, taken.message_id) == ("mailgun", "event.person@clinic.example")
    (asked,) = vendor.asked
    assert asked.path == "/v3/mg.clinic.example/messages.mime"
    inner, form = mime_of(asked)
    assert form == {"to": b"ana@people.example", "o:tracking": b"no", "v:openvisit_key": KEY.encode()}
    assert inner["Message-ID"] == "<event.person@clinic.example>"
    assert inner["List-Unsubscribe"] == "<https://v.example/u/1>"
    assert inner["From"].addresses[0].display_name == "Clínica Sol"
    kinds = [part.get_content_type() for part in inner.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "text/calendar"]


@pytest.mark.parametrize(
    ("status", "permanent"), [(400, True), (413, True), (401, False), (403, False), (429, False), (500, False)]
)
async def test_a_refusal_says_whether_to_try_again(
    vendor: Vendor, either: Sender, status: int, permanent: bool
) -> None:
    vendor.says(status, {"errors": [{"message": "ana@people.example is not wanted"}]}, retry_after="120")
    with pytest.raises(Refused) as refused:
        await either.send(mail())
    assert refused.value.permanent is permanent
    assert refused.value.retry_after == timedelta(minutes=2)
    assert refused.value.reason == f"refused with {status}"


async def test_retry_after_may_be_a_date_and_has_an_end(vendor: Vendor, either: Sender) -> None:
    vendor.says(429, {}, retry_after="Fri, 31 Dec 2099 23:59:59 GMT")
    with pytest.raises(Refused) as refused:
        await either.send(mail())
    assert refused.value.retry_after == timedelta(hours=6)
    for nonsense in ("soon", "-5", "9" * 40, "Fri, 99 Dec"):
        vendor.says(503, {}, retry_after=nonsense)
        with pytest.raises(Refused) as refused:
            await either.send(mail())
        assert refused.value.retry_after is None


async def test_no_answer_is_a_doubt(vendor: Vendor, either: Sender) -> None:
    vendor.silent = True
    hasty: list[Sender] = [
        SendGridSender("SG.key", vendor.url, ORIGIN, seconds=0.5),
        MailgunSender("key-1", vendor.url, "mg.clinic.example", ORIGIN, seconds=0.5),
    ]
    for sender in hasty:
        with pytest.raises(Doubtful):
            await sender.send(mail())
        await sender.close()
    vendor.silent, vendor.cut = False, True
    with pytest.raises(Doubtful):
        await either.send(mail())


SENT = 1_772_355_600  # NOW
EVENTS = [
    {"email": "ana@people.example", "timestamp": SENT, "event": "processed", "sg_event_id": "e0",
     "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0"},
    {"email": "ana@people.example", "timestamp": SENT, "event": "delivered", "response": "250 OK", "sg_event_id": "e1",
     "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0", "openvisit_key": KEY},
    {"email": "ana@people.example", "timestamp": SENT, "event": "bounce", "type": "bounce", "status": "5.1.1",
     "reason": "550 no such user ana@people.example", "sg_event_id": "e2", "sg_message_id": "a.b"},
    {"email": "ana@people.example", "timestamp": SENT, "event": "bounce", "type": "blocked", "status": "4.7.1",
     "sg_event_id": "e3", "sg_message_id": "a.b"},
    {"email": "ana@people.example", "timestamp": SENT, "event": "dropped", "reason": "Bounced Address",
     "sg_event_id": "e4", "sg_message_id": "a.b"},
    {"email": "ana@people.example", "timestamp": SENT, "event": "spamreport", "sg_event_id": "e5",
     "sg_message_id": "a.b"},
    {"email": "ana@people.example", "timestamp": SENT, "event": "unsubscribe", "sg_event_id": "e6",
     "sg_message_id": "a"},
]  # fmt: skip


class SendGrid:
    """Signs like SendGrid."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        der = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.hooks = SendGridHooks(base64.b64encode(der).decode())

    def call(self, body: bytes, sent: int = SENT) -> Call:
        signed = self._key.sign(str(sent).encode() + body, ec.ECDSA(SHA256()))
        return Call(
            "https://visits.example/api/webhooks/sendgrid",
            {
                "x-twilio-email-event-webhook-timestamp": str(sent),
                "x-twilio-email-event-webhook-signature": base64.b64encode(signed).decode(),
            },
            body,
        )


async def test_what_sendgrid_tells() -> None:
    sendgrid = SendGrid()
    call = sendgrid.call(json.dumps(EVENTS).encode())
    await sendgrid.hooks.verify(call, NOW)
    told = await sendgrid.hooks.read(call)
    assert [(one.id, one.status, one.address_is_dead) for one in told] == [
        ("e1", "delivered", False), ("e2", "bounced", True), ("e3", "failed", False), ("e4", "failed", True),
        ("e5", "complained", True), ("e6", "unsubscribed", False),
    ]  # fmt: skip
    assert (told[0].message_id, told[0].key, told[0].at) == ("14c5d75ce93", KEY, NOW)
    assert "ana@" not in repr(told)


async def test_a_call_of_sendgrids_that_is_too_old_or_not_its_own_is_forged() -> None:
    sendgrid = SendGrid()
    old = sendgrid.call(b"[]")
    with pytest.raises(Forged, match="too long ago"):
        await sendgrid.hooks.verify(old, NOW + timedelta(days=2))
    with pytest.raises(Forged):
        await SendGrid().hooks.verify(old, NOW)
    for spoiled in ("", "!!", "AAAA", old.headers["x-twilio-email-event-webhook-signature"][:-8]):
        headers = {**old.headers, "x-twilio-email-event-webhook-signature": spoiled}
        with pytest.raises(Forged):
            await sendgrid.hooks.verify(Call(old.url, headers, old.body), NOW)


@pytest.mark.shared
async def test_signatures_are_checked_as_sendgrids_library_does(shared: Path) -> None:
    case = json.loads((shared / "corpora/webhooks/sendgrid-signature.json").read_text())
    at = datetime.fromtimestamp(int(case["timestamp"]), UTC)

    async def verify(**other: str) -> None:
        told = {**{name: case[name] for name in ("public_key", "payload", "signature", "timestamp")}, **other}
        headers = {
            "x-twilio-email-event-webhook-timestamp": told["timestamp"],
            "x-twilio-email-event-webhook-signature": told["signature"],
        }
        await SendGridHooks(told["public_key"]).verify(Call("", headers, told["payload"].encode()), at)

    await verify()
    assert len(case["bad"]) == 4
    for bad in case["bad"]:
        with pytest.raises(Forged):
            await verify(**bad)


@pytest.mark.parametrize("key", ["", "not base64", base64.b64encode(b"no key").decode()])
def test_a_verification_key_that_is_none_is_said_at_the_start(key: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        SendGridHooks(key)


def mailgun_call(event: dict[str, Any], *, token: str = "t" * 50, sent: int = SENT, key: str = "signing key") -> Call:
    signed = hmac.new(key.encode(), f"{sent}{token}".encode(), hashlib.sha256).hexdigest()
    body = {"signature": {"timestamp": str(sent), "token": token, "signature": signed}, "event-data": event}
    return Call("https://visits.example/api/webhooks/mailgun", {}, json.dumps(body).encode())


def mailgun_event(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "event": kind, "timestamp": SENT + 0.5, "id": "id-1", "user-variables": {"openvisit_key": KEY},
        "message": {
            "headers": {"message-id": "event.person@clinic.example", "from": ORIGIN}, "attachments": [], "size": 1
        },
        **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("event", "status", "dead"),
    [
        (mailgun_event("delivered"), "delivered", False),
        (mailgun_event("failed", severity="permanent", reason="bounce"), "bounced", True),
        (mailgun_event("failed", severity="permanent", reason="old"), "bounced", False),
        (mailgun_event("complained"), "complained", True),
        (mailgun_event("unsubscribed"), "unsubscribed", False),
        (mailgun_event("rejected"), "failed", False),
    ],
)  # fmt: skip
async def test_what_mailgun_tells(event: dict[str, Any], status: str, dead: bool) -> None:
    hooks, call = MailgunHooks("signing key"), mailgun_call(event)
    await hooks.verify(call, NOW)
    (told,) = await hooks.read(call)
    assert (told.status, told.address_is_dead, told.key) == (status, dead, KEY)
    assert told.message_id == "event.person@clinic.example"


async def test_what_mailgun_tries_again_is_no_news() -> None:
    hooks = MailgunHooks("signing key")
    for event in (mailgun_event("failed", severity="temporary"), mailgun_event("opened"), mailgun_event("made up")):
        assert await hooks.read(mailgun_call(event)) == []


async def test_one_signature_of_mailguns_is_one_fact() -> None:
    """The rest of the body is not signed: another one under the same signature has the same id."""
    hooks = MailgunHooks("signing key")
    (told,) = await hooks.read(mailgun_call(mailgun_event("delivered")))
    (other,) = await hooks.read(mailgun_call(mailgun_event("complained", id="id-2")))
    assert told.id == other.id == "t" * 50


async def test_a_call_of_mailguns_that_is_too_old_or_not_its_own_is_forged() -> None:
    hooks = MailgunHooks("signing key")
    event = mailgun_event("delivered")
    for forged in (mailgun_call(event, key="another"), mailgun_call(event, sent=SENT - 50_000), Call("", {}, b"{}")):
        with pytest.raises(Forged):
            await hooks.verify(forged, NOW)


@pytest.mark.parametrize(
    "event", [None, [], {"event": "delivered"}, {"event": "delivered", "message": "x", "timestamp": "x"},
              mailgun_event("delivered", timestamp=1e300), mailgun_event("delivered", message={"headers": {}})]
)  # fmt: skip
async def test_what_is_malformed_is_a_value_error(event: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        await MailgunHooks("signing key").read(mailgun_call(event))
