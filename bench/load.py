"""A small HTTP/1.1 load generator: one process, keep-alive connections, every request prepared beforehand.

It costs a few tens of microseconds a request, so that on two cores the server and PostgreSQL get the rest.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import uvloop


@dataclass
class Result:
    """What came of a run: latencies in seconds by status, and how long the run took."""

    seconds: float
    latencies: dict[int, list[float]] = field(default_factory=dict)

    @property
    def answers(self) -> Counter[int]:
        """How many answers had each status."""
        return Counter({status: len(found) for status, found in self.latencies.items()})

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return sum(self.answers.values()) / self.seconds

    def percentile(self, share: float, status: int | None = None) -> float:
        """Milliseconds under which that share of the answers (with the status) came."""
        found = sorted(v for s, vs in self.latencies.items() for v in vs if status in (None, s))
        return found[min(len(found) - 1, int(share * len(found)))] * 1000 if found else float("nan")


def request(method: str, path: str, *, token: str = "", body: bytes = b"", headers: str = "") -> bytes:
    """One request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return ("\r\n".join([*lines, *([headers] if headers else [])]) + "\r\n\r\n").encode() + body


def run(port: int, requests: Iterator[bytes], *, clients: int, seconds: float) -> Result:
    """Send requests one after the other on each of `clients` connections until the time or the requests are over."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        return loop.run(_run(port, requests, clients, seconds))


async def _run(port: int, requests: Iterator[bytes], clients: int, seconds: float) -> Result:
    result = Result(0.0)
    begun = time.perf_counter()
    until = begun + seconds
    await asyncio.gather(*(_client(port, requests, until, result) for _ in range(clients)))
    result.seconds = time.perf_counter() - begun
    return result


async def _client(port: int, requests: Iterator[bytes], until: float, result: Result) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    clock = time.perf_counter
    while (sent := clock()) < until and (message := next(requests, None)) is not None:
        writer.write(message)
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        await reader.readexactly(_length(head))
        result.latencies.setdefault(status, []).append(clock() - sent)
    writer.close()


def _length(head: bytes) -> int:
    lowered = head.lower()
    at = lowered.find(b"content-length:")
    return int(lowered[at + 15 : lowered.index(b"\r", at)]) if at >= 0 else 0
