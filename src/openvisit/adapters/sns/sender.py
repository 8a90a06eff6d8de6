"""SMS by Amazon SNS (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html)."""

from functools import cached_property
from typing import Any

from openvisit.adapters import aws_calls
from openvisit.adapters.vendor_api import SECONDS
from openvisit.platform.channels import Channel, Message, Taken

VENDOR = "sns"


class SnsSender:
    """`origin` is a number of the account, a sender name where a country allows one, or empty for AWS's choice."""

    vendor = VENDOR
    channel: Channel = "sms"
    takes_idempotency_key = False

    def __init__(self, origin: str, *, seconds: float = SECONDS) -> None:
        self.origin = origin
        self._seconds = seconds

    async def send(self, message: Message) -> Taken:
        """Return once SNS has accepted it. Errors: Refused, Doubtful."""
        attributes = {"AWS.SNS.SMS.SMSType": _text("Transactional")}
        if self.origin:
            name = "AWS.MM.SMS.OriginationNumber" if self.origin.startswith("+") else "AWS.SNS.SMS.SenderID"
            attributes[name] = _text(self.origin)
        answer = await aws_calls.call(
            self._client.publish,
            PhoneNumber=message.written_address,
            Message=message.text,
            MessageAttributes=attributes,
        )
        return Taken(VENDOR, str(answer["MessageId"]))

    async def close(self) -> None:
        """Nothing is kept."""

    @cached_property
    def _client(self) -> Any:
        return aws_calls.client("sns", self._seconds)


def _text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}
