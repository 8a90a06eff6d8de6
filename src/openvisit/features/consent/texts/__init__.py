"""The wordings that come with OpenVisit, and what identifies a wording."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

import msgspec

from openvisit.core.consent import Kind

LANGUAGES = ("en", "es")
DEFAULT_VERSION = 1
"""Counted up whenever a bundled wording changes."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of the words of one kind. `words` maps a language to `title` and `text`."""

    clinic_id: UUID | None
    kind: str
    version: int
    words: dict[str, Any]

    @property
    def hash(self) -> bytes:
        """SHA-256 over all of it: another word, another hash."""
        of = [str(self.clinic_id or ""), self.kind, self.version, self.words]
        return hashlib.sha256(msgspec.json.encode(of, order="deterministic")).digest()


@cache
def bundled() -> dict[str, Wording]:
    """The wording of each kind for clinics that have published none of their own."""
    catalogues = {language: _catalogue(language) for language in LANGUAGES}
    return {
        str(kind): Wording(None, str(kind), DEFAULT_VERSION, {name: words[kind] for name, words in catalogues.items()})
        for kind in Kind
    }


def _catalogue(language: str) -> dict[str, Any]:
    file = resources.files("openvisit.features.consent.texts") / f"{language}.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found
