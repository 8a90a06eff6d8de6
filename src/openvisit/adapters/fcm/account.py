"""Google's service account, and the access tokens it gets (https://developers.google.com/identity/protocols/oauth2)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
from joserfc import jwt
from joserfc.jwk import RSAKey

from openvisit.adapters.vendor_api import VendorApi, refusal
from openvisit.platform.channels import Refused

_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_EARLY = timedelta(minutes=5)
_NEVER = datetime.min.replace(tzinfo=UTC)


class ServiceAccount(msgspec.Struct, frozen=True):
    """What we need of the JSON file that Google gives for one."""

    project_id: str
    client_email: str
    private_key: str
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - where tokens are got

    @classmethod
    def read(cls, text: str) -> "ServiceAccount":
        """Errors: ValueError, which does not repeat it."""
        try:
            found = msgspec.json.decode(text, type=cls)
            RSAKey.import_key(found.private_key)
        except (msgspec.MsgspecError, ValueError) as error:
            raise ValueError("not the JSON of a service account") from error
        return found


@dataclass(slots=True)
class AccessTokens:
    """The account's access token, got anew a little before it ends."""

    account: ServiceAccount = field(repr=False)
    api: VendorApi
    _token: str = field(default="", repr=False)
    _good_until: datetime = _NEVER

    async def get(self, now: datetime) -> str:
        """The token. Errors: Refused: nothing was sent yet."""
        if now >= self._good_until:
            answer = await self.api.post("", data={"grant_type": _GRANT, "assertion": self._assertion(now)})
            said = answer.json
            token, seconds = said.get("access_token"), said.get("expires_in")
            if answer.status != 200 or not isinstance(token, str) or not isinstance(seconds, int):
                raise Refused(f"no access token: {refusal(answer, now).reason}", permanent=False)
            self._token, self._good_until = token, now + timedelta(seconds=seconds) - _EARLY
        return self._token

    def _assertion(self, now: datetime) -> str:
        claims = {
            "iss": self.account.client_email,
            "scope": _SCOPE,
            "aud": self.account.token_uri,
            "iat": int(now.timestamp()),
            "exp": int(now.timestamp()) + 3600,
        }
        return jwt.encode({"alg": "RS256"}, claims, RSAKey.import_key(self.account.private_key))
