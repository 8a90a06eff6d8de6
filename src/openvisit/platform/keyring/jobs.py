"""Background work of the keyring: keeping the key file as the keyring is."""

import asyncio
from pathlib import Path

import procrastinate
from procrastinate import RetryStrategy

from openvisit.platform import log
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.keyring import key_file

_logger = log.get("keyring")


def blueprint(*, vault: Vault, clock: Clock, path: Path) -> procrastinate.Blueprint:
    """The task `keyring:write_key_file`: after each shredding, and every night for those who came that day."""
    tasks = procrastinate.Blueprint()

    # For as long as it takes: until it is written, the old file still has the key that was shredded.
    @tasks.periodic(cron="17 3 * * *")
    @tasks.task(name="write_key_file", queueing_lock="keyring:write_key_file", retry=RetryStrategy(wait=60))
    async def write_key_file(timestamp: int = 0) -> None:
        count = await asyncio.to_thread(key_file.write, vault, path, clock())
        _logger.info("key file written", keys=count)

    return tasks
