"""Which passwords are taken: by length, and not those that guessers try first (NIST SP 800-63B-4 section 3.1.1.2).

No puzzles of digits and capitals. What is refused is what is short, is on the bundled list of passwords from breaches,
repeats itself, runs along the alphabet or the keyboard, or is little more than the person's own name or address or
ours; the answer says which.
"""

import hashlib
import re
import sys
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from itertools import pairwise

from openvisit.features.identity.errors import WeakPassword

SHORTEST, LONGEST = 12, 128

_LEAST_OF_ITS_OWN = 8  # characters that must be left beside a word that everybody knows of the person
_LEAST_BESIDE_A_COMMON_WORD = 7
_LEAST_BESIDE_RUNS = 6
_LEAST_DIFFERENT = 5
_OURS = ("openvisit", "telehealth", "appointment", "password", "contrasena", "clinic", "hospital", "doctor", "patient")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "1234567890", "qazwsxedcrfv")
_UNLEET = str.maketrans("0134578@$!€", "oleastbasie")
_DIGEST_BYTES = 4


def prepared(password: str) -> str:
    """The password as it is hashed: in Unicode form NFKC, so that it is the same from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *known: str) -> None:
    """Refuse a password that guessers try first. `known` is what they know of the person: address, name.

    Errors: WeakPassword, with `because`: `short`, `long`, `common`, `repeats`, `sequence`, `personal` or `context`.
    """
    text = prepared(password)
    if len(text) < SHORTEST:
        raise refused("short")
    if len(text) > LONGEST:
        raise refused("long")
    plain = folded(text)
    if is_common(plain):
        raise refused("common")
    if _repeats(plain):
        raise refused("repeats")
    if _runs_along(plain):
        raise refused("sequence")
    if _mostly(plain, _words_of(known)):
        raise refused("personal")
    if _mostly(plain, _OURS):
        raise refused("context")


_REASONS = {
    "short": f"A password has at least {SHORTEST} characters",
    "long": f"A password has at most {LONGEST} characters",
    "common": "This password is known from breaches, or differs little from one that is",
    "repeats": "This password repeats the same few characters",
    "sequence": "This password runs along the alphabet or the keyboard",
    "personal": "This password is little more than your own name or address",
    "context": "This password is little more than a word that comes to mind here",
}


def refused(because: str) -> WeakPassword:
    """The refusal for one of the reasons."""
    reason = _REASONS[because]
    return WeakPassword(reason, because=because, errors=[{"path": "body.password", "message": reason}])


def folded(text: str) -> str:
    """The password as guessers think of it: without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def is_common(plain: str) -> bool:
    """Whether a folded password is on the list, as it is, with figures read as letters, or as one word of the list
    with a few figures and signs around it."""
    spelled = plain.translate(_UNLEET)
    if any(_listed(form) for form in (plain, spelled)):
        return True
    for form in (plain, spelled):
        word = re.sub(r"^[^a-z]+|[^a-z]+$", "", form)
        if len(word) >= 4 and len(form) - len(word) < _LEAST_BESIDE_A_COMMON_WORD and _listed(word):
            return True
    return False


def digest(plain: str) -> int:
    """What the list holds of a folded password: the first 32 bits of its SHA-256."""
    return int.from_bytes(hashlib.sha256(plain.encode()).digest()[:_DIGEST_BYTES])


def _listed(plain: str) -> bool:
    found = _list()
    wanted = digest(plain)
    at = bisect_left(found, wanted)
    return at < len(found) and found[at] == wanted


@cache
def _list() -> "array[int]":
    """The digests in order. One in 30,000 of the passwords that nobody ever used is on it by chance."""
    found = array("I", (resources.files("openvisit.features.identity") / "common_passwords.bin").read_bytes())
    if sys.byteorder == "little":
        found.byteswap()
    return found


def _repeats(plain: str) -> bool:
    if len(set(plain)) < _LEAST_DIFFERENT:
        return True
    return (plain + plain).find(plain, 1) < len(plain)  # it is made of one part, several times


def _runs_along(plain: str) -> bool:
    """Whether little is left when runs of four and more along a row of keys or the alphabet are taken out."""
    in_runs = sum(length for length in _runs(plain) if length >= 4)
    return in_runs > 0 and len(plain) - in_runs < _LEAST_BESIDE_RUNS


def _runs(plain: str) -> Iterator[int]:
    length = 1
    for before, after in pairwise(plain):
        if _next_to(before, after):
            length += 1
        else:
            yield length
            length = 1
    yield length


def _next_to(before: str, after: str) -> bool:
    return before == after or any(before + after in row or after + before in row for row in _ROWS)


def _words_of(known: Iterable[str]) -> list[str]:
    words = (word for text in known for word in re.split(r"[\W_]+", folded(text)))
    return sorted({word for word in words if len(word) >= 4}, key=lambda word: -len(word))


def _mostly(plain: str, words: Iterable[str]) -> bool:
    rest = plain
    for word in words:
        rest = rest.replace(word, " ")
    return rest != plain and len(re.sub(r"[\W_]+", "", rest)) < _LEAST_OF_ITS_OWN
