"""Mail by Amazon SES, which takes it as it would go out. What becomes of it is told through a topic of SNS."""

from functools import cached_property
from typing import Any

from openvisit.adapters import aws_calls
from openvisit.adapters.vendor_api import SECONDS
from openvisit.platform.channels import Channel, Message, Taken
from openvisit.platform.mail.mime import as_mime

VENDOR = "ses"


class SesSender:
    """`origin` is the From, of a domain that SES knows as ours; the configuration set says where events go."""

    vendor = VENDOR
    channel: Channel = "email"
    takes_idempotency_key = False

    def __init__(self, origin: str, configuration_set: str = "", *, seconds: float = SECONDS) -> None:
        self.origin = origin
        self._configuration_set = configuration_set
        self._seconds = seconds

    async def send(self, message: Message) -> Taken:
        """Return once SES has accepted it. Errors: Refused, Doubtful."""
        request: dict[str, Any] = {
            "FromEmailAddress": self.origin,
            "Destination": {"ToAddresses": [message.written_address]},
            "Content": {"Raw": {"Data": as_mime(message, self.origin).as_bytes()}},
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        answer = await aws_calls.call(self._client.send_email, **request)
        return Taken(VENDOR, str(answer["MessageId"]))

    async def close(self) -> None:
        """Nothing is kept."""

    @cached_property
    def _client(self) -> Any:
        return aws_calls.client("sesv2", self._seconds)
