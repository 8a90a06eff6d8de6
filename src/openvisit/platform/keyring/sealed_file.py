"""A sealed file: any length of bytes under one fresh key, which is wrapped like a data key.

`OVSEAL1\\n`, the length of the head (4 bytes), the head (JSON), then chunks: length (4 bytes), AES-256-GCM ciphertext.
A chunk's nonce is its number and whether it is the last, its associated data the digest of the head: chunks cannot be
left out, added, reordered or moved to another file without being noticed (the construction STREAM of Hoang,
Reyhanitabar, Rogaway and Vizár, 2015).
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"OVSEAL1\n"
CHUNK = 1 << 20
_LARGEST_HEAD = 16 << 20


class FileBroken(ValueError):
    """The file was changed or cut off, or is not one of ours."""


def write(file: BinaryIO, head: dict[str, Any], key: bytes, content: Iterable[bytes]) -> None:
    """Write the head, in the clear, and the content, sealed."""
    written = msgspec.json.encode(head)
    file.write(MAGIC + len(written).to_bytes(4) + written)
    aead, bound = AESGCM(key), hashlib.sha256(written).digest()
    for number, last, chunk in _marked(_even(content)):
        sealed = aead.encrypt(_nonce(number, last), chunk, bound)
        file.write(len(sealed).to_bytes(4) + sealed)


def read_head(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """The head, and the digest that `read` wants; the file stands at its content. Errors: FileBroken."""
    if file.read(len(MAGIC)) != MAGIC:
        raise FileBroken("this is not a sealed file of OpenVisit")
    length = int.from_bytes(file.read(4))
    written = file.read(min(length, _LARGEST_HEAD))
    if len(written) != length:
        raise FileBroken("the sealed file is cut off")
    try:
        return msgspec.json.decode(written, type=dict[str, Any]), hashlib.sha256(written).digest()
    except msgspec.DecodeError:
        raise FileBroken("the head of the sealed file was changed") from None


def read(file: BinaryIO, key: bytes, bound: bytes) -> Iterator[bytes]:
    """The content, piece by piece; pieces come before the end is known to be whole. Errors: FileBroken."""
    aead, number = AESGCM(key), 0
    size = file.read(4)
    while True:
        length = int.from_bytes(size)
        sealed = file.read(length) if length <= CHUNK + 16 else b""
        size = file.read(4)
        try:
            piece = aead.decrypt(_nonce(number, last=not size), sealed, bound)
        except (InvalidTag, ValueError):
            raise FileBroken("the sealed file was changed or is cut off") from None
        yield piece
        if not size:
            return
        number += 1


def fresh_key() -> bytes:
    """A key for one file."""
    return os.urandom(32)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _even(content: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for piece in content:
        waiting += piece
        while len(waiting) >= CHUNK:
            yield bytes(waiting[:CHUNK])
            del waiting[:CHUNK]
    yield bytes(waiting)


def _marked(chunks: Iterable[bytes]) -> Iterator[tuple[int, bool, bytes]]:
    waiting: bytes | None = None
    number = 0
    for chunk in chunks:
        if waiting is not None:
            yield number, False, waiting
            number += 1
        waiting = chunk
    if waiting is not None:
        yield number, True, waiting
