"""`openvisit seed`: a believable clinic group to try things on, or a large one to measure with."""

import argparse

from openvisit.cli.installation import local_settings, with_database
from openvisit.platform.principal import SETTING, SYSTEM


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--demo", action="store_true", help="the clinic group with the demo accounts (default)")
    parser.add_argument("--if-empty", action="store_true", help="do nothing when people are already in it")
    parser.add_argument("--providers", type=int, help="make this many providers more, for measuring")
    parser.add_argument("--days", type=int, default=60, help="days of openings for those (default: 60)")


def run(options: argparse.Namespace) -> int:
    """Fill the database, which must be migrated; prints what it made."""
    import psycopg

    from openvisit.seed import demo, many

    with with_database(local_settings()) as settings:
        if options.if_empty:
            with psycopg.connect(settings.database_url, options=f"-c {SETTING}={SYSTEM.text}") as connection:
                if connection.execute("SELECT FROM person LIMIT 1").fetchone() is not None:
                    print("people are in it already: left as it is")
                    return 0
        if options.providers:
            many(settings, providers=options.providers, days=options.days, say=_say)
        if options.demo or not options.providers:
            demo(settings, say=_say)
    return 0


def _say(words: str) -> None:
    print(words, flush=True)
