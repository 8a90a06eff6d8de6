"""One-tap links in messages: confirm, move or cancel a visit, or tell that one is late, without signing in.

    links.of_visit(vault.blind_index, appointment_id, person_id, public_url, now)["cancel_link"]

A link does one thing with one visit for one person. It ends with the visit, with the visit's next move, and, where it
changes something for good, with its use.
"""

from datetime import datetime
from uuid import UUID

from openvisit.platform.links import Keyed, Link, Purpose, page, token

_PAGE, _RATE_PAGE = "answer", "rate"
_OF_VISITS: tuple[Purpose, ...] = ("confirm", "reschedule", "cancel", "late")


def of_visit(keyed: Keyed, appointment_id: UUID, person_id: UUID, public_url: str, now: datetime) -> dict[str, str]:
    """The links that messages about a visit may name: `confirm_link`, `reschedule_link`, `cancel_link`, `late_link`,
    and `rate_link`, by which the visit is rated (`telehealth.after`)."""
    rate = page(public_url, _RATE_PAGE, token(keyed, Link("rate", appointment_id, person_id, now)))
    return {"rate_link": rate} | {
        f"{purpose}_link": page(public_url, _PAGE, token(keyed, Link(purpose, appointment_id, person_id, now)))
        for purpose in _OF_VISITS
    }
