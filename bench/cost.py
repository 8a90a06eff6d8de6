"""What PostgreSQL spends on one booking, by its own log: for whoever wants it to spend less."""

import itertools
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import load, measure
from openvisit.platform.principal import APP_ROLE

BEGIN = "## (j) What a booking costs PostgreSQL"
BOOKINGS = 400
"""Logged, one after the other."""
PARTS = [
    ("the look (`booking/context.py`), made ready", "bind", r"FROM provider p\n"),
    ("the look (`booking/context.py`), run", "execute", r"FROM provider p\n"),
    ("the write (`booking/write.py`), made ready", "bind", r"INSERT INTO claim"),
    ("the write (`booking/write.py`), run", "execute", r"INSERT INTO claim"),
    ("of it: the jobs (Procrastinate's function and triggers)", "plan", r"WITH inserted_jobs"),
    ("of it: the audit's chain", "plan", r"(FROM|UPDATE) audit_chain|INTO audit_link"),
]
"""Names, and by what the log's entries about each are known: a phase (`plan` is of what runs inside), some text."""
_LOGGED = re.compile(r"duration: ([\d.]+) ms +(bind|execute|plan)[^\n]*:(.*)", re.S)
_PREPARED = {
    "session_preload_libraries": "'auto_explain'",
    "auto_explain.log_nested_statements": "on",
    "auto_explain.log_min_duration": "-1",
}
_LOGGING = {"log_min_duration_statement": "0", "auto_explain.log_min_duration": "0"}


@dataclass(frozen=True)
class Cost:
    """Milliseconds a booking by part: to make ready (bind) and to run; with the second wall and without it."""

    walled: dict[str, float]
    open: dict[str, float]

    def lines(self) -> list[str]:
        """The section of the report."""
        rows = [f"| {part} | {self.walled[part]:.2f} | {self.open[part]:.2f} |" for part in self.walled]
        return [
            BEGIN,
            "",
            "| | ms | ms without row-level security |",
            "|---|---|---|",
            *rows,
            "",
            f"Means of {BOOKINGS} bookings, one after the other, every statement logged, which itself takes time. To "
            "make a statement ready is to set up the plan that is kept for it (`force_generic_plan`), with its tables "
            "and the conditions of the second wall on them. The limit (a) has neither the look nor the wall.",
        ]


def run(url: str, folder: Path, posts: Iterator[bytes]) -> Cost:
    """Book with the second wall as it is, then with the application's role above it."""
    found = []
    for wall in ("NOBYPASSRLS", "BYPASSRLS"):
        with _role(url, wall), _set(url, _PREPARED), measure.serving(url, folder) as server:
            load.run(server.port, itertools.islice(posts, 1000), clients=8, seconds=60)
            with _set(url, _LOGGING):
                before = _log(folder)
                result = load.run(server.port, itertools.islice(posts, BOOKINGS), clients=1, seconds=60)
            assert set(result.answers) == {201}, result.answers
            found.append(_parts(_log(folder)[len(before) :], result.answers[201]))
    return Cost(*found)


def _parts(log: str, bookings: int) -> dict[str, float]:
    spent = {name: 0.0 for name, _, _ in PARTS}
    for entry in re.split(r"\n(?=\S+ \S+ UTC )", log):
        if not (logged := _LOGGED.search(entry)):
            continue
        for name, phase, mark in PARTS:
            if logged[2] == phase and re.search(mark, logged[3]):
                spent[name] += float(logged[1]) / bookings
    return spent


@contextmanager
def _set(url: str, settings: dict[str, str]) -> Iterator[None]:
    with psycopg.connect(url, autocommit=True) as connection:
        for name, value in settings.items():
            connection.execute(f"ALTER SYSTEM SET {name} = {value}")  # type: ignore[call-overload]
        connection.execute("SELECT pg_reload_conf()")
        time.sleep(1)  # every session takes it at its next statement
        try:
            yield
        finally:
            for name in settings:
                connection.execute(f"ALTER SYSTEM RESET {name}")  # type: ignore[call-overload]
            connection.execute("SELECT pg_reload_conf()")


@contextmanager
def _role(url: str, wall: str) -> Iterator[None]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {APP_ROLE} {wall}")  # type: ignore[call-overload]
        try:
            yield
        finally:
            connection.execute(f"ALTER ROLE {APP_ROLE} NOBYPASSRLS")  # type: ignore[call-overload]


def _log(folder: Path) -> str:
    return "".join(path.read_text(errors="replace") for path in sorted(folder.rglob("postgresql-*.log")))
