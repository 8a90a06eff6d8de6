"""Passwords: argon2id (RFC 9106), worked on in threads of their own so that other requests do not wait."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from openvisit.core.errors import Invalid, Unavailable

SHORTEST, LONGEST = 12, 128

# OWASP's password storage cheat sheet: 19 MiB, 2 passes, 1 lane. About 25 ms and 19 MiB each on a small server.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# Half the cores: hashing frees the interpreter lock, but the loop needs a core to go on answering.
_threads = ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // 2), thread_name_prefix="argon2")
_MOST_WAITING = 100
_waiting = 0

T = TypeVar("T")


def check_choice(password: str, email: str) -> None:
    """The rule for a new password: 12 to 128 characters, and not the address itself.

    Errors: Invalid.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise _refused(f"A password has {SHORTEST} to {LONGEST} characters")
    if password.strip().lower() == email:
        raise _refused("The password must not be the e-mail address")


async def hash_of(password: str) -> str:
    """The hash to store. Errors: Unavailable when too many wait for theirs."""
    return await _in_thread(lambda: _hasher.hash(password))


async def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed. Without a hash it takes as long and the answer is no.

    Errors: Unavailable when too many wait for theirs.
    """
    return await _in_thread(lambda: _verify(stored or _nobodys(), password)) and stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made under other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _hasher.hash(os.urandom(16).hex())


async def _in_thread(work: Callable[[], T]) -> T:
    global _waiting
    if _waiting >= _MOST_WAITING:
        raise Unavailable("Too many people are signing in at once", retry_after=2)
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting -= 1


def _refused(reason: str) -> Invalid:
    return Invalid(reason, errors=[{"path": "body.password", "message": reason}])
