"""Passwords: argon2id (RFC 9106), worked on in threads of their own so that other requests do not wait."""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from openvisit.core.errors import Unavailable
from openvisit.features.identity.password_rules import check as check_choice
from openvisit.features.identity.password_rules import prepared

__all__ = ["check_choice", "configure", "hash_of", "matches", "needs_rehash"]

# About a quarter of a second and 64 MiB each on a small server: ten times what OWASP's password storage cheat sheet
# asks for at least.
_hasher = PasswordHasher(time_cost=4, memory_cost=65_536, parallelism=1)

_POLITE = 5


def _give_way() -> None:
    """Let everything else that wants the core go first: people wait for a sign-in, but not for somebody else's."""
    with suppress(AttributeError, OSError):  # Linux gives each thread a niceness of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _POLITE)


# Half the cores: hashing frees the interpreter lock, but the loop needs a core to go on answering.
_threads = ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // 2), thread_name_prefix="argon2", initializer=_give_way)
_MOST_WAITING = 60  # about 15 seconds' worth: who comes later is told to try again
_waiting = 0

T = TypeVar("T")


def configure(*, memory_kib: int, passes: int) -> None:
    """Set what a hash costs, for this process. Hashes made at another price are made anew when their owner signs in."""
    global _hasher
    _hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
    _nobodys.cache_clear()


async def hash_of(password: str) -> str:
    """The hash to store. Errors: Unavailable when too many wait for theirs."""
    hasher, text = _hasher, prepared(password)
    return await _in_thread(lambda: hasher.hash(text))


async def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed. Without a hash it takes as long and the answer is no.

    Errors: Unavailable when too many wait for theirs.
    """
    text = prepared(password)
    return await _in_thread(lambda: _verify(stored or _nobodys(), text)) and stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made under other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        _make_up_for(stored)
        return False


def _make_up_for(stored: str) -> None:
    """Spend what a wrong password costs today, less what it cost when the hash was made: else a raised price would
    tell old accounts, which answer sooner, from addresses that have none."""
    with suppress(InvalidHashError):
        made = extract_parameters(stored)
        left = _hasher.time_cost - made.memory_cost * made.time_cost / _hasher.memory_cost
        if round(left) >= 1:
            PasswordHasher(time_cost=round(left), memory_cost=_hasher.memory_cost, parallelism=1).hash("")


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
