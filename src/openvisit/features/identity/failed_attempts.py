"""Attempts to sign in that failed, counted for each account; past a number of them its owner is mailed, once a day.

Somebody who guesses slowly stays below every limit; the owner, who knows that it was not them, is who can tell. An
address without an account costs the same statements and the same job, so that the count tells nobody who has one.
"""

from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.ids import new_id
from openvisit.features.identity.factors.notices import tell_later
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.rate_limits import add, once_in

WORTH_A_MAIL = 10
"""In half a day: more than a person who looks for their password, less than a slow guesser needs."""
FIRST_FACTOR = 1
SECOND_FACTOR = 4
"""Whoever fails at the second factor had the first: three times is enough."""
_WINDOW = int(timedelta(hours=12).total_seconds())
_QUIET = timedelta(days=1)


async def note(db: Database, vault: Vault, person_id: UUID | None, account: str, weight: int, now: datetime) -> None:
    """Count an attempt on the account (an address, or a person's id) that failed; mail its owner when it is time.

    In a transaction of its own, since the one of the attempt is rolled back. A sign-in that succeeds takes nothing
    back: the owner's own would hide a guesser's.
    """
    told = vault.blind_index(f"failed {person_id or account}").hex()
    async with db.transaction() as connection:
        counted = await add(connection, {f"failed:{told}": weight}, window_seconds=_WINDOW, now=now)
        if counted[f"failed:{told}"] >= WORTH_A_MAIL and await once_in(
            connection, f"failed:told:{told}", _QUIET, now=now
        ):
            await tell_later(connection, person_id or new_id(), "sign_in_failed", now)
