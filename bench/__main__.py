"""`script/bench`: measure everything in one run and write `bench/REPORT.md`."""

import argparse
import asyncio
import itertools
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import cost, first_frame, load, measure, reminders, sign_in, startup, waiting_room, world
from bench.report import Report, into, into_aims
from openvisit.platform.principal import SYSTEM, become

MOST_SLOTS = 200_000
HOT_SLOTS = 4_000
REPORT = Path(__file__).parent / "REPORT.md"


def main() -> None:
    """Seed, measure, write."""
    become(SYSTEM)  # what the bench does itself; each request is nobody's until it is known whose it is
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--providers", type=int, default=1000)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seconds", type=int, default=10, help="length of each measurement")
    parser.add_argument(
        "--only",
        choices=list(ONLY),
        help="measure this part alone, and put it into the report",
    )
    parser.add_argument("--sockets", type=int, default=5000, help="idle sockets of waiting rooms")
    options = parser.parse_args()
    if options.only:
        ONLY[options.only](options)
        return
    report = Report(options.providers, options.days, options.seconds)
    with _seeded(options) as (url, folder):
        spent = _measure(url, folder, report, options.seconds)
    print("Starting `openvisit up` twice", flush=True)
    with tempfile.TemporaryDirectory(prefix="ov-bench-") as name:
        report.startup = startup.measure(Path(name))
    report.write(REPORT)
    _only_first_frame(options)
    _only_waiting_rooms(options)
    _keep(spent.lines(), cost.BEGIN)
    print("bench/REPORT.md is written", flush=True)


def _measure(url: str, folder: Path, report: Report, seconds: int) -> cost.Cost:
    slots = world.free_slots(url, 7)[:MOST_SLOTS]
    people = world.patients(url)
    seated = world.seats(url, slots, people)
    half = len(slots) // 2
    world.limit_slots(url, slots[:half], people, seated)
    bookings = _by_whom(url, folder, slots[half:], people, seated[half:])
    tokens = list({token for _, token in bookings})
    at_one = Counter(slot.provider_id for slot, _ in bookings).most_common(1)[0][0]
    hot = [slot for slot, _ in bookings if slot.provider_id == at_one]
    rest = [(slot, token) for slot, token in bookings if slot.provider_id != at_one]
    posts = _bookings(rest[:-HOT_SLOTS])
    for clients in (1, 8, 32):
        _say(f"(a) limit, {clients} clients")
        report.limits.append(measure.limit(url, clients, seconds, folder))
    with measure.serving(url, folder) as server:
        load.run(server.port, itertools.islice(posts, 3000), clients=8, seconds=60)
        for clients in (1, 8, 32):
            _say(f"(b) bookings, {clients} clients")
            before = server.cpu(folder)
            found = load.run(server.port, posts, clients=clients, seconds=seconds)
            report.add("booking", clients, found, server.cpu(folder).shares(before, found.seconds))
        profiler = measure.profile(server.web_pid, 5, folder)
        load.run(server.port, posts, clients=32, seconds=6)
        if profiler:
            profiler.wait()
        report.profile = measure.profile_shares(folder)
        _contention(server, url, report, hot, [slot for slot, _ in rest[-HOT_SLOTS:]], tokens, seconds)
        _reads(server, folder, report, slots, seconds)
        _say("(f) reads while people sign in")
        addresses = asyncio.run(sign_in.accounts(url, folder, people))
        report.sign_in = sign_in.run(server, addresses, _providers(slots), seconds)
    _say("(j) what a booking costs PostgreSQL")
    spent = cost.run(url, folder, posts)
    report.reminders = asyncio.run(reminders.run(url, folder, _say))
    _say("(a) limit again, 32 clients")
    report.limits.append(measure.limit(url, 32, seconds, folder))
    report.overlaps = measure.overlaps(url)
    return spent


@contextmanager
def _seeded(options: argparse.Namespace, days: int | None = None) -> Iterator[tuple[str, Path]]:
    """The URL of a database like the whole run's, and a folder."""
    with tempfile.TemporaryDirectory(prefix="ov-bench-") as name:
        print("Seeding a database of its own", flush=True)
        with world.database(Path(name), options.providers, days or options.days) as url:
            yield url, Path(name)


def _keep(lines: list[str], begin: str) -> None:
    print("\n".join(lines), flush=True)
    into(REPORT, lines, begin)


def _only_sign_in(options: argparse.Namespace) -> None:
    with _seeded(options) as (url, folder), measure.serving(url, folder) as server:
        addresses = asyncio.run(sign_in.accounts(url, folder, world.patients(url)))
        found = sign_in.run(server, addresses, _providers(world.free_slots(url, 7)), options.seconds)
    _keep(found.lines(), sign_in.BEGIN)


def _only_booking_cost(options: argparse.Namespace) -> None:
    with _seeded(options) as (url, folder):
        slots, people = world.free_slots(url, 7)[:MOST_SLOTS], world.patients(url)
        bookings = _by_whom(url, folder, slots, people, world.seats(url, slots, people))
        found = cost.run(url, folder, _bookings(bookings))
    _keep(found.lines(), cost.BEGIN)


def _only_first_frame(_options: argparse.Namespace) -> None:
    _keep(first_frame.run(first_frame.chromium()).lines(), first_frame.BEGIN)


def _only_reminders(options: argparse.Namespace) -> None:
    with _seeded(options) as (url, folder):
        found = asyncio.run(reminders.run(url, folder, _say))
    _keep(found.lines(), reminders.BEGIN)
    into_aims(REPORT, found.aims())


def _only_waiting_rooms(options: argparse.Namespace) -> None:
    with _seeded(options, days=2) as (url, folder), measure.serving(url, folder) as server:
        found = [asyncio.run(waiting_room.rooms(url, server, options.sockets, _say))]
    found.append(asyncio.run(waiting_room.bare(options.sockets, _say)))
    _keep(waiting_room.lines(found), waiting_room.BEGIN)
    into_aims(REPORT, waiting_room.aims(found))


ONLY: dict[str, Callable[[argparse.Namespace], None]] = {
    "sign-in": _only_sign_in,
    "booking-cost": _only_booking_cost,
    "reminders": _only_reminders,
    "first-frame": _only_first_frame,
    "waiting-rooms": _only_waiting_rooms,
}


def _by_whom(
    url: str, folder: Path, slots: list[world.FreeSlot], people: list[world.Patient], seated: list[int]
) -> list[tuple[world.FreeSlot, str]]:
    """Each slot with the token of the patient who shall book it."""
    tokens = asyncio.run(measure.tokens(url, folder, people))
    return [(slot, tokens[seat]) for slot, seat in zip(slots, seated, strict=True)]


def _providers(slots: list[world.FreeSlot]) -> list[str]:
    return list({str(slot.provider_id) for slot in slots})


def _contention(
    server: measure.Server,
    url: str,
    report: Report,
    at_one: list[world.FreeSlot],
    slots: list[world.FreeSlot],
    tokens: list[str],
    seconds: int,
) -> None:
    deadlocks = measure.deadlocks(url)
    everybody = itertools.cycle(tokens)
    _say("(c) 32 clients after one slot at a time")
    each = ((slot, next(everybody)) for slot in slots for _ in range(40))
    report.add("hot slot", 32, load.run(server.port, _bookings(each), clients=32, seconds=seconds), "")
    _say("(c) 32 clients at one provider")
    again = ((slot, next(everybody)) for slot in itertools.cycle(at_one))
    report.add("hot provider", 32, load.run(server.port, _bookings(again), clients=32, seconds=seconds), "")
    report.deadlocks = measure.deadlocks(url) - deadlocks


def _reads(server: measure.Server, folder: Path, report: Report, slots: list[world.FreeSlot], seconds: int) -> None:
    providers = _providers(slots)
    first = datetime.now(UTC).date() + timedelta(days=1)
    for name, days in (("day", 1), ("week", 7), ("month", 31)):
        for clients in (8, 32) if name == "week" else (32,):
            _say(f"(d) slots of a {name}, {clients} clients")
            query = f"from={first}&to={first + timedelta(days=days - 1)}&mode=telehealth&time_zone=America/New_York"
            paths = (f"/api/providers/{p}/slots?{query}" for p in itertools.cycle(providers))
            _read(server, folder, report, f"slots {name}", paths, clients, seconds)
    for clients in (1, 8, 32):
        _say(f"(e) first free of all providers, {clients} clients")
        paths = itertools.repeat("/api/providers?sort=next_free&limit=20&mode=telehealth")
        _read(server, folder, report, "first free", paths, clients, seconds)


def _read(
    server: measure.Server,
    folder: Path,
    report: Report,
    name: str,
    paths: Iterator[str],
    clients: int,
    seconds: int,
) -> None:
    requests = (load.request("GET", path) for path in paths)
    load.run(server.port, itertools.islice(requests, 500), clients=clients, seconds=10)
    before = server.cpu(folder)
    found = load.run(server.port, requests, clients=clients, seconds=seconds)
    report.add(name, clients, found, server.cpu(folder).shares(before, found.seconds))


def _bookings(wanted: Iterable[tuple[world.FreeSlot, str]]) -> Iterator[bytes]:
    for slot, token in wanted:
        yield load.request(
            "POST", "/api/appointments", token=token, body=world.body(slot), headers=world.idempotency_header()
        )


def _say(words: str) -> None:
    print("  ", words, flush=True)


main()
