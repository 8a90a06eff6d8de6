"""How many requests a minute one caller may make, over all processes.

Each process counts in memory, which costs nothing, and tells the others once a second what it counted, in one
statement for all callers. So the limit holds over processes and restarts; what can slip through is what arrives
within that second.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from openvisit.core.errors import Unavailable
from openvisit.platform import log, rate_limits
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database

WINDOW_SECONDS = 60
EXCHANGE_SECONDS = 1.0
_MOST_AT_ONCE = 5_000
_logger = log.get("limits")


@dataclass(slots=True)
class _Uses:
    minute: int
    known: int = 0  # what the table said when it was last asked
    fresh: int = 0  # what was counted here since


class CallerLimit:
    """Counts the requests of callers (network addresses, people) in windows of one minute."""

    def __init__(self, name: str, per_minute: int, clock: Clock, *, most: int = 50_000) -> None:
        self._name = name
        self._limit = per_minute
        self._clock = clock
        self._most = most
        self._uses: OrderedDict[str, _Uses] = OrderedDict()

    def refuses(self, caller: str) -> int:
        """Count one request. Seconds to wait when the caller is over the limit, else 0."""
        if self._limit <= 0:
            return 0
        seconds = int(self._clock().timestamp())
        uses = self._uses.pop(caller, None)
        if uses is None or uses.minute != seconds // WINDOW_SECONDS:
            uses = _Uses(seconds // WINDOW_SECONDS)
        self._uses[caller] = uses
        if len(self._uses) > self._most:
            self._uses.popitem(last=False)
        if uses.known + uses.fresh >= self._limit:
            return WINDOW_SECONDS - seconds % WINDOW_SECONDS
        uses.fresh += 1
        return 0

    async def exchange(self, db: Database, vault: Vault) -> None:
        """Tell the other processes what was counted here, and hear what they counted."""
        now = self._clock()
        minute = int(now.timestamp()) // WINDOW_SECONDS
        told = {
            self._key(caller, vault): (uses, uses.fresh)
            for caller, uses in list(self._uses.items())
            if uses.fresh and uses.minute == minute
        }
        keys = list(told)
        for start in range(0, len(keys), _MOST_AT_ONCE):
            batch = {key: told[key][1] for key in keys[start : start + _MOST_AT_ONCE]}
            async with db.connection() as connection:
                sums = await rate_limits.add(connection, batch, window_seconds=WINDOW_SECONDS, now=now)
            for key, total in sums.items():
                uses, sent = told[key]
                uses.known, uses.fresh = total, uses.fresh - sent

    def _key(self, caller: str, vault: Vault) -> str:
        return f"requests:{self._name}:{vault.blind_index(f'limit {self._name} {caller}').hex()}"


async def keep_exchanging(db: Database, vault: Vault, *limits: CallerLimit) -> None:
    """Exchange counts once a second until cancelled. Without the database each process goes on with its own."""
    while True:
        await asyncio.sleep(EXCHANGE_SECONDS)
        for limit in limits:
            try:
                await limit.exchange(db, vault)
            except Unavailable:
                _logger.warning("counts could not be exchanged")
