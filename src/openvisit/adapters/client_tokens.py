"""Access tokens that a vendor gives to an app by itself, got anew a little before they end."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from openvisit.adapters.vendor_api import Answered, VendorApi, refusal
from openvisit.platform.channels import Doubtful, Refused

_EARLY = timedelta(minutes=5)
_NEVER = datetime.min.replace(tzinfo=UTC)
_UNAUTHORISED = 401


@dataclass(slots=True)
class ClientTokens:
    """`api` is where tokens are got, `path` and `form` what is asked there (RFC 6749, section 4.4, or a vendor's own
    grant)."""

    api: VendorApi
    path: str
    form: dict[str, str] = field(repr=False)
    _token: str = field(default="", repr=False)
    _good_until: datetime = _NEVER

    async def get(self, now: datetime) -> str:
        """The token. Errors: Refused: nothing else was asked yet."""
        if now >= self._good_until:
            answer = await self._ask()
            token, seconds = answer.json.get("access_token"), answer.json.get("expires_in")
            if answer.status != 200 or not isinstance(token, str) or not isinstance(seconds, int):
                # Whatever the status: credentials are a setting, which somebody will put right.
                raise Refused(f"no access token: {refusal(answer, now).reason}", permanent=False)
            self._token, self._good_until = token, now + timedelta(seconds=seconds) - _EARLY
        return self._token

    def forget(self) -> None:
        """Get another next time."""
        self._good_until = _NEVER

    async def _ask(self) -> Answered:
        try:
            return await self.api.post(self.path, data=self.form)
        except Doubtful as error:
            raise Refused(f"no access token: {error.reason}", permanent=False) from None


@dataclass(slots=True)
class SignedInApi:
    """An API that is called with such a token."""

    api: VendorApi
    tokens: ClientTokens

    async def call(self, method: str, path: str, **request: Any) -> Answered:
        """As `VendorApi.call`. A token that the vendor has taken back is got anew once. Errors: Refused, Doubtful."""
        answer = await self._call(method, path, request)
        if answer.status == _UNAUTHORISED:
            self.tokens.forget()
            answer = await self._call(method, path, request)
        return answer

    async def close(self) -> None:
        """Close the connections."""
        await self.api.close()
        await self.tokens.api.close()

    async def _call(self, method: str, path: str, request: dict[str, Any]) -> Answered:
        token = await self.tokens.get(datetime.now(UTC))
        return await self.api.call(method, path, headers={"Authorization": f"Bearer {token}"}, **request)
