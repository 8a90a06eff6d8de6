"""The keys that apps publish at an address of theirs (`jwks_uri`), fetched as whatever somebody else chose."""

import time
from collections import OrderedDict

from joserfc.jwk import KeySet

from openvisit.features.identity.oauth import clients
from openvisit.platform import log
from openvisit.platform.outgoing import Outgoing, OutgoingFailed, OutgoingRefused

KEEP_SECONDS = 600.0
_AGAIN_AFTER = 30.0  # seconds, when a key is not among those known
_MOST_BYTES = 64_000
_SECONDS = 5.0
_MOST = 1_000
_logger = log.get("oauth")


class PublishedKeys:
    """Fetches key sets and remembers them for ten minutes."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self._known: OrderedDict[str, tuple[KeySet | None, float]] = OrderedDict()

    def possible(self, uri: str) -> bool:
        """Whether the address is of a kind that is called at all."""
        try:
            self._outgoing.check_url(uri)
        except OutgoingRefused:
            return False
        return True

    async def of(self, uri: str, kid: str | None) -> KeySet | None:
        """The keys at the address; None when they cannot be had. One that is not known is looked for again."""
        keys, read = self._known.get(uri, (None, float("-inf")))
        age = time.monotonic() - read
        lacks = keys is None or (kid is not None and all(key.kid != kid for key in keys.keys))
        if age > KEEP_SECONDS or (lacks and age > _AGAIN_AFTER):
            keys = await self._read(uri)
            self._known[uri] = keys, time.monotonic()
            self._known.move_to_end(uri)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        return keys

    async def _read(self, uri: str) -> KeySet | None:
        try:
            answer = await self._outgoing.send("GET", uri, largest=_MOST_BYTES, seconds=_SECONDS)
            return clients.key_set(answer.json() if answer.status == 200 else {})
        except (OutgoingFailed, OutgoingRefused, ValueError) as error:
            _logger.warning("an app's keys cannot be had", error=type(error).__name__)
            return None
