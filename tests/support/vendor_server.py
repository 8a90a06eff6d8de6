"""A vendor's server on the loopback: records what it is asked, answers as it is told, or falls silent."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import msgspec


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(), strict_parsing=True).items()}


@dataclass
class Vendor:
    """What it answers next, and what it was asked. `cut`: it closes the connection instead; `silent`: it waits.

    `answers`: status and answer of paths that have one of their own.
    """

    url: str = ""
    status: int = 200
    answer: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    silent: bool = False
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def says(self, status: int, answer: Any = None, **headers: str) -> None:
        """What it answers from now on."""
        self.status, self.answer, self.headers = status, answer, headers

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (asked := await _read(reader)) is not None:
                self.asked.append(asked)
                if self.silent:
                    await asyncio.Event().wait()
                if self.cut:
                    return
                writer.write(self._answered(asked.path))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    def _answered(self, path: str) -> bytes:
        status, answer = self.answers.get(path, (self.status, self.answer))
        body = answer if isinstance(answer, bytes) else msgspec.json.encode(answer)
        kind = {"content-type": "application/json", **{k.replace("_", "-"): v for k, v in self.headers.items()}}
        lines = [
            f"HTTP/1.1 {status} Said",
            *(f"{k}: {v}" for k, v in kind.items()),
            f"content-length: {len(body)}",
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    method, path, _ = first.split(" ")
    return Asked(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))


@asynccontextmanager
async def vendor_server() -> AsyncIterator[Vendor]:
    """It listens while the context is open."""
    vendor = Vendor()
    talks: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.ensure_future(vendor.serve(reader, writer))
        talks.add(talk)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    vendor.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield vendor
    finally:
        server.close()
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
