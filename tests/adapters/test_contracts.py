"""What we ask of vendors, and what we read of theirs, held against their own descriptions."""

import base64
import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from jsonschema.exceptions import ValidationError

from openvisit.adapters.bird import BirdHooks, BirdSender
from openvisit.adapters.fcm import FcmSender
from openvisit.adapters.mailgun import MailgunHooks, MailgunSender
from openvisit.adapters.sendgrid import SendGridSender
from openvisit.adapters.ses import SesSender
from openvisit.adapters.sns import SnsSender
from openvisit.adapters.twilio import TwilioSms, TwilioVoice
from openvisit.platform.channels import Doubtful, Refused
from tests.adapters import test_aws, test_bird, test_mail_vendors, test_push, test_twilio
from tests.support.contracts import Discovery, OpenApi
from tests.support.vendor_server import Vendor

pytestmark = [pytest.mark.anyio, pytest.mark.shared]


def described(shared: Path, name: str) -> OpenApi:
    return OpenApi(shared / "contracts" / f"{name}.json")


async def test_sendgrid_mail(shared: Path, vendor: Vendor) -> None:
    contract = described(shared, "sendgrid-mail")
    sender = SendGridSender("SG.key", vendor.url, test_mail_vendors.ORIGIN)
    vendor.says(202, b"")
    for message in (test_mail_vendors.mail(), test_mail_vendors.mail(calendar=None, html="", name="")):
        await sender.send(message)
    await sender.close()
    for asked in vendor.asked:
        contract.request(asked, asked.json)
    with pytest.raises(ValidationError):  # the check can fail
        contract.request(asked, {**asked.json, "from": {"email": 7}})


async def test_mailgun_mail(shared: Path, vendor: Vendor) -> None:
    contract = described(shared, "mailgun")
    answer = {"id": "<e.p@clinic.example>", "message": "Queued. Thank you."}
    vendor.says(200, answer)
    sender = MailgunSender("key-1", vendor.url, "mg.clinic.example", test_mail_vendors.ORIGIN)
    await sender.send(test_mail_vendors.mail())
    await sender.close()
    (asked,) = vendor.asked
    mail, form = test_mail_vendors.mime_of(asked)
    contract.request(asked, {**{name: value.decode() for name, value in form.items()}, "message": mail.as_string()})
    contract.answer(asked, 200, answer)
    with pytest.raises(ValidationError):
        contract.request(asked, {"to": "ana@people.example"})


@pytest.mark.parametrize("kind", ["delivered", "complained", "unsubscribed", "rejected", "failed"])
async def test_mailgun_events(shared: Path, kind: str) -> None:
    event = test_mail_vendors.mailgun_event(kind, severity="permanent", reason="bounce")
    described(shared, "mailgun").schema("EventResponse", event)
    (told,) = await MailgunHooks("k").read(test_mail_vendors.mailgun_call(event))
    assert told.key == test_mail_vendors.KEY


async def test_twilio_sms_and_calls(shared: Path, vendor: Vendor) -> None:
    contract = described(shared, "twilio-api")
    vendor.says(201, {"sid": test_twilio.SID})
    account = test_twilio.account(vendor)
    senders = (
        TwilioSms(account, "+15005550006"),
        TwilioSms(account, "MG" + "b" * 32),
        TwilioVoice(account, "+15005550006"),
    )
    sms = test_twilio.text(good_until=test_twilio.NOW.replace(hour=11))
    for sender, message in zip(senders, (sms, sms, test_twilio.call_to(digits="12")), strict=True):
        await sender.send(message)
        await sender.close()
    for asked in vendor.asked:
        contract.request(asked, asked.form)
    with pytest.raises(ValidationError):
        contract.request(vendor.asked[1], {**vendor.asked[1].form, "MessagingServiceSid": "no SID"})


async def test_bird_sms(shared: Path, vendor: Vendor) -> None:
    contract = described(shared, "bird")
    sender = BirdSender("bird-key", vendor.url, "+15557654321")
    accepted = {
        "id": test_bird.SMS_ID, "direction": "outbound", "status": "accepted", "to": "+34600111222",
        "from": "+15557654321", "created_at": "2026-03-01T09:00:00Z",
        "segments": {"count": 1, "encoding": "GSM_7BIT", "characters": 13},
    }  # fmt: skip
    vendor.says(202, accepted)
    await sender.send(test_bird.TEXT)
    refused = test_bird.error("SMSInvalidRecipient")
    vendor.says(422, refused)
    with pytest.raises(Refused):
        await sender.send(test_bird.TEXT)
    await sender.close()
    for asked in vendor.asked:
        contract.request(asked, asked.json)
        contract.answer(asked, 202, accepted)
        contract.answer(asked, 422, refused)
    with pytest.raises(ValidationError):
        contract.request(asked, {"to": "+34600111222"})


EVENTS = {
    "Delivered": {},
    "Undelivered": test_bird.failed("unreachable"),
    "Failed": test_bird.failed("invalid_destination"),
    "Rejected": test_bird.failed("content_rejected"),
    "Expired": test_bird.failed("unreachable"),
    "Received": {"text": "C", "segments": {"count": 1, "encoding": "GSM_7BIT", "characters": 1}},
}


@pytest.mark.parametrize("kind", EVENTS)
async def test_bird_events(shared: Path, kind: str) -> None:
    body = test_bird.event(f"sms.{kind.lower()}", **EVENTS[kind])
    described(shared, "bird").schema(f"EventSMS{kind}", json.loads(body))
    (told,) = await BirdHooks(test_bird.SECRET).read(test_bird.call(body))
    assert told.vendor == "bird"


async def test_fcm_messages(shared: Path, vendor: Vendor) -> None:
    test_push.Google(vendor)
    sender = FcmSender(test_push.account(vendor), vendor.url)
    await sender.send(test_push.push("device-token-1", good_until=test_push.NOW.replace(hour=10)))
    await sender.send(test_push.push("device-token-1"))
    await sender.close()
    contract = Discovery(shared / "contracts/google-fcm.discovery.json")
    _, *sent = vendor.asked
    assert len(sent) == 2
    for asked in sent:
        contract.check("SendMessageRequest", asked.json)
    with pytest.raises(AssertionError, match="not in the description"):
        contract.check("SendMessageRequest", {"message": {"tokens": "x"}})


@pytest.mark.parametrize(
    ("service", "operation", "file"), [("sesv2", "SendEmail", "aws-sesv2"), ("sns", "Publish", "aws-sns")]
)
async def test_aws_calls(
    shared: Path, vendor: Vendor, monkeypatch: pytest.MonkeyPatch, service: str, operation: str, file: str
) -> None:
    test_aws.point_at(monkeypatch, vendor.url)
    given: list[dict[str, Any]] = []
    boto3.setup_default_session()
    session: Any = boto3.DEFAULT_SESSION
    session.events.register(f"provide-client-params.{service}", lambda params, **_: given.append(dict(params)))
    vendor.says(400, {}, **{"x-amzn-errortype": "BadRequestException"})
    senders: list[Any] = [SesSender(test_aws.ORIGIN, "events")]
    if service == "sns":
        senders = [SnsSender("+15005550006"), SnsSender("Clinic"), SnsSender("")]
    for sender in senders:
        with pytest.raises((Refused, Doubtful)):
            await sender.send(test_aws.mail() if service == "sesv2" else test_aws.TEXT)
    model = ServiceModel(json.loads((shared / f"contracts/{file}.botocore.json").read_text()))
    shape = model.operation_model(operation).input_shape
    assert len(given) == len(senders)
    for params in given:
        assert not ParamValidator().validate(params, shape).has_errors()
    assert ParamValidator().validate({"PhoneNumber": 7, "Content": 7}, shape).has_errors()
    if service == "sesv2":
        assert base64.b64decode(vendor.asked[0].json["Content"]["Raw"]["Data"]).startswith(b"From: ")
