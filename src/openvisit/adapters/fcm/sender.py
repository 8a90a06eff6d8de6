"""Push to the native apps. A device shows a message that came twice once: both have one tag."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from openvisit.adapters.fcm.account import AccessTokens, ServiceAccount
from openvisit.adapters.seconds_left import seconds_left
from openvisit.adapters.vendor_api import SECONDS, Answered, VendorApi, refusal
from openvisit.platform.channels import Channel, Doubtful, Message, Refused, Taken

VENDOR = "fcm"
_FOUR_WEEKS = 2_419_200  # seconds, the longest that FCM keeps a message


class FcmSender:
    """Sends for the project of the service account."""

    vendor = VENDOR
    channel: Channel = "push"
    origin = ""
    takes_idempotency_key = False

    def __init__(self, account: ServiceAccount, url: str, *, seconds: float = SECONDS) -> None:
        self._path = f"/v1/projects/{account.project_id}/messages:send"
        self._api = VendorApi(url, seconds=seconds)
        self._tokens = AccessTokens(account, VendorApi(account.token_uri, seconds=seconds))

    async def send(self, message: Message) -> Taken:
        """Return once FCM has accepted it. Errors: Refused, Doubtful."""
        now = datetime.now(UTC)
        try:
            token = await self._tokens.get(now)
        except Doubtful as error:  # the message itself has not gone out
            raise Refused(f"no access token: {error.reason}", permanent=False) from None
        answer = await self._api.post(
            self._path, json={"message": _body(message)}, headers={"Authorization": f"Bearer {token}"}
        )
        if answer.status != 200:
            raise _refusal(answer, now)
        return Taken(VENDOR, str(answer.json.get("name", "")) or message.key)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()
        await self._tokens.api.close()


def _body(message: Message) -> dict[str, Any]:
    tag = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    android: dict[str, Any] = {"priority": "HIGH", "notification": {"tag": tag}}
    apns: dict[str, Any] = {"headers": {"apns-collapse-id": tag, "apns-priority": "10"}}
    if (seconds := seconds_left(message, least=0, most=_FOUR_WEEKS)) is not None:
        android["ttl"] = f"{seconds}s"
        apns["headers"]["apns-expiration"] = str(int(message.written_at.timestamp()) + seconds)
    return {
        "token": message.written_address,
        "notification": {"title": message.subject, "body": message.text},
        "data": {"link": message.link, "key": message.key},
        "android": android,
        "apns": apns,
    }


def _refusal(answer: Answered, now: datetime) -> Refused | Doubtful:
    error = answer.json.get("error")
    error = error if isinstance(error, dict) else {}
    details = error.get("details")
    codes = [d["errorCode"] for d in details if isinstance(d, dict) and "errorCode" in d] if details else []
    code = codes[0] if codes else error.get("status")
    dead = code in ("UNREGISTERED", "SENDER_ID_MISMATCH")
    if answer.status == 404 and not dead:  # the project, not the device: a setting
        return Refused(f"refused with 404 {code}", permanent=False)
    return refusal(answer, now, code=code, dead=dead)
