"""LiveKit's access tokens: a JWT signed with the API key's secret, its grants in the claim `video`.

The keys that frames are encrypted with are never in one: browsers agree on them by themselves.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

_EARLIER = timedelta(seconds=30)  # the media server's clock may be behind ours


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the media server."""

    key: str
    secret: str = field(repr=False)

    def for_server(self, now: datetime, **grants: Any) -> str:
        """A token for one call of ours to the server's API."""
        return self._token("openvisit", now, now + timedelta(minutes=1), grants)

    def for_participant(self, room: str, identity: str, *, leads: bool, now: datetime, until: datetime) -> str:
        """A token to enter one room, publish there and hear the others."""
        grants: dict[str, Any] = {"room": room, "roomJoin": True, "canPublish": True, "canSubscribe": True}
        # Keys go from browser to browser by our own socket; names and pictures are not the server's to know.
        grants |= {"canPublishData": False, "canUpdateOwnMetadata": False}
        return self._token(identity, now, until, grants | ({"roomAdmin": True} if leads else {}))

    def _token(self, identity: str, now: datetime, until: datetime, grants: dict[str, Any]) -> str:
        claims = {
            "iss": self.key,
            "sub": identity,
            "nbf": int((now - _EARLIER).timestamp()),
            "exp": int(until.timestamp()),
            "video": grants,
        }
        return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, OctKey.import_key(self.secret))
