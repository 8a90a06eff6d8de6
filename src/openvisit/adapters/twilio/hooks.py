"""What Twilio tells: what became of a message or a call, an SMS that came in, a key that was pressed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from openvisit.adapters.twilio.account import DEAD, OPTED_OUT, VENDOR
from openvisit.adapters.twilio.signature import check
from openvisit.adapters.twilio.words import EMPTY, heard, not_heard
from openvisit.platform.channels import Call, DeliveryReport, DeliveryStatus, InboundText, Reply

_MESSAGE: dict[str, DeliveryStatus] = {"delivered": "delivered", "undelivered": "failed", "failed": "failed"}
_CALL: dict[str, DeliveryStatus] = {
    "completed": "delivered",
    "busy": "failed",
    "no-answer": "failed",
    "canceled": "failed",
    "failed": "failed",
}
Form = dict[str, list[str]]


class TwilioHooks:
    """One address for all of it: the fields tell which."""

    vendor = VENDOR

    def __init__(self, auth_token: str) -> None:
        self._auth_token = auth_token

    async def verify(self, call: Call, now: datetime) -> None:
        """X-Twilio-Signature. It has no time in it: what is told again is known by its id. Errors: Forged."""
        check(self._auth_token, call, _form(call))

    async def read(self, call: Call) -> Sequence[DeliveryReport | InboundText]:
        """One fact at most. Errors: ValueError."""
        form = _form(call)
        if _one(form, "Digits"):
            return _pressed(form, _asked(call))
        if _one(form, "MessageStatus"):
            return _message(form)
        if _one(form, "CallStatus"):
            return _called(form)
        if _one(form, "MessageSid") and "Body" in form:
            return [_text(form)]
        return []

    def reply(self, call: Call) -> Reply:
        """TwiML: goodbye to whoever pressed a key, nothing else."""
        digits, language = _one(_form(call), "Digits"), _query(call, "language")
        if not digits:
            return Reply(EMPTY, "text/xml")
        return Reply(heard(language) if _asks(_asked(call), digits) else not_heard(language), "text/xml")


def _message(form: Form) -> list[DeliveryReport]:
    told = _one(form, "MessageStatus")
    status = _MESSAGE.get(told)
    if status is None:  # queued, sending, sent: on its way
        return []
    sid, code = _needed(form, "MessageSid"), _one(form, "ErrorCode")
    number = int(code) if code.isascii() and code.isdigit() and len(code) < 8 else 0
    if number == OPTED_OUT:
        status = "unsubscribed"
    return [
        DeliveryReport(
            id=f"{sid}.{told}",
            vendor=VENDOR,
            message_id=sid,
            status=status,
            at=datetime.now(UTC),
            reason=str(number or ""),
            address_is_dead=number in DEAD or number == OPTED_OUT,
        )
    ]


def _called(form: Form) -> list[DeliveryReport]:
    told = _one(form, "CallStatus")
    status = _CALL.get(told)
    if status is None:  # queued, ringing, in-progress
        return []
    sid = _needed(form, "CallSid")
    reason = "" if told == "completed" else told
    return [DeliveryReport(f"{sid}.{told}", VENDOR, sid, status, datetime.now(UTC), reason=reason)]


def _pressed(form: Form, asked: str) -> list[InboundText]:
    digits, sid = _one(form, "Digits"), _needed(form, "CallSid")
    if not _asks(asked, digits):
        return []
    # We called: the person is the one at the far end, Twilio's `To`.
    person, ours = _needed(form, "To"), _needed(form, "From")
    return [InboundText(f"{sid}.digits", VENDOR, "voice", person, ours, digits, datetime.now(UTC), answers=sid)]


def _text(form: Form) -> InboundText:
    sid = _needed(form, "MessageSid")
    return InboundText(
        sid, VENDOR, "sms", _needed(form, "From"), _needed(form, "To"), _one(form, "Body"), datetime.now(UTC)
    )


def _form(call: Call) -> Form:
    # Errors of decoding replace what cannot be read; the signature is then wrong.
    return parse_qs(call.body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=200)


def _asked(call: Call) -> str:
    return _query(call, "digits")


def _asks(asked: str, digits: str) -> bool:
    return len(digits) == 1 and digits in asked


def _query(call: Call, name: str) -> str:
    return parse_qs(urlsplit(call.url).query).get(name, [""])[0]


def _one(form: Form, name: str) -> str:
    return form.get(name, [""])[0]


def _needed(form: Form, name: str) -> str:
    value = _one(form, name)
    if not value or len(value) > 64:
        raise ValueError(f"{name} is missing")
    return value
