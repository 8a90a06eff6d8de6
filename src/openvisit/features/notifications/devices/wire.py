"""Wire types of push subscriptions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

_Endpoint = Annotated[str, msgspec.Meta(min_length=10, max_length=2000, pattern="^https?://")]
_P256dh = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{87}=?$")]
_Auth = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{22}(==)?$")]
_Token = Annotated[str, msgspec.Meta(min_length=16, max_length=2000, pattern="^[!-~]+$")]


class PushKey(msgspec.Struct):
    """The key that browsers subscribe for (`applicationServerKey`), base64url."""

    key: str


class BrowserKeys(msgspec.Struct):
    """What to encrypt for, as `PushSubscription.toJSON()` has it."""

    p256dh: _P256dh
    auth: _Auth


class NewPushSubscription(msgspec.Struct, kw_only=True):
    """A browser's `endpoint` and `keys`, or a native app's FCM `token`."""

    endpoint: _Endpoint | None = None
    keys: BrowserKeys | None = None
    token: _Token | None = None


class PushSubscriptionRef(msgspec.Struct, kw_only=True):
    """Which one: by the browser's endpoint, or the app's token."""

    endpoint: _Endpoint | None = None
    token: _Token | None = None


class PushDevice(msgspec.Struct, kw_only=True):
    """Somewhere that push messages go; `here` marks the one of this session."""

    id: UUID
    kind: str
    device: str
    created_at: datetime
    here: bool


class PushDevices(msgspec.Struct):
    """All of a person's."""

    items: list[PushDevice]
