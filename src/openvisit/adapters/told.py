"""Reading what a vendor's webhook brings: values of the shape they should have, or a ValueError."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec

_LONGEST = 512


def objects(body: bytes) -> list[Mapping[str, Any]]:
    """The JSON objects of a body that is one, or a list of them. Errors: ValueError."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not JSON") from error
    many = found if isinstance(found, list) else [found]
    if not all(isinstance(one, dict) for one in many):
        raise ValueError("not an object")
    return many


def text(told: Mapping[str, Any], *path: str, needed: bool = False) -> str:
    """The text at a path of names; empty where it is missing, or no text. Errors: ValueError where it is `needed`."""
    value: Any = told
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, str) and 0 < len(value) <= _LONGEST and "\x00" not in value:
        return value
    if needed:
        raise ValueError(f"{path[-1]} is missing")
    return ""


def part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object within an object. Errors: ValueError."""
    value = told.get(name)
    if isinstance(value, Mapping):
        return value
    raise ValueError(f"{name} is missing")


def instant(value: object) -> datetime:
    """Seconds since 1970, or RFC 3339. Errors: ValueError."""
    with suppress(OverflowError, OSError, ValueError):
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    raise ValueError("not a time")
