"""Who a token belongs to: asked by every way in, answered by the feature that signs people in."""

from collections.abc import Sequence
from typing import Protocol

from openvisit.core.permissions import Actor


class Authenticator(Protocol):
    """Tells who a token belongs to."""

    async def actor(self, token: str) -> Actor:
        """The person behind the access token.

        Errors: Unauthenticated.
        """
        ...

    async def again(self, actor: Actor) -> Actor:
        """The actor as they are now, while the session or the app's token that they came by is good.

        Asks the database, and does not count as using the session. Errors: Unauthenticated.
        """
        ...

    def topics(self, actor: Actor) -> Sequence[str]:
        """The live topics that say when `again` may answer something else."""
        ...
