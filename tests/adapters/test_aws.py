"""SES and SNS: against moto on the loopback, and what a topic tells, signed as AWS signs."""

import base64
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.policy import default
from typing import Any

import boto3
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from moto.server import ThreadedMotoServer

from openvisit.adapters.ses import SesSender
from openvisit.adapters.sns import SnsHooks, SnsSender
from openvisit.adapters.sns.signature import signed_text
from openvisit.platform.channels import (
    CalendarFile,
    Call,
    DeliveryReport,
    Doubtful,
    Forged,
    InboundText,
    Message,
    Refused,
)
from tests.support.vendor_server import Vendor

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
ORIGIN = "Clínica Sol <visits@clinic.example>"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:mail"
CERTIFICATE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"


def mail(**more: Any) -> Message:
    return Message(**{"key": "e.p", "channel": "email", "address": "ana@people.example", "text": "Mañana",
                      "subject": "Su visita ñ", "html": "<p>Mañana", "written_at": NOW,
                      "calendar": CalendarFile("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), **more})  # fmt: skip


TEXT = Message("r.1", "sms", "+34600111222", "Visita mañana", NOW)


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def point_at(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it remembers credentials
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("SESV2", "SNS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{name}", url)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "eu-central-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "invented")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def moto(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    point_at(monkeypatch, moto_url)
    httpx.post(f"{moto_url}/moto-api/reset").raise_for_status()
    return moto_url


async def test_ses_takes_the_mail_as_it_goes_out(moto: str) -> None:
    boto3.client("sesv2").create_email_identity(EmailIdentity="clinic.example")
    boto3.client("sesv2").create_email_identity(EmailIdentity="visits@clinic.example")
    taken = await SesSender(ORIGIN).send(mail())
    assert taken.vendor == "ses"
    assert taken.message_id
    async with httpx.AsyncClient() as client:
        (kept,) = (await client.get(f"{moto}/moto-api/data.json")).json()["ses"]["RawMessage"]
    parsed: Any = message_from_string(kept["raw_data"], policy=default)
    assert parsed["Message-ID"] == "<e.p@clinic.example>"
    assert set(kept["destinations"]) == {"ana@people.example"}
    kinds = [part.get_content_type() for part in parsed.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "text/calendar"]


async def test_sns_sends_a_transactional_sms(moto: str) -> None:
    taken = await SnsSender("+15005550006").send(TEXT)
    assert (taken.vendor, len(taken.message_id)) == ("sns", 36)


@pytest.mark.parametrize(
    ("status", "code", "permanent"),
    [
        (400, "MessageRejected", True),
        (400, "BadRequestException", True),
        (429, "TooManyRequestsException", False),
        (400, "SendingPausedException", False),
        (400, "MailFromDomainNotVerifiedException", False),
        (403, "AccessDeniedException", False),
        (500, "InternalFailure", False),
    ],
)
async def test_a_refusal_says_whether_to_try_again(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch, status: int, code: str, permanent: bool
) -> None:
    point_at(monkeypatch, vendor.url)
    vendor.says(status, {"message": "ana@people.example is on a list"}, **{"x-amzn-errortype": code})
    with pytest.raises(Refused) as refused:
        await SesSender(ORIGIN, "events").send(mail())
    assert (refused.value.permanent, refused.value.reason) == (permanent, f"refused with {code}")
    assert len(vendor.asked) == 1  # whether to try again is not the library's to say
    assert vendor.asked[0].json["ConfigurationSetName"] == "events"


async def test_no_answer_is_a_doubt_and_no_credentials_a_refusal(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(monkeypatch, vendor.url)
    vendor.silent = True
    with pytest.raises(Doubtful):
        await SnsSender("", seconds=0.3).send(TEXT)
    vendor.silent, vendor.cut = False, True
    with pytest.raises(Doubtful):
        await SnsSender("", seconds=0.3).send(TEXT)
    assert len(vendor.asked) == 2
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("HOME", "/nonexistent")
    with pytest.raises(Refused, match="NoCredentials"):
        await SnsSender("").send(TEXT)


async def test_a_service_that_was_never_reached_has_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    point_at(monkeypatch, "http://127.0.0.1:9")
    with pytest.raises(Refused) as refused:
        await SnsSender("").send(TEXT)
    assert not refused.value.permanent


class Aws:
    """Signs like AWS, and serves its certificate; `fetched` are the addresses that were asked for."""

    def __init__(self, *, ends: timedelta = timedelta(days=90)) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        self._certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(1)
            .not_valid_before(NOW - timedelta(days=300))
            .not_valid_after(NOW + ends)
            .sign(self._key, SHA256())
        )
        self.fetched: list[str] = []
        self.hooks = SnsHooks([TOPIC], self.fetch)

    async def fetch(self, url: str) -> bytes:
        self.fetched.append(url)
        return self._certificate.public_bytes(Encoding.PEM)

    def call(self, *, version: str = "2", **more: Any) -> Call:
        message = {
            "Type": "Notification", "MessageId": "8e3a", "TopicArn": TOPIC, "Message": "{}",
            "Timestamp": "2026-03-01T09:00:00.000Z", "SignatureVersion": version, "SigningCertURL": CERTIFICATE, **more,
        }  # fmt: skip
        digest = SHA256() if version == "2" else SHA1()
        signed = self._key.sign(signed_text(message).encode(), padding.PKCS1v15(), digest)
        message["Signature"] = base64.b64encode(signed).decode()
        return Call("https://visits.example/api/webhooks/sns", {}, json.dumps(message).encode())

    async def told(self, event: Any, **more: Any) -> Any:
        call = self.call(Message=json.dumps(event), **more)
        await self.hooks.verify(call, NOW)
        return await self.hooks.read(call)


MAIL = {"messageId": "0100018f-ses", "timestamp": "2026-03-01T08:59:59.000Z", "destination": ["ana@people.example"]}


@pytest.mark.parametrize(
    ("event", "status", "dead"),
    [
        ({"eventType": "Delivery", "mail": MAIL, "delivery": {"timestamp": MAIL["timestamp"]}}, "delivered", False),
        ({"notificationType": "Bounce", "mail": MAIL, "bounce": {"bounceType": "Permanent"}}, "bounced", True),
        ({"eventType": "Bounce", "mail": MAIL, "bounce": {"bounceType": "Transient"}}, "failed", False),
        ({"eventType": "Complaint", "mail": MAIL, "complaint": {"complaintFeedbackType": "abuse"}}, "complained", True),
        ({"eventType": "Reject", "mail": MAIL, "reject": {"reason": "Bad content"}}, "failed", False),
    ],
)  # fmt: skip
async def test_what_ses_tells_through_its_topic(event: dict[str, Any], status: str, dead: bool) -> None:
    (told,) = await Aws().told(event)
    assert isinstance(told, DeliveryReport)
    assert (told.vendor, told.message_id, told.status, told.address_is_dead) == ("ses", "0100018f-ses", status, dead)
    assert told.id == "8e3a"


async def test_an_sms_that_came_in_is_read() -> None:
    (told,) = await Aws().told(
        {"originationNumber": "+34600111222", "destinationNumber": "+15005550006", "messageBody": "C",
         "inboundMessageId": "cae1", "previousPublishedMessageId": "wdwd"}
    )  # fmt: skip
    assert isinstance(told, InboundText)
    assert (told.sender, told.text, told.id, told.answers) == ("+34600111222", "C", "cae1", "wdwd")


async def test_other_news_is_none() -> None:
    assert await Aws().told({"eventType": "Open", "mail": MAIL}) == []


async def test_a_subscription_of_a_known_topic_is_confirmed_at_aws_and_nowhere_else() -> None:
    aws = Aws()
    url = f"https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336"
    asked = {"Type": "SubscriptionConfirmation", "Token": "2336", "Message": "You have chosen to subscribe"}
    good = aws.call(**asked, SubscribeURL=url)
    await aws.hooks.verify(good, NOW)
    assert await aws.hooks.read(good) == []
    assert aws.fetched == [CERTIFICATE, url]
    elsewhere = aws.call(**asked, SubscribeURL="https://sns.evil.example/?Action=ConfirmSubscription&Token=1")
    await aws.hooks.verify(elsewhere, NOW)
    with pytest.raises(ValueError, match="SubscribeURL"):
        await aws.hooks.read(elsewhere)
    assert aws.fetched == [CERTIFICATE, url]


@pytest.mark.parametrize(
    "url",
    [
        "https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem",
        "http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem",
        "https://evil.example/SimpleNotificationService-1.pem",
        "https://sns.eu-central-1.amazonaws.com@evil.example/SimpleNotificationService-1.pem",
        "https://sns.eu-central-1.amazonaws.com/../evil.pem",
        "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem?x=y",
        "https://bucket.s3.amazonaws.com/SimpleNotificationService-1.pem",
        "",
    ],
)
async def test_a_certificate_from_elsewhere_is_not_even_fetched(url: str) -> None:
    aws = Aws()
    with pytest.raises(Forged, match="certificate"):
        await aws.hooks.verify(aws.call(SigningCertURL=url), NOW)
    assert aws.fetched == []


async def test_a_call_that_is_old_or_not_of_our_topic_or_not_signed_is_forged() -> None:
    aws = Aws()
    good = aws.call()
    await aws.hooks.verify(good, NOW)
    with pytest.raises(Forged, match="too long ago"):
        await aws.hooks.verify(good, NOW + timedelta(days=2))
    with pytest.raises(Forged, match="another topic"):
        await aws.hooks.verify(aws.call(TopicArn="arn:aws:sns:eu-central-1:666:mail"), NOW)
    with pytest.raises(Forged, match="version 2"):
        await aws.hooks.verify(aws.call(version="1"), NOW)
    message = json.loads(good.body)
    for spoiled in (
        {"Message": "{}x"},
        {"Signature": "AAAA"},
        {"Signature": "!"},
        {"Subject": "added"},
        {"Type": "Other"},
    ):
        with pytest.raises(Forged):
            await aws.hooks.verify(Call(good.url, {}, json.dumps({**message, **spoiled}).encode()), NOW)
    expired = Aws(ends=timedelta(days=-1))
    with pytest.raises(Forged, match="not valid now"):
        await expired.hooks.verify(expired.call(), NOW)


async def test_a_certificate_is_fetched_once() -> None:
    aws = Aws()
    for _ in range(3):
        await aws.hooks.verify(aws.call(), NOW)
    assert aws.fetched == [CERTIFICATE]


@pytest.mark.parametrize("inner", ["", "no JSON", "[]", "[1]", '{"eventType": "Bounce"}', '{"originationNumber": 1}'])
async def test_what_is_malformed_is_a_value_error(inner: str) -> None:
    aws = Aws()
    with pytest.raises(ValueError, match=r"\w"):
        await aws.hooks.read(aws.call(Message=inner))
