"""Nobody seals people's text under the system's key by mistake."""

import re
from pathlib import Path

import openvisit

PEOPLES = ("person.", "appointment.", "idempotency.", "absence.", "patient.")
_CALL = re.compile(r"vault\.(?:open|seal)(?:_bytes)?\((?:[^()]|\([^()]*\))*\)")


def test_peoples_text_is_under_their_own_keys() -> None:
    found = []
    for path in Path(openvisit.__file__).parent.rglob("*.py"):
        for call in _CALL.findall(path.read_text()):
            if any(f'"{place}' in call for place in PEOPLES):
                found.append(f"{path.name}: {call}")
    assert found == []


def test_the_search_would_find_one() -> None:
    assert _CALL.findall('address = vault.open(bytes(row["email"]), "person.email", id)')
