"""Proof of work before public writes: dear for a machine that makes thousands, unnoticed by a person who makes one.

No third party is asked and nobody solves pictures. Past a free allowance, a request is answered 428 with a challenge
(ALTCHA, version 2: find the counter whose PBKDF2 key begins so); the browser works for part of a second and repeats
the request with the solution in the header `Proof-Of-Work`. The work doubles as the caller goes on.
"""

import json
import secrets
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import altcha

from openvisit.core.errors import ProofNeeded
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.rate_limits import count, first_use

Mode = Literal["off", "adaptive", "always"]

HEADER = "proof-of-work"
WINDOW_SECONDS = 600
ALLOWANCE: Mapping[str, int] = {"account": 3, "booking": 10}
"""Requests in ten minutes that are free, by purpose, for one address and for one person."""

LIFE = timedelta(minutes=5)
_ALGORITHM = "PBKDF2/SHA-256"
_COST = 2_000  # iterations a try
_TRIES = 300
_HIGHEST_LEVEL = 5
_LONGEST = 4_000  # characters of a solution


@dataclass(frozen=True, slots=True)
class BotDefence:
    """Asks for proof of work where the mode and the caller's past requests call for it."""

    db: Database
    vault: Vault
    mode: Mode

    async def check(
        self, purpose: str, *, address: str, person: str | None, solution: str | None, now: datetime
    ) -> None:
        """Let the request through, or ask for work.

        `purpose` is a key of `ALLOWANCE`; `person` an id when somebody is signed in.
        Errors: ProofNeeded, with the challenge in its data.
        """
        if self.mode == "off":
            return
        level = await self._level(purpose, address, person, now)
        if level is None or (solution and await self._solved(solution, purpose, level, now)):
            return
        raise ProofNeeded(challenge=self._challenge(purpose, level or 0, now))

    async def _level(self, purpose: str, address: str, person: str | None, now: datetime) -> int | None:
        """How hard the work must be; None for none. Counted in a transaction of its own: a refused call counts too."""
        keys = [self._digest(f"bot {purpose} address {address}")]
        if person is not None:
            keys.append(self._digest(f"bot {purpose} person {person}"))
        async with self.db.connection() as connection:
            uses = max([await count(connection, key, window_seconds=WINDOW_SECONDS, now=now) for key in keys])
        excess = uses - ALLOWANCE[purpose]
        if excess <= 0:
            return 0 if self.mode == "always" else None
        return min(excess // (ALLOWANCE[purpose] * 2), _HIGHEST_LEVEL)

    def _challenge(self, purpose: str, level: int, now: datetime) -> dict[str, Any]:
        least = _TRIES << level
        made = altcha.create_challenge(
            _ALGORITHM,
            _COST,
            counter=least + secrets.randbelow(least),
            expires_at=int((now + LIFE).timestamp()),
            data={"for": purpose, "level": level},
            hmac_secret=self._secret("challenge"),
            hmac_key_secret=self._secret("solution"),
        )
        return made.to_dict()

    async def _solved(self, solution: str, purpose: str, level: int, now: datetime) -> bool:
        if len(solution) > _LONGEST:
            return False
        result = altcha.verify_solution(solution, self._secret("challenge"), hmac_key_secret=self._secret("solution"))
        if not result.verified:
            return False
        # Verified, so the parameters are the ones we signed.
        parameters = json.loads(b64decode(solution))["challenge"]["parameters"]
        until = datetime.fromtimestamp(parameters["expiresAt"], tz=now.tzinfo)
        if parameters["data"]["for"] != purpose or parameters["data"]["level"] < level or until < now:
            return False
        async with self.db.connection() as connection:
            return await first_use(connection, self._digest(f"proof {parameters['nonce']}"), until=until)

    def _secret(self, use: str) -> bytes:
        return self.vault.blind_index(f"proof of work {use}")

    def _digest(self, text: str) -> str:
        return f"bots:{self.vault.blind_index(text).hex()}"
