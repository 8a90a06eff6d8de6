"""Sealing text under one data key: AES-256-GCM, the place of the text (table, column, row) bound in.

A sealed value is `version (1 byte) || nonce (12) || ciphertext and tag`. Version 2 is sealed under a data key of the
keyring. Version 1 is what releases before the keyring wrote, under one key for everybody derived from SECRET_KEY: it
is still opened, never written, and sealed anew by `openvisit keys rotate`.
"""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

V1, V2 = b"\x01", b"\x02"


class SealBroken(ValueError):
    """The sealed value was changed, moved to another row, or sealed under another key."""


class KeyShredded(SealBroken):
    """The key of whom the text belongs to was destroyed: the text is gone for good."""


class Keys:
    """Seals and opens the text of one owner: a person, or the system."""

    __slots__ = ("_aead", "_first", "erased", "owner")

    def __init__(self, owner: UUID, key: bytes | None, first: AESGCM, *, erased: bool = False) -> None:
        """`key`: None for an owner who has none yet, or no more when `erased`. `first` opens version 1."""
        self.owner = owner
        self.erased = erased
        self._aead = AESGCM(key) if key is not None else None
        self._first = first

    @property
    def missing(self) -> bool:
        """Whether the owner has no key yet: nothing can be sealed."""
        return self._aead is None and not self.erased

    def seal(self, text: str, column: str, row: UUID) -> bytes:
        """Encrypt text for one column (`table.column`) of one row. Errors: KeyShredded."""
        return self.seal_bytes(text.encode(), column, row)

    def open(self, sealed: bytes, column: str, row: UUID) -> str:
        """Decrypt what `seal` made for the same column and row. Errors: SealBroken, KeyShredded."""
        return self.open_bytes(sealed, column, row).decode()

    def seal_bytes(self, content: bytes, column: str, row: UUID) -> bytes:
        """Encrypt bytes for one column of one row. Errors: KeyShredded."""
        if self._aead is None:
            raise KeyShredded("the owner's key was destroyed") if self.erased else SealBroken("the owner has no key")
        nonce = os.urandom(12)
        return V2 + nonce + self._aead.encrypt(nonce, content, _place(column, row))

    def open_bytes(self, sealed: bytes, column: str, row: UUID) -> bytes:
        """Decrypt what `seal_bytes` made for the same column and row. Errors: SealBroken, KeyShredded."""
        sealed = bytes(sealed)
        if self.erased:
            raise KeyShredded("the owner's key was destroyed")
        aead = self._aead if sealed[:1] == V2 else self._first if sealed[:1] == V1 else None
        if aead is None:
            raise SealBroken("sealed under an unknown version, or under a key that is not there")
        try:
            return aead.decrypt(sealed[1:13], sealed[13:], _place(column, row))
        except (InvalidTag, ValueError):
            raise SealBroken("the sealed value does not belong here or was changed") from None

    def shown(self, sealed: bytes | None, column: str, row: UUID, erased: str = "") -> str:
        """The text for a screen: "" for none or what was emptied, `erased` when the key was destroyed.

        Errors: SealBroken.
        """
        if not sealed:
            return ""
        return erased if self.erased else self.open(sealed, column, row)


def _place(column: str, row: UUID) -> bytes:
    return column.encode() + b"\x00" + row.bytes
