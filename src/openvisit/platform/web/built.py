"""Files of the built web app, in the smallest form the asker takes: Brotli, gzip, or plain (RFC 9110 section 12.5)."""

import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openvisit.platform.web.likings import likings

FORMS = {"br": ".br", "gzip": ".gz"}
"""Content codings and the endings of files that the build packed so, beside the plain ones; the smaller first."""
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""Not left to the machine, whose own table may be empty."""


@dataclass(frozen=True)
class BuiltFile:
    """One form of one file: `coding` is None for the plain one; `varies` when there are others."""

    body: bytes
    media_type: str
    coding: str | None
    varies: bool
    etag: str

    def is_known(self, if_none_match: str) -> bool:
        """Whether the asker has it already, by the tags it names."""
        named = (one.strip().removeprefix("W/") for one in if_none_match.split(","))
        return any(one in ("*", self.etag) for one in named)


class BuiltFiles:
    """The files below a folder, without one that is not handed out as it is; each form is read once, and again when it
    has changed."""

    def __init__(self, root: Path, *, without: Path) -> None:
        self._root = root.resolve()
        self._without = without.resolve()
        self._kept: dict[Path, tuple[tuple[int, int], BuiltFile]] = {}

    def find(self, wanted: str, accepts: str) -> BuiltFile | None:
        """The file of that name below the folder, packed as the header `Accept-Encoding` allows; None without one."""
        plain = self._plain(wanted)
        if plain is None:
            return None
        packed = {coding: plain.with_name(plain.name + ending) for coding, ending in FORMS.items()}
        there = {coding: file for coding, file in packed.items() if file.is_file()}
        coding = chosen(accepts, list(there))
        return self._read(there[coding] if coding else plain, plain, coding, bool(there))

    def _plain(self, wanted: str) -> Path | None:
        if wanted.endswith(tuple(FORMS.values())):
            return None
        try:
            file = (self._root / wanted).resolve()
            good = file.is_file() and file.is_relative_to(self._root) and file != self._without
        except (OSError, ValueError):  # a name longer than any file's, a NUL in it
            return None
        return file if good else None

    def _read(self, file: Path, plain: Path, coding: str | None, varies: bool) -> BuiltFile:
        stat = file.stat()
        version = (stat.st_mtime_ns, stat.st_size)
        kept = self._kept.get(file)
        if kept and kept[0] == version and kept[1].varies == varies:
            return kept[1]
        body = file.read_bytes()
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        found = BuiltFile(body, _media_type(plain), coding, varies, tag)
        self._kept[file] = version, found
        return found


def chosen(accepts: str, available: Sequence[str]) -> str | None:
    """The content coding to answer in; None is the file as it is. Of several that are liked as well, the first."""
    told = likings(accepts)
    rest = told.get("*", 0.0)
    liked = {coding: told.get(coding, rest) for coding in available}
    best = max(liked, key=lambda coding: liked[coding], default=None)
    return best if best and liked[best] > 0 and liked[best] >= told.get("identity", 0.0) else None


def _media_type(file: Path) -> str:
    return _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
