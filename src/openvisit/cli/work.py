"""`openvisit work`: the worker that runs background jobs."""

import argparse
import asyncio
from typing import Any

from openvisit.cli.installation import local_settings, with_database
from openvisit.cli.serve import end_with_supervisor
from openvisit.settings import Settings

FINISH_SECONDS = 10.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--queues", help="names of queues, comma-separated (default: all)")
    parser.add_argument("--concurrency", type=int, default=10, help="jobs at a time (default: 10)")


def run(options: argparse.Namespace) -> int:
    """Work until SIGINT or SIGTERM; jobs begun get ten seconds to finish, and run again later otherwise."""
    end_with_supervisor()
    import uvloop

    queues = options.queues.split(",") if options.queues else []
    with (
        with_database(local_settings()) as settings,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop,
    ):
        loop.run(_work(settings, queues, options.concurrency))
    return 0


async def _work(settings: Settings, queues: list[str], concurrency: int) -> None:
    from openvisit.main import worker
    from openvisit.platform import log

    log.configure(settings.log_level, settings.log_format)
    which: dict[str, Any] = {"queues": queues} if queues else {}
    async with worker(settings) as app:
        await app.run_worker_async(
            **which,
            concurrency=concurrency,
            shutdown_graceful_timeout=FINISH_SECONDS,
            delete_jobs="successful",
        )
