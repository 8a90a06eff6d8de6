"""What the installation decides about signing in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from openvisit.core.errors import TooManyRequests
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.rate_limits import spend


@dataclass(frozen=True, slots=True)
class SignInRules:
    """`limit_for(address)` is how many attempts a minute one network address has, 0 for no limit at all;
    `refresh_days` the life of a session nobody uses; `secure_cookies` is true where people come by https."""

    limit_for: Callable[[str], int]
    refresh_days: int
    secure_cookies: bool


@dataclass(frozen=True, slots=True)
class Attempts:
    """Counts the attempts of one caller; made at the edge, where the network address is known."""

    db: Database
    vault: Vault
    limit: int
    address: str
    now: datetime

    async def spend(self, kind: str, account: str | None = None) -> None:
        """Count one attempt of this address and, over many addresses, on this account (an e-mail address).

        An account takes 3 minutes' worth in a quarter of an hour: room for a person who tries several passwords,
        none for guessing from many machines. Errors: TooManyRequests.
        """
        if self.limit <= 0:
            return
        await self._spend(kind, "address", self.address, self.limit, 60)
        if account is not None:
            await self._spend(kind, "account", account, self.limit * 3, 900)

    async def spend_refresh(self) -> None:
        """Count one renewal. Each page load makes one, and a clinic may share one address. Errors: TooManyRequests."""
        if self.limit > 0:
            await self._spend("refresh", "address", self.address, self.limit * 20, 60)

    async def code_is_due(self, account: str) -> bool:
        """Count one mailed code; whether the account may have it. Each code can be tried five times, so that this
        is what bounds guessing: 5 codes an hour are 25 guesses in a million."""
        if self.limit <= 0:
            return True
        try:
            await self._spend("code", "account", account, 5, 3600)
        except TooManyRequests:
            return False
        return True

    async def _spend(self, kind: str, whose: str, who: str, limit: int, seconds: int) -> None:
        key = f"{kind}:{whose}:{self.vault.blind_index(f'limit {whose} {who}').hex()}"
        async with self.db.connection() as connection:  # counted even when the attempt itself is rolled back
            await spend(connection, key, limit=limit, window_seconds=seconds, now=self.now)
