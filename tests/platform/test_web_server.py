"""The server's own settings against those who speak HTTP badly on purpose: slowly, endlessly, in two ways at once."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from openvisit.settings import Settings
from tests.support.application import Application
from tests.support.servers import WebServer, web_servers

HOST = b"Host: 127.0.0.1\r\n"
SMUGGLED = b"GET /api/smuggled HTTP/1.1\r\n" + HOST + b"\r\n"
LOGIN = b"POST /api/auth/login HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"

AMBIGUOUS = {
    "length and chunks": LOGIN + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunks and length": LOGIN + b"Transfer-Encoding: chunked\r\nContent-Length: 60\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two lengths": LOGIN + b"Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}" + SMUGGLED,
    "two lengths in one": LOGIN + b"Content-Length: 2, 60\r\n\r\n{}" + SMUGGLED,
    "a signed length": LOGIN + b"Content-Length: +2\r\n\r\n{}" + SMUGGLED,
    "a blank before the colon": LOGIN + b"Content-Length : 60\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
    "a folded header": LOGIN + b"Transfer-Encoding:\r\n chunked\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
    "chunked twice": LOGIN + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "an unknown coding": LOGIN + b"Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
    "a chunk size out of bounds": LOGIN + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + SMUGGLED,
    "a bare line feed in a header": LOGIN + b"X-A: b\nContent-Length: 60\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
    "a NUL in a header": LOGIN + b"X-A: \x00\r\nContent-Length: 2\r\n\r\n{}",
    "an HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no host name": b"GET /health/live HTTP/9.9\r\n\r\n",
}


@pytest.fixture(scope="module")
async def server(module_settings: Settings) -> AsyncIterator[WebServer]:
    """A real server that waits two seconds for headers."""
    async with web_servers(replace(module_settings, header_timeout_seconds=2), 1) as (server,):
        yield server


async def say(server: WebServer, told: bytes, *, seconds: float = 5.0) -> bytes:
    """Send bytes and read until the server closes, or falls silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    answer = b""
    try:
        writer.write(told)
        async with asyncio.timeout(seconds):
            while more := await reader.read(65_536):
                answer += more
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    return answer


async def test_no_request_is_smuggled_in_another(server: WebServer) -> None:
    answers = await asyncio.gather(*(say(server, told, seconds=4) for told in AMBIGUOUS.values()))
    for name, answer in zip(AMBIGUOUS, answers, strict=True):
        statuses = [line.split()[1] for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
        # The request inside the body would be the second answer, 404.
        assert b"404" not in statuses, (name, answer)
        assert len(statuses) <= 1 or statuses[0] in (b"401", b"422"), (name, answer)
    assert server.alive()


async def test_headers_that_never_end_are_not_waited_for(server: WebServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /health/live HTTP/1.1\r\n" + HOST)
    began = time.monotonic()
    closed = asyncio.create_task(reader.read())
    for n in range(200):
        if closed.done():
            break
        try:
            writer.write(b"X-%d: a\r\n" % n)
            await writer.drain()
        except ConnectionError:
            break
        await asyncio.sleep(0.1)
    await asyncio.gather(closed, return_exceptions=True)
    assert time.monotonic() - began < 15, "two seconds are allowed, drop by drop or not"
    writer.close()


async def test_many_slow_callers_do_not_keep_others_out(server: WebServer) -> None:
    slow = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(200)]
    for _, writer in slow:
        writer.write(b"GET / HTTP/1.1\r\nX-Slow")
    quick = await say(server, b"GET /health/live HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert quick.startswith(b"HTTP/1.1 200")
    for _, writer in slow:
        writer.close()


async def test_headers_without_end_are_refused(server: WebServer) -> None:
    answer = await say(server, b"GET /health/live HTTP/1.1\r\n" + HOST + b"X-A: " + b"a" * 1_000_000 + b"\r\n\r\n")
    assert not answer.startswith(b"HTTP/1.1 2")
    answer = await say(server, b"GET /health/live HTTP/1.1\r\n" + HOST + b"X-A: b\r\n" * 5_000 + b"\r\n")
    assert not answer.startswith(b"HTTP/1.1 2")
    assert server.alive()


async def test_a_body_that_never_comes_is_given_up(settings: Settings, app: Application) -> None:
    async with web_servers(replace(settings, request_timeout_seconds=1), 1) as (server,):
        answer = await say(server, LOGIN + b"Content-Length: 50\r\n\r\n{", seconds=10)
        assert answer.startswith(b"HTTP/1.1 503")
