"""`openvisit audit`: is the trail what was written? Signing it, and taking out what is older than the law asks for."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from openvisit.cli.installation import local_settings, with_database
from openvisit.core.errors import Invalid


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    doing = parser.add_subparsers(dest="doing", required=True, metavar="verify|checkpoint|prune")
    verify = doing.add_parser("verify", help="walk every chain and name what was changed, removed, put in or reordered")
    verify.add_argument("--checkpoint", type=Path, help="a file of exported checkpoints the chains must agree with")
    verify.add_argument("--recent", action="store_true", help="only what was written since the last checkpoint")
    checkpoint = doing.add_parser("checkpoint", help="verify what is new and sign where every chain ends")
    checkpoint.add_argument("--out", type=Path, help="write all checkpoints to this file: keep it on another machine")
    prune = doing.add_parser("prune", help="take out entries older than the time they must be kept")
    prune.add_argument("--before", required=True, help="a date; entries from before it go")
    for command in (verify, checkpoint, prune):
        command.add_argument(
            "--clinic", action="append", help="name or id of a clinic, or `none`; may be repeated (default: all)"
        )


def run(options: argparse.Namespace) -> int:
    """Do it; 1 when something is not as it was written."""
    with with_database(local_settings()) as settings:
        return asyncio.run(_run(settings, options))


async def _run(settings: Any, options: argparse.Namespace) -> int:
    from openvisit.adapters.master_keys import vault_of
    from openvisit.platform.clock import system_clock
    from openvisit.platform.db import Database
    from openvisit.platform.principal import SYSTEM, become

    become(SYSTEM)
    db = Database(settings.database_url, size=2, as_owner=options.doing == "prune")
    vault, now = vault_of(settings), system_clock()
    vault.load()
    await db.open()
    try:
        clinics = await _clinics(db, options.clinic)
        if options.doing == "verify":
            return await _verify(db, vault, clinics, options)
        if options.doing == "checkpoint":
            return await _checkpoint(db, vault, clinics, options.out, now)
        return await _prune(db, vault, clinics, _day(options.before), settings.audit_retention_years, now)
    finally:
        await db.close()


async def _verify(db: Any, vault: Any, clinics: dict[UUID, str], options: argparse.Namespace) -> int:
    import msgspec

    from openvisit.features.audit.checkpoints import Export
    from openvisit.features.audit.verify import lost_links, verify

    given = []
    if options.checkpoint:
        try:
            given = msgspec.json.decode(options.checkpoint.read_bytes(), type=Export).checkpoints
        except msgspec.DecodeError as error:
            raise Invalid(f"{options.checkpoint} is not a file of checkpoints: {error}") from None
        unknown = {each.clinic for each in given} - clinics.keys() if not options.clinic else set()
        clinics = clinics | {clinic: f"clinic {clinic}" for clinic in unknown}
    broken = 0
    for clinic_id, name in clinics.items():
        line = _Line(name)
        report = await verify(db, vault, clinic_id, given=given, recent=options.recent, tell=line.tell)
        chains = len(report.heads)
        line.end(f"{report.entries} entries in {chains} chain{'s' * (chains != 1)}", report.findings)
        broken += len(report.findings)
    if not options.clinic and not options.recent:
        async with db.connection() as connection:
            for chain in await lost_links(connection):
                broken += 1
                print(f"  removed     chain {chain}: the chain's head is gone, its links are there")
    print("The audit is what was written." if not broken else f"{broken} things are not as they were written.")
    return int(broken > 0)


async def _checkpoint(db: Any, vault: Any, clinics: dict[UUID, str], out: Path | None, now: datetime) -> int:
    from openvisit.features.audit import checkpoints
    from openvisit.features.audit.checking import check

    broken = 0
    for clinic_id, name in clinics.items():
        line = _Line(name)
        report, signed = await check(db, vault, clinic_id, now, recent=True, tell=line.tell)
        state = "signed" if signed else "nothing new" if not report.findings else "not signed"
        line.end(f"{report.entries} new entries, {state}", report.findings)
        broken += len(report.findings)
    if out:
        async with db.connection() as connection:
            content = await checkpoints.export(connection, vault, clinics)
        await asyncio.to_thread(out.write_bytes, content)
        print(f"Checkpoints are in {out}. `openvisit audit verify --checkpoint {out}` compares the trail with them.")
    return int(broken > 0)


async def _prune(db: Any, vault: Any, clinics: dict[UUID, str], before: datetime, years: int, now: datetime) -> int:
    from openvisit.features.audit.cuts import prune
    from openvisit.features.audit.verify import verify

    kept_from = _years_before(now, years)
    if before > kept_from:
        raise Invalid(
            f"Entries are kept for {years} years (AUDIT_RETENTION_YEARS): the latest date is {kept_from:%Y-%m-%d}"
        )
    for clinic_id, name in clinics.items():
        line = _Line(name)
        report = await verify(db, vault, clinic_id, tell=line.tell)
        if report.findings:
            line.end("nothing taken out: the trail is not as it was written", report.findings)
            return 1
        gone = await prune(db, vault, clinic_id, before, now)
        line.end(f"{gone} entries taken out", ())
    return 0


async def _clinics(db: Any, wanted: Sequence[str] | None) -> dict[UUID, str]:
    """The clinics to look at, with their names."""
    from openvisit.features.audit import checkpoints
    from openvisit.platform.db import fetch_all

    async with db.connection() as connection:
        names = {row["id"]: row["name"] for row in await fetch_all(connection, "SELECT id, name FROM clinic")}
        found = {clinic: names.get(clinic, f"clinic {clinic}") for clinic in await checkpoints.clinics(connection)}
    found |= {checkpoints.NO_CLINIC: "no clinic"} if checkpoints.NO_CLINIC in found else {}
    if not wanted:
        return found
    chosen: dict[UUID, str] = {}
    for word in wanted:
        ids = [id_ for id_, name in found.items() if word in (name, str(id_)) or (word == "none" and not id_.int)]
        if not ids:
            raise Invalid(f"There is no clinic {word!r} in the audit")
        chosen |= {id_: found[id_] for id_ in ids}
    return chosen


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise Invalid(f"--before takes a date such as 2020-12-31, not {text!r}") from None


def _years_before(now: datetime, years: int) -> datetime:
    try:
        return now.replace(year=now.year - years)
    except ValueError:  # 29 February
        return now.replace(year=now.year - years, day=28)


class _Line:
    """A clinic's line: turning figures on a terminal, one line elsewhere, and what was found below it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._told = 0.0
        self.tell: Callable[[int, int], None] | None = self._tell if sys.stdout.isatty() else None

    def _tell(self, done: int, total: int) -> None:
        if time.monotonic() - self._told > 0.2:
            self._told = time.monotonic()
            print(f"\r{self._name}: {done} of {total} entries", end="\033[K", flush=True)

    def end(self, words: str, findings: Sequence[Any]) -> None:
        """The outcome."""
        lead = "\r\033[K" if self.tell else ""
        print(f"{lead}{self._name}: {words}{'' if findings else ', all well'}")
        for each in findings:
            where = [f"chain {each.chain}"] * bool(each.chain) + [f"link {each.seq}"] * bool(each.seq)
            where += [f"entry {each.entry}"] * bool(each.entry)
            print(f"  {each.kind:<11} {', '.join(where)}: {each.words}")
