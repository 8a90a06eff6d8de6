"""Push to browsers and to native apps at once: the address tells which."""

from openvisit.platform.channels import Channel, Message, Sender, Taken, WebPush


class BothPushes:
    """Two senders as one; what each took is under its own name."""

    vendor = "webpush+fcm"
    channel: Channel = "push"
    origin = ""
    takes_idempotency_key = False

    def __init__(self, *, browsers: Sender, apps: Sender) -> None:
        self._browsers = browsers
        self._apps = apps

    async def send(self, message: Message) -> Taken:
        """As the one whose address it is. Errors: Refused, Doubtful."""
        return await (self._browsers if isinstance(message.address, WebPush) else self._apps).send(message)

    async def close(self) -> None:
        """Close the connections of both."""
        await self._browsers.close()
        await self._apps.close()
