"""Wire types of the check before a visit."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

Outcome = Literal["passed", "failed", "skipped"]


class CheckSteps(msgspec.Struct, omit_defaults=True):
    """How each step that was tried went. What devices there are is not asked."""

    browser: Outcome | None = None
    secure: Outcome | None = None
    camera: Outcome | None = None
    microphone: Outcome | None = None
    speaker: Outcome | None = None
    network: Outcome | None = None


class VisitCheck(msgspec.Struct):
    """Somebody's latest check for a visit."""

    person_id: UUID
    name: str
    steps: CheckSteps
    checked_at: datetime


class VisitChecks(msgspec.Struct):
    """The latest of each person, newest first."""

    items: list[VisitCheck]
