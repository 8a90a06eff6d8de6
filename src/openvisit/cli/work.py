"""`openvisit work`: the worker that runs background jobs, or one consumer of the broker's events with its jobs."""

import argparse
import asyncio
from contextlib import nullcontext

from openvisit.cli.installation import local_settings, with_database
from openvisit.cli.serve import end_with_supervisor
from openvisit.settings import Settings

FINISH_SECONDS = 10.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--queues", help="names of queues, comma-separated (default: all, but a consumer's own)")
    parser.add_argument("--consume", help="take the events of this consumer from the broker: notifications")
    parser.add_argument("--concurrency", type=int, default=10, help="jobs at a time (default: 10)")


def run(options: argparse.Namespace) -> int:
    """Work until SIGINT or SIGTERM; jobs begun get ten seconds to finish, and run again later otherwise."""
    end_with_supervisor()
    import uvloop

    queues = options.queues.split(",") if options.queues else None
    with (
        with_database(local_settings()) as settings,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop,
    ):
        loop.run(_work(settings, queues, options.consume, options.concurrency))
    return 0


async def _work(settings: Settings, given: list[str] | None, consume: str | None, concurrency: int) -> None:
    from openvisit.main.events import consuming
    from openvisit.main.work import queues, worker
    from openvisit.platform import log

    log.configure(settings.log_level, settings.log_format)
    async with worker(settings) as app, consuming(settings, consume) if consume else nullcontext():
        await app.run_worker_async(
            queues=given or queues(settings, consume),
            concurrency=concurrency,
            shutdown_graceful_timeout=FINISH_SECONDS,
            delete_jobs="successful",
        )
