"""What of the directory a caller may see: what is active, and for a clinic's own people what is switched off."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from openvisit.core.errors import NotFound
from openvisit.core.permissions import ADMIN, PROVIDER, STAFF, Actor


def own_clinics(caller: Actor | None) -> list[UUID]:
    """The clinics the caller works for."""
    return caller.clinics(PROVIDER, STAFF, ADMIN) if caller else []


def works_for(caller: Actor | None, clinic_id: UUID) -> bool:
    """Whether the caller works for the clinic."""
    return caller is not None and caller.holds(clinic_id, PROVIDER, STAFF, ADMIN)


def visible(row: Mapping[str, Any] | None, caller: Actor | None) -> Mapping[str, Any]:
    """The row of a public thing, where the caller may know it.

    Errors: NotFound when there is none, or when it is switched off and not of the caller's clinic.
    """
    if row is None or not (row["active"] or works_for(caller, row["clinic_id"])):
        raise NotFound
    return row


def active_or_own(caller: Actor | None, include_inactive: bool, alias: str = "") -> tuple[str, dict[str, Any]]:
    """A condition for lists, with its values: what is active and, when asked, the rest of the caller's own clinics."""
    if not include_inactive:
        return f"{alias}active", {}
    return f"({alias}active OR {alias}clinic_id = ANY(%(own_clinics)s))", {"own_clinics": own_clinics(caller)}
