"""The search for what must be nowhere: not on the wire, not in the database, not in any file of an installation."""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import unquote_to_bytes

import psycopg
from playwright.sync_api import BrowserContext, Error, Page, Request, Route, WebSocket

from openvisit.platform.postgres import running_url
from tests.journeys.installation import Installation

SHORTEST = 6
"""Bytes below which something is found by chance."""

DEEP = 3
"""How many spellings may lie over each other, such as a packed file in base64."""

_TELLS_KEYS = """
(() => {
  const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes.buffer ?? bytes)));
  const subtle = SubtleCrypto.prototype, imported = subtle.importKey;
  subtle.importKey = function (format, key, algorithm, ...rest) {
    const name = algorithm.name ?? algorithm;
    if (format === 'jwk' && key.d) window.tellSecret(key.d);
    if (format === 'raw' && name === 'AES-GCM') window.tellSecret(text(key.slice()));
    return imported.call(this, format, key, algorithm, ...rest);
  };
})();
"""
"""Private keys, and keys of conversations, files and recordings, pass here once before no script can read them."""


class Planted:
    """What is searched for: words that people said, and secret bytes. Words are found in capitals, too."""

    def __init__(self, *words: str) -> None:
        self._spellings: dict[str, tuple[str, list[tuple[str, bytes]]]] = {}
        self.add(*words)

    def __len__(self) -> int:
        return len(self._spellings)

    def add(self, *words: str) -> None:
        """Words to be searched for."""
        for word in words:
            self._take(repr(word), word.encode(), "utf-16-le", "utf-16-be")

    def add_secret(self, *secrets: bytes) -> None:
        """Bytes to be searched for; as people would write them, too."""
        for secret in secrets:
            self._take(f"a secret of {len(secret)} bytes", secret)

    def hears_keys_of(self, context: BrowserContext) -> None:
        """Take in every private key, and every key of a conversation, a file or a recording, that a browser uses."""
        context.expose_binding("tellSecret", lambda _, told: self.add_secret(_from_base64(told)))
        context.add_init_script(_TELLS_KEYS)

    def absent(self, value: bytes, where: str) -> None:
        """Fail where something planted is found, in whatever spelling."""
        assert not (found := self.found(value)), f"{found} {where}"

    def absent_as_it_is(self, value: bytes, where: str) -> None:
        """Fail where something planted is found in its first spelling: for what is large."""
        for name, ((how, spelled), *_) in self._spellings.values():
            assert spelled not in (value.lower() if how in _ANY_CASE else value), f"{name} as {how} {where}"

    def found(self, value: bytes, deep: int = DEEP) -> str:
        """What was found, and in which spelling; nothing when nothing was."""
        lowered, plain64 = value.lower(), value.replace(b"-", b"+").replace(b"_", b"/")
        for name, spellings in self._spellings.values():
            for how, spelled in spellings:
                if spelled in (plain64 if how == "base64" else lowered if how in _ANY_CASE else value):
                    return f"{name} as {how}"
        if deep:
            for how, inner in _inside(value):
                if found := self.found(inner, deep - 1):
                    return f"{found}, {how}"
        return ""

    def _take(self, name: str, raw: bytes, *wide: str) -> None:
        assert len(raw) >= SHORTEST, name
        spellings = [("plain text", raw.lower()), ("hex", raw.hex().encode())] if wide else [("bytes", raw)]
        spellings += [("hex", raw.hex().encode())] * (not wide)
        spellings += [(one, raw.decode().encode(one)) for one in wide]
        spellings += [("base64", _base64_behind(at, raw)) for at in range(3)]
        self._spellings[raw.hex()] = (name, spellings)


_ANY_CASE = ("plain text", "hex")
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_PACKED_64 = re.compile(rb"(?:H4sI|eJ[wyx])[A-Za-z0-9+/_-]{16,}")  # how gzip and zlib begin in base64
_FOLDED = re.compile(rb"=?\r?\n")  # as mails are
_ESCAPED = re.compile(rb"\\+u([0-9a-fA-F]{4})")


def _base64_behind(at: int, raw: bytes) -> bytes:
    """What is the same in base64 whatever stands around it, where it is `at` bytes behind a group's beginning."""
    return base64.b64encode(b"x" * at + raw)[-(-at * 8 // 6) : (at + len(raw)) * 8 // 6]


def _inside(value: bytes) -> Iterator[tuple[str, bytes]]:
    """What lies inside of it: unpacked, and without its escapes."""
    for at in _places(value, b"\x1f\x8b\x08"):
        yield from _unpacked(value[at:], 31, "in gzip")
    if value.startswith(_ZLIB):
        yield from _unpacked(value, 15, "in zlib")
    for packed in _PACKED_64.findall(value):
        with suppress(ValueError):
            yield "in base64", _from_base64(packed.decode())
    if _ESCAPED.search(value):
        yield "escaped as in JSON", _ESCAPED.sub(_unescaped, value).replace(b"\\/", b"/").replace(b'\\"', b'"')
    if (one_line := _FOLDED.sub(b"", value)) != value:
        yield "over several lines", one_line
    if b"%" in value and (plain := unquote_to_bytes(value)) != value:
        yield "escaped as in addresses", plain


def _places(value: bytes, mark: bytes) -> Iterator[int]:
    at = value.find(mark)
    while at >= 0:
        yield at
        at = value.find(mark, at + 1)


def _unpacked(value: bytes, bits: int, how: str) -> Iterator[tuple[str, bytes]]:
    with suppress(zlib.error):
        yield how, zlib.decompressobj(bits).decompress(value, 64 << 20)


def _unescaped(found: re.Match[bytes]) -> bytes:
    return chr(int(found[1], 16)).encode("utf-8", "surrogatepass")


def _from_base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(
        text.replace("+", "-").replace("/", "_").rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
    )


class Wire:
    """Everything that browsers sent and were answered, and every frame of their sockets."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, bytes]] = []
        self.sent: list[str] = []
        """The method and path of every request that had a body."""
        self.answers = 0
        self.sockets: set[str] = set()

    def watch(self, page: Page) -> None:
        """Keep what goes over the wire of a page."""
        page.route("**/*", self._request)  # a body is told of where a request is held up, and nowhere else
        page.on("requestfinished", self._answer)
        page.on("websocket", self._socket)

    def without(self, planted: Planted) -> None:
        """Nothing planted went over it."""
        for where, said in self.seen:
            planted.absent(said, where)

    def _request(self, route: Route) -> None:
        request, body = route.request, route.request.post_data_buffer or b""
        if body:
            self.sent.append(f"{request.method} {request.url}")
        head = json.dumps([request.url, request.headers], ensure_ascii=False).encode()
        self.seen += [(f"in {request.method} {request.url}", said) for said in (head, body)]
        route.continue_()

    def _answer(self, request: Request) -> None:
        if request.resource_type not in ("document", "fetch", "xhr"):
            return
        with suppress(Error):  # the page has gone on to another one
            response = request.response()
            if response is not None:
                said = json.dumps(response.headers).encode() + b"\0" + response.body()
                self.seen.append((f"in the answer to {request.method} {request.url}", said))
                self.answers += 1

    def _socket(self, socket: WebSocket) -> None:
        where = re.sub(r"[0-9a-f-]{36}", "ID", socket.url.partition("/api/")[2])
        self.sockets.add(where)
        for way in ("framesent", "framereceived"):
            socket.on(way, lambda said, way=way: self.seen.append((f"in a {way} of {where}", _bytes(said))))  # type: ignore[misc]


def _bytes(payload: Any) -> bytes:
    return payload if isinstance(payload, bytes) else str(payload).encode()


def no_table_holds(installation: Installation, planted: Planted) -> None:
    """Nothing planted is in any column of any table."""
    for where, value in _columns(installation):
        planted.absent(value, f"in {where}")


def no_file_holds(installation: Installation, planted: Planted) -> None:
    """Nothing planted is in any file: logs, mails, and the database's own, where what was deleted lies on."""
    database = installation.data / "postgres"
    for path in installation.data.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        search = planted.absent_as_it_is if path.is_relative_to(database) else planted.absent
        search(path.read_bytes(), f"in the file {path.relative_to(installation.data)}")


def _columns(installation: Installation) -> Iterator[tuple[str, bytes]]:
    """Every value of every column, one after the other."""
    url = running_url(installation.data / "postgres", "openvisit")
    assert url is not None
    with psycopg.connect(url) as connection:
        columns = connection.execute(
            """SELECT c.table_schema, c.table_name, c.column_name, c.data_type FROM information_schema.columns c
               JOIN information_schema.tables t USING (table_schema, table_name)
               WHERE c.table_schema NOT IN ('pg_catalog', 'information_schema') AND t.table_type = 'BASE TABLE'
               ORDER BY 1, 2, c.ordinal_position"""
        ).fetchall()
        assert ("public", "chat_message", "ciphertext", "bytea") in columns
        for schema, table, column, kind in columns:
            value = f'"{column}"' if kind == "bytea" else f'"{column}"::text'
            query = f'SELECT {value} FROM "{schema}"."{table}" WHERE "{column}" IS NOT NULL'
            rows = connection.execute(query).fetchall()  # type: ignore[call-overload]
            yield f"{table}.{column}", b"\0".join(_bytes(value) for (value,) in rows)
