"""`openvisit retention`: what has been kept long enough, and removing it now instead of tonight."""

import argparse
import asyncio
from typing import Any

from openvisit.cli.installation import local_settings, with_database


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    doing = parser.add_subparsers(dest="doing", required=True, metavar="report|run")
    doing.add_parser("report", help="count what a run would remove; changes nothing")
    doing.add_parser("run", help="remove it, as the worker does every night")


def run(options: argparse.Namespace) -> int:
    """Print a line for each rule and clinic."""
    with with_database(local_settings()) as settings:
        return asyncio.run(_run(settings, options.doing == "run"))


async def _run(settings: Any, remove: bool) -> int:
    from openvisit.features.privacy import retention
    from openvisit.platform.clock import system_clock
    from openvisit.platform.db import Database, fetch_all

    db = Database(settings.database_url, size=2)
    await db.open()
    try:
        done = await (retention.run if remove else retention.report)(db, system_clock())
        async with db.connection() as connection:
            clinics = {row["id"]: row["name"] for row in await fetch_all(connection, "SELECT id, name FROM clinic")}
    finally:
        await db.close()
    for line in done.items:
        of = clinics.get(line.clinic_id, "all clinics")
        print(f"{line.count:8}  {line.rule:<20}  from before {line.before:%Y-%m-%d}  {of}")
    total = sum(line.count for line in done.items)
    print(f"{total} {'removed' if remove else 'would be removed; `openvisit retention run` removes them'}")
    return 0
