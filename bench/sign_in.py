"""Slot reads while twenty people sign in, against reads alone, in turn in the same run: hashing must stall nobody."""

import itertools
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import load, measure, world
from openvisit.features.identity import passwords
from openvisit.main.parts import build
from openvisit.platform.db import execute, fetch_one

PEOPLE = 20
READERS = 8
ROUNDS = 3
PASSWORD = "a sentence for the benchmark"
BEGIN = "## (f) Reading slots while people sign in"


@dataclass
class SignIn:
    """What came of it: reads alone, reads beside sign-ins, and the sign-ins, each over all rounds."""

    alone: list[load.Result]
    beside: list[load.Result]
    logins: list[load.Result]

    def lines(self) -> list[str]:
        """The section of the report."""
        rows = [("reads alone", READERS, self.alone), ("reads beside sign-ins", READERS, self.beside)]
        rows.append(("sign-ins", PEOPLE, self.logins))
        lines = [BEGIN, "", "| | clients | answers/s | p50 ms | p95 ms | p99 ms |", "|---|---|---|---|---|---|"]
        for name, clients, results in rows:
            whole = together(results)
            times = " | ".join(f"{whole.percentile(share):.1f}" for share in (0.5, 0.95, 0.99))
            lines.append(f"| {name} | {clients} | {whole.per_second:,.0f} | {times} |")
        alone, beside = (together(one).percentile(0.99) for one in (self.alone, self.beside))
        failed = sum(n for status, n in together(self.logins).answers.items() if status != 200)
        return [
            *lines,
            "",
            f"p99 of reads beside sign-ins: {beside / alone:.2f} times that of reads alone, over {ROUNDS} rounds in"
            f" turn. Sign-ins refused: {failed}. A week's slots by {READERS} readers at full speed, {PEOPLE} people who"
            " sign in without a pause, argon2id at its default price, all on the same cores."
            f" Load average at the end: {os.getloadavg()[0]:.1f}.",
        ]


def together(results: list[load.Result]) -> load.Result:
    """Several runs as one."""
    whole = load.Result(sum(one.seconds for one in results))
    for one in results:
        for status, found in one.latencies.items():
            whole.latencies.setdefault(status, []).extend(found)
    return whole


async def accounts(url: str, folder: Path, people: list[world.Patient]) -> list[str]:
    """The addresses of twenty people, who have a password from now on."""
    parts = build(world.settings(url, folder))
    await parts.db.open()
    hashed = await passwords.hash_of(PASSWORD)
    found = []
    async with parts.db.transaction() as connection:
        for person in people[:PEOPLE]:
            row = await fetch_one(connection, "SELECT email FROM person WHERE id = %(id)s", {"id": person.person_id})
            assert row is not None
            keys = await parts.vault.keys(connection, person.person_id)
            found.append(keys.open(row["email"], "person.email", person.person_id))
            await execute(
                connection,
                "UPDATE person SET password_hash = %(hash)s WHERE id = %(id)s",
                {"hash": hashed, "id": person.person_id},
            )
    await parts.db.close()
    return found


def run(server: measure.Server, addresses: list[str], providers: list[str], seconds: int) -> SignIn:
    """Reads alone and reads beside sign-ins, in turn."""
    found = SignIn([], [], [])
    reads, logins = _reads(providers), _logins(addresses)
    load.run(server.port, itertools.islice(reads, 500), clients=READERS, seconds=10)
    for _ in range(ROUNDS):
        found.alone.append(load.run(server.port, reads, clients=READERS, seconds=seconds))
        signing_in = threading.Thread(
            target=lambda: found.logins.append(load.run(server.port, logins, clients=PEOPLE, seconds=seconds))
        )
        signing_in.start()
        found.beside.append(load.run(server.port, reads, clients=READERS, seconds=seconds))
        signing_in.join()
    return found


def _reads(providers: list[str]) -> Iterator[bytes]:
    first = datetime.now(UTC).date() + timedelta(days=1)
    query = f"from={first}&to={first + timedelta(days=6)}&mode=telehealth&time_zone=America/New_York"
    return (load.request("GET", f"/api/providers/{p}/slots?{query}") for p in itertools.cycle(providers))


def _logins(addresses: list[str]) -> Iterator[bytes]:
    for address in itertools.cycle(addresses):
        body = json.dumps({"email": address, "password": PASSWORD}).encode()
        yield load.request("POST", "/api/auth/login", body=body)
