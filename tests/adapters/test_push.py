"""Web Push against the example of its standard and a push service of ours; FCM against a server of ours."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from openvisit.adapters.both_pushes import BothPushes
from openvisit.adapters.fcm import FcmSender
from openvisit.adapters.fcm.account import ServiceAccount
from openvisit.adapters.webpush import WebPushSender
from openvisit.adapters.webpush.encryption import LONGEST, encrypt
from openvisit.platform.channels import Doubtful, Message, Refused, WebPush
from openvisit.platform.channels.vapid import VapidKey, base64url, from_base64url
from openvisit.platform.outgoing import Outgoing
from tests.support.browser_push import BrowserSubscription
from tests.support.vendor_server import Vendor

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)

# RFC 8291, section 5 and appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
THEIRS = WebPush(
    "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
)
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_encryption_gives_the_bytes_of_the_standards_example() -> None:
    ours = ec.derive_private_key(int.from_bytes(from_base64url(OURS), "big"), ec.SECP256R1())
    assert base64url(encrypt(TEXT, THEIRS, ours=ours, salt=from_base64url(SALT))) == BODY


def test_each_message_has_a_key_and_a_salt_of_its_own() -> None:
    one, other = encrypt(TEXT, THEIRS), encrypt(TEXT, THEIRS)
    assert one[:16] != other[:16]
    assert one[21:86] != other[21:86]


def test_a_message_fits_one_record_or_is_refused() -> None:
    browser = BrowserSubscription("https://push.example/1")
    assert browser.opened(encrypt(b"x" * LONGEST, browser.address)) == b"x" * LONGEST
    assert len(encrypt(b"x" * LONGEST, browser.address)) == 4096
    with pytest.raises(ValueError, match="too long"):
        encrypt(b"x" * (LONGEST + 1), browser.address)


@pytest.mark.parametrize("spoiled", [{"p256dh": "AAAA"}, {"p256dh": "B" + "A" * 86}, {"auth": "AA"}, {"auth": "ñ"}])
def test_keys_that_are_none_are_refused(spoiled: dict[str, str]) -> None:
    given = {"endpoint": THEIRS.endpoint, "p256dh": THEIRS.p256dh, "auth": THEIRS.auth, **spoiled}
    with pytest.raises(ValueError, match=r"\w"):
        encrypt(TEXT, WebPush(**given))


SECRET = VapidKey.make()


async def key() -> VapidKey:
    return VapidKey(SECRET)


def web_push() -> WebPushSender:
    return WebPushSender(key, "mailto:visits@clinic.example", Outgoing(development=True))


def push(address: Any, **more: Any) -> Message:
    return Message(**{
        "key": "r.1", "channel": "push", "address": address, "subject": "Clínica Sol", "text": "Visita a las 14:30",
        "link": "https://visits.example/visits/1", "language": "es", "written_at": NOW, **more,
    })  # fmt: skip


async def test_a_browser_alone_can_read_it_and_the_service_knows_who_sent_it(vendor: Vendor) -> None:
    browser = BrowserSubscription(f"{vendor.url}/send/1")
    vendor.says(201, b"", location=f"{vendor.url}/message/1")
    taken = await web_push().send(push(browser.address, good_until=NOW + timedelta(minutes=10)))
    assert (taken.vendor, taken.message_id) == ("webpush", "r.1")
    (asked,) = vendor.asked
    assert b"Visita" not in asked.body
    told = browser.read(asked.body)
    assert (told["title"], told["body"]) == ("Clínica Sol", "Visita a las 14:30")
    assert (told["link"], told["language"]) == ("https://visits.example/visits/1", "es")
    assert asked.headers["content-encoding"] == "aes128gcm"
    assert asked.headers["ttl"] == "600"
    assert asked.headers["topic"] == told["tag"]
    scheme, token, public = asked.headers["authorization"].replace(",", "").split(" ")
    assert (scheme, public) == ("vapid", f"k={VapidKey(SECRET).public}")
    proved = jwt.decode(token.removeprefix("t="), _public_key(public.removeprefix("k=")), algorithms=["ES256"])
    assert proved.claims["aud"] == vendor.url
    assert proved.claims["sub"] == "mailto:visits@clinic.example"
    assert 0 < proved.claims["exp"] - datetime.now(UTC).timestamp() <= 86_400


def _public_key(text: str) -> ECKey:
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(text))
    return ECKey.import_key(point.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


@pytest.mark.parametrize(
    ("status", "permanent", "dead"),
    [(404, True, True), (410, True, True), (403, True, True), (413, True, False), (429, False, False),
     (500, False, False)],
)  # fmt: skip
async def test_a_refusal_says_whether_anybody_is_there(
    vendor: Vendor, status: int, permanent: bool, dead: bool
) -> None:
    vendor.says(status, b"gone", retry_after="9")
    with pytest.raises(Refused) as refused:
        await web_push().send(push(BrowserSubscription(f"{vendor.url}/send/1").address))
    assert (refused.value.permanent, refused.value.address_is_dead) == (permanent, dead)
    assert refused.value.retry_after == timedelta(seconds=9)


async def test_a_push_service_that_does_not_answer_is_tried_again(vendor: Vendor) -> None:
    vendor.cut = True
    with pytest.raises(Refused) as refused:
        await web_push().send(push(BrowserSubscription(f"{vendor.url}/send/1").address))
    assert not refused.value.permanent


@pytest.mark.parametrize("endpoint", ["https://10.0.0.7/send", "http://push.example/1", "https://u:p@push.example/1"])
async def test_an_endpoint_never_leads_into_our_own_network(endpoint: str) -> None:
    sender = WebPushSender(key, "mailto:v@clinic.example", Outgoing())
    with pytest.raises(Refused) as refused:
        await sender.send(push(BrowserSubscription(endpoint).address))
    assert refused.value.address_is_dead


RSA = rsa.generate_private_key(65537, 2048)
PEM = RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def account(vendor: Vendor) -> ServiceAccount:
    return ServiceAccount("a-project", "sender@a-project.iam.gserviceaccount.com", PEM, f"{vendor.url}/token")


class Google:
    """The two servers of Google's in one: each path answers as it does."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        vendor.answers["/token"] = (200, {"access_token": "ya29.token", "expires_in": 3599, "token_type": "Bearer"})
        self.says(200, {"name": "projects/a-project/messages/1"})

    def says(self, status: int, answer: Any) -> None:
        self.vendor.answers["/v1/projects/a-project/messages:send"] = (status, answer)


@pytest.fixture
def google(vendor: Vendor) -> Google:
    return Google(vendor)


@pytest.fixture
async def fcm(vendor: Vendor) -> AsyncIterator[FcmSender]:
    sender = FcmSender(account(vendor), vendor.url)
    yield sender
    await sender.close()


async def test_fcm_is_told_by_an_account_that_proved_itself_once(google: Google, fcm: FcmSender) -> None:
    for _ in range(2):
        taken = await fcm.send(push("device-token-1", good_until=NOW + timedelta(minutes=10)))
    assert (taken.vendor, taken.message_id) == ("fcm", "projects/a-project/messages/1")
    token, first, second = google.vendor.asked
    assertion = jwt.decode(token.form["assertion"], RSAKey.import_key(PEM), algorithms=["RS256"]).claims
    assert assertion["aud"] == f"{google.vendor.url}/token"
    assert assertion["iss"] == "sender@a-project.iam.gserviceaccount.com"
    assert first.headers["authorization"] == "Bearer ya29.token"
    message = first.json["message"]
    assert message == second.json["message"]
    assert message["token"] == "device-token-1"
    assert message["notification"] == {"title": "Clínica Sol", "body": "Visita a las 14:30"}
    assert message["data"]["link"] == "https://visits.example/visits/1"
    assert message["android"]["ttl"] == "600s"
    assert len(message["apns"]["headers"]["apns-collapse-id"]) <= 64


def google_error(status: str, code: str = "") -> dict[str, Any]:
    kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
    details = [{"@type": kind, "errorCode": code}] if code else []
    return {"error": {"code": 0, "message": "device-token-1", "status": status, "details": details}}


@pytest.mark.parametrize(
    ("status", "error", "permanent", "dead"),
    [
        (404, google_error("NOT_FOUND", "UNREGISTERED"), True, True),
        (403, google_error("PERMISSION_DENIED", "SENDER_ID_MISMATCH"), True, True),
        (400, google_error("INVALID_ARGUMENT", "INVALID_ARGUMENT"), True, False),
        (404, google_error("NOT_FOUND"), False, False),
        (401, google_error("UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"), False, False),
        (429, google_error("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), False, False),
        (503, google_error("UNAVAILABLE", "UNAVAILABLE"), False, False),
        (500, "no object", False, False),
    ],
)
async def test_fcm_says_whether_to_try_again(
    google: Google, fcm: FcmSender, status: int, error: Any, permanent: bool, dead: bool
) -> None:
    google.says(status, error)
    with pytest.raises(Refused) as refused:
        await fcm.send(push("device-token-1"))
    assert (refused.value.permanent, refused.value.address_is_dead) == (permanent, dead)
    assert "device-token" not in refused.value.reason


async def test_without_an_access_token_nothing_was_sent(google: Google, fcm: FcmSender) -> None:
    google.vendor.answers["/token"] = (400, {"error": "invalid_grant"})
    with pytest.raises(Refused) as refused:
        await fcm.send(push("device-token-1"))
    assert not refused.value.permanent
    google.vendor.cut = True
    with pytest.raises(Refused):
        await fcm.send(push("device-token-1"))


async def test_fcm_that_hangs_up_leaves_a_doubt(google: Google, fcm: FcmSender) -> None:
    await fcm.send(push("device-token-1"))
    google.vendor.cut = True
    with pytest.raises(Doubtful):
        await fcm.send(push("device-token-1"))


async def test_both_are_one_sender_by_the_address(google: Google, fcm: FcmSender) -> None:
    both = BothPushes(browsers=web_push(), apps=fcm)
    browser = BrowserSubscription(f"{google.vendor.url}/send/1")
    assert (await both.send(push(browser.address))).vendor == "webpush"
    assert (await both.send(push("device-token-1"))).vendor == "fcm"
    await both.close()


def test_base64url_is_read_strictly() -> None:
    assert from_base64url(base64.urlsafe_b64encode(b"\xfb\xff").rstrip(b"=").decode()) == b"\xfb\xff"
    for text in ("", "a b", "a+b/", "a="):
        with pytest.raises(ValueError, match="base64url"):
            from_base64url(text)
