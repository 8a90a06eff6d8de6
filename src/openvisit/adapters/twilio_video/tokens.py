"""Twilio's access tokens (https://www.twilio.com/docs/iam/access-tokens): a JWT signed with an API key's secret."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import OctKey


@dataclass(frozen=True, slots=True)
class VideoKey:
    """An API key (SK...) of an account (AC...)."""

    account_sid: str
    sid: str
    secret: str = field(repr=False)

    def token(self, room: str, identity: str, *, now: datetime, until: datetime) -> str:
        """A token to enter one room, known by its unique name."""
        claims = {
            "jti": f"{self.sid}-{uuid4().hex}",
            "iss": self.sid,
            "sub": self.account_sid,
            "nbf": int(now.timestamp()),
            "exp": int(until.timestamp()),
            "grants": {"identity": identity, "video": {"room": room}},
        }
        header = {"alg": "HS256", "typ": "JWT", "cty": "twilio-fpa;v=1"}
        return jwt.encode(header, claims, OctKey.import_key(self.secret))
