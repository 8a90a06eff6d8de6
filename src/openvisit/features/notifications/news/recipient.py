"""Somebody who is told, as letters see them."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["patient", "provider"]


@dataclass(frozen=True, slots=True)
class Recipient:
    """`zone` is where they read their clock. `for_whom`: the patient, where somebody else is told in their place."""

    role: Role
    name: str
    zone: str
    language: str
    for_whom: str = ""
