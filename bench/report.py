"""The report: what was measured, beside its limit and the aims."""

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.load import Result
from bench.measure import Limit
from bench.reminders import Aim, Reminders
from bench.sign_in import SignIn
from bench.startup import Startup

AIMS = "## Against the aims"


@dataclass
class Row:
    """One measurement."""

    name: str
    clients: int
    result: Result
    cpu: str


@dataclass
class Report:
    """Everything of one run."""

    providers: int
    days: int
    seconds: int
    limits: list[Limit] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    profile: list[tuple[str, float]] = field(default_factory=list)
    startup: Startup | None = None
    sign_in: SignIn | None = None
    reminders: Reminders | None = None
    deadlocks: int = 0
    overlaps: int = 0

    def add(self, name: str, clients: int, result: Result, cpu: str) -> None:
        """Keep a measurement and say it."""
        self.rows.append(Row(name, clients, result, cpu))
        print(
            f"      {result.per_second:,.0f}/s, p99 {result.percentile(0.99):.1f} ms, {dict(result.answers)}",
            flush=True,
        )

    def row(self, name: str, clients: int) -> Row:
        """The measurement of that name."""
        return next(row for row in self.rows if row.name == name and row.clients == clients)

    def limit_at(self, clients: int) -> float:
        """The limit with so many clients: the mean of those taken before and after."""
        found = [limit.per_second for limit in self.limits if limit.clients == clients]
        return sum(found) / len(found)

    def write(self, path: Path) -> None:
        """Write the report as Markdown."""
        path.write_text(
            "\n".join([*self._head(), *self._tables(), *self._sections(), *self._aims(), *self._why()]) + "\n"
        )

    def _head(self) -> list[str]:
        when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        load = os.getloadavg()[0]
        return [
            "# What OpenVisit does beside what PostgreSQL can do",
            "",
            f"Made by `script/bench` on {when}: {os.cpu_count()} cores ({_processor()}), Python"
            f" {platform.python_version()}, embedded PostgreSQL with default durability, {self.providers:,} providers"
            f" over {self.days} days, {self.seconds} s a measurement, server, database and load on the same cores."
            f" Load average at the end: {load:.1f}. Absolute figures are this machine's; the ratios travel.",
            "",
        ]

    def _tables(self) -> list[str]:
        lines = [
            "## (a) The limit: the booking's statement by pgbench",
            "",
            "| clients | bookings/s | p99 ms |",
            "|---|---|---|",
        ]
        lines += [f"| {one.clients} | {one.per_second:,.0f} | {one.p99:.1f} |" for one in self.limits]
        lines += ["", "## (b) `POST /api/appointments`, each a slot of its own (provider, patient, room)", ""]
        lines += [
            "| clients | bookings/s | of the limit | p50 ms | p95 ms | p99 ms | cores used |",
            "|---|---|---|---|---|---|---|",
        ]
        for row in self._named("booking"):
            booked = row.result.answers[201] / row.result.seconds
            share = booked / self.limit_at(row.clients)
            lines.append(f"| {row.clients} | {booked:,.0f} | {share:.2f} | {_times(row.result)} | {row.cpu} |")
        lines += ["", "## (c) Contention, 32 clients", ""]
        lines += [
            "| | answers/s | won | lost | p99 won ms | p99 lost ms | slowest ms |",
            "|---|---|---|---|---|---|---|",
        ]
        for name in ("hot slot", "hot provider"):
            found = self.row(name, 32).result
            lines.append(
                f"| {name} | {found.per_second:,.0f} | {found.answers[201]:,} | {found.answers[409]:,} |"
                f" {found.percentile(0.99, 201):.1f} | {found.percentile(0.99, 409):.1f} |"
                f" {found.percentile(1.0):.1f} |"
            )
        lines += ["", f"Deadlocks: {self.deadlocks}. Overlapping exclusive claims afterwards: {self.overlaps}."]
        lines += ["", "## (d), (e) Reading", "", "| | clients | answers/s | p50 ms | p95 ms | p99 ms | cores used |"]
        lines += ["|---|---|---|---|---|---|---|"]
        lines += [
            f"| {row.name} | {row.clients} | {row.result.per_second:,.0f} | {_times(row.result)} | {row.cpu} |"
            for row in self.rows
            if row.name.startswith(("slots", "first"))
        ]
        return lines

    def _sections(self) -> list[str]:
        found = (self.sign_in, self.reminders)
        return [line for section in found if section for line in ("", *section.lines())]

    def _named(self, name: str) -> list[Row]:
        return [row for row in self.rows if row.name == name]

    def _aims(self) -> list[str]:
        booking, week, first = (
            self.row("booking", 32).result,
            self.row("slots week", 32).result,
            self.row("first free", 8).result,
        )
        share = booking.answers[201] / booking.seconds / self.limit_at(32)
        slot, provider = self.row("hot slot", 32).result, self.row("hot provider", 32).result
        slowest = max(slot.percentile(1.0), provider.percentile(1.0))
        aims: list[Aim] = [
            ("(b) at 32 clients, of the limit", "0.40, better 0.50", f"{share:.2f}", share >= 0.4),
            (
                "(b) p99 at 32 clients",
                "under 60 ms",
                f"{booking.percentile(0.99):.1f} ms",
                booking.percentile(0.99) < 60,
            ),
            ("(c) deadlocks", "0", str(self.deadlocks), self.deadlocks == 0),
            ("(c) slowest answer", "under 1 s", f"{slowest:.0f} ms", slowest < 1000),
            (
                "(c) losers, p50 against winners",
                "no slower",
                f"{slot.percentile(0.5, 409):.1f} against {slot.percentile(0.5, 201):.1f} ms",
                slot.percentile(0.5, 409) <= slot.percentile(0.5, 201),
            ),
            ("(d) week slots at 32 clients", "1,500/s", f"{week.per_second:,.0f}/s", week.per_second >= 1500),
            ("(d) p99", "under 30 ms", f"{week.percentile(0.99):.1f} ms", week.percentile(0.99) < 30),
            ("(e) p99 at 8 clients", "under 10 ms", f"{first.percentile(0.99):.1f} ms", first.percentile(0.99) < 10),
        ]
        if self.startup:
            memory = sum(self.startup.memory.values())
            aims.append(("memory of `up`, idle, without PostgreSQL", "under 300 MB", f"{memory:.0f} MB", memory < 300))
            aims.append(("second start to ready", "under 5 s", f"{self.startup.second:.1f} s", self.startup.second < 5))
        if self.reminders:
            aims += self.reminders.aims()
        return ["", AIMS, "", "| | aim | measured | |", "|---|---|---|---|", *map(_row, aims)]

    def _why(self) -> list[str]:
        lines = ["", "## What dominates", ""]
        if self.profile:
            lines += ["py-spy over the web process while booking with 32 clients, by whose frame was on top:", ""]
            lines += [f"- {name}: {share:.0%}" for name, share in self.profile]
        if self.startup:
            lines += ["", f"First start with demo data: {self.startup.first:.1f} s. Memory by process (MB resident):"]
            lines += ["", *(f"- {name}: {mb:.0f}" for name, mb in self.startup.memory.items())]
        return lines


def into(path: Path, section: Sequence[str], begin: str) -> None:
    """Put the section into a report that is there, in the place of the one that begins so."""
    before, found, rest = path.read_text().partition(begin)
    after = rest[rest.index("\n## ") + 1 :] if found else AIMS + before.partition(AIMS)[2]
    before = before if found else before.partition(AIMS)[0]
    path.write_text("\n".join([before + "\n".join(section), "", after]))


def into_aims(path: Path, aims: Sequence[Aim]) -> None:
    """Put aims into the table of a report that is there, in the place of those of the same names."""
    before, mark, rest = path.read_text().partition(AIMS)
    names = tuple(f"| {aim[0]} |" for aim in aims)
    lines = [line for line in rest.splitlines() if not line.startswith(names)]
    end = next(at for at, line in enumerate(lines) if line.startswith("|") and not lines[at + 1].startswith("|"))
    path.write_text(before + mark + "\n".join([*lines[: end + 1], *map(_row, aims), *lines[end + 1 :]]) + "\n")


def _row(aim: Aim) -> str:
    name, wanted, found, met = aim
    return f"| {name} | {wanted} | {found} | {'met' if met else '**missed**'} |"


def _times(result: Result) -> str:
    return " | ".join(f"{result.percentile(share):.1f}" for share in (0.5, 0.95, 0.99))


def _processor() -> str:
    said = subprocess.run(["lscpu"], capture_output=True, text=True, check=False).stdout
    return next(
        (line.partition(":")[2].strip() for line in said.splitlines() if line.startswith("Model name")), "unknown"
    )
